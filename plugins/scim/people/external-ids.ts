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

export interface ExternalIds {
  /** Whom a new person of that source and external id would be; undefined for nobody of before. */
  departed(source: string, externalId: string): Promise<Departed | undefined>;
  /** What follows for the rows when `before` becomes `after`. Throws `ScimError` 409 where another person has the id. */
  keeping(before: Named | undefined, after: Named): Promise<readonly Change[]>;
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

  const claiming = async ({ id, source, externalId }: Named): Promise<readonly Change[]> => {
    if (externalId === undefined) return [];
    const row = await rowOf(source, externalId);
    if (row?.person === id && row.epoch === undefined) return [];
    // Whoever was deleted by others than their source left a row that nobody stands behind.
    const taken = row && row.epoch === undefined && (await people.byId(row.person)) !== undefined;
    if (taken) throw badUniqueness('externalId');
    return [put(row, { id: keyOf(source, externalId), person: id })];
  };

  const releasing = async ({ id, source, externalId }: Named): Promise<readonly Change[]> => {
    const row = externalId === undefined ? undefined : await rowOf(source, externalId);
    return row?.person === id ? [change.take(externalIds, row.id, row.version)] : [];
  };

  return {
    async departed(source, externalId) {
      const row = await rowOf(source, externalId);
      return row?.epoch === undefined ? undefined : { id: row.person, epoch: row.epoch };
    },

    async keeping(before, after) {
      if (before?.externalId === after.externalId && before?.source === after.source) return [];
      return [...(before ? await releasing(before) : []), ...(await claiming(after))];
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
