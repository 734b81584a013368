import { z } from 'zod';
import { DAY } from '../../../src/kernel/clock.ts';
import type { Host, Person } from '../../../src/plugin.ts';
import { change, defineCollection } from '../../../src/store/port.ts';
import type { Change, Stored } from '../../../src/store/port.ts';
import { badUniqueness } from './refusals.ts';

/** How long somebody who was deleted can be brought back. */
const RETURNS_WITHIN = 30 * DAY;

/**
 * Whose an external id is among the people of one source, of whom no two share one; the id is a keyed hash of both. Of
 * somebody who was deleted it stays for a while, and is all that brings them back.
 */
export const externalIds = defineCollection({
  name: 'scimExternalIds',
  shape: z.strictObject({
    id: z.string(),
    person: z.string(),
    /** Of somebody who was deleted: the epoch that they had. */
    epoch: z.int().exactOptional(),
    until: z.number().exactOptional(),
  }),
  indexes: {},
  expiry: 'until',
});

type Row = z.infer<typeof externalIds.shape>;

type Named = Pick<Person, 'id' | 'source'> & { readonly externalId?: string | undefined };

/** Somebody who was deleted, and may come back. */
export interface Departed {
  readonly id: string;
  readonly epoch: number;
}

/** A new person of a source and an external id. */
export interface Arrival {
  /** Whom it would be; absent for nobody of before. */
  readonly departed?: Departed;
  /** What follows for the rows. Throws `ScimError` 409 where another person has the external id. */
  as(person: Pick<Person, 'id'>): Promise<readonly Change[]>;
}

export interface ExternalIds {
  arriving(source: string, externalId: string | undefined): Promise<Arrival>;
  /** What follows for the rows when `before` becomes `after`. Throws `ScimError` 409 where another person has the id. */
  keeping(before: Named, after: Named): Promise<readonly Change[]>;
  departing(person: Person): Promise<readonly Change[]>;
}

export const createExternalIds = (
  { store, secrets, clock }: Pick<Host, 'store' | 'secrets' | 'clock'>,
  people: {
    byId(id: string): Promise<unknown>;
  },
): ExternalIds => {
  const keyOf = (source: string, externalId: string): string =>
    secrets.hash('scim external id', `${source}\0${externalId}`);

  const rowOf = (source: string, externalId: string): Promise<Stored<Row> | undefined> =>
    store.get(externalIds, keyOf(source, externalId));

  const put = (row: Stored<Row> | undefined, next: Row): Change =>
    row ? change.swap(externalIds, { ...next, version: row.version }) : change.insert(externalIds, next);

  const claiming = async (row: Stored<Row> | undefined, next: Row): Promise<readonly Change[]> => {
    if (row?.person === next.person && row.epoch === undefined) return [];
    // Whoever was deleted by others than their source left a row that nobody stands behind.
    const taken = row && row.epoch === undefined && (await people.byId(row.person)) !== undefined;
    if (taken) throw badUniqueness('externalId');
    return [put(row, next)];
  };

  const releasing = async ({ id, source, externalId }: Named): Promise<readonly Change[]> => {
    const row = externalId === undefined ? undefined : await rowOf(source, externalId);
    return row?.person === id ? [change.take(externalIds, row.id, row.version)] : [];
  };

  return {
    async arriving(source, externalId) {
      if (externalId === undefined) return { as: () => Promise.resolve([]) };
      const key = keyOf(source, externalId);
      const row = await store.get(externalIds, key);
      return {
        ...(row?.epoch !== undefined && { departed: { id: row.person, epoch: row.epoch } }),
        as: ({ id }) => claiming(row, { id: key, person: id }),
      };
    },

    async keeping(before, after) {
      if (before.externalId === after.externalId && before.source === after.source) return [];
      const released = await releasing(before);
      const { id, source, externalId } = after;
      if (externalId === undefined) return released;
      const next = { id: keyOf(source, externalId), person: id };
      return [...released, ...(await claiming(await rowOf(source, externalId), next))];
    },

    async departing({ id, source, externalId, epoch }) {
      if (externalId === undefined) return [];
      const row = await rowOf(source, externalId);
      if (row && row.person !== id) return [];
      const until = clock.now() + RETURNS_WITHIN;
      return [put(row, { id: keyOf(source, externalId), person: id, epoch, until })];
    },
  };
};
