import type { Random } from '../kernel/random.ts';
import type { Log } from '../kernel/log.ts';
import type { Secrets } from '../kernel/secrets.ts';
import { change } from '../store/port.ts';
import type { Change, Store, Stored } from '../store/port.ts';
import { ownersOf } from './owners.ts';
import type { Owned } from './owners.ts';
import { auditKeys, newPersonKey, openPersonKey, sealFor } from './person-keys.ts';
import type { PersonKey, PersonKeyRow } from './person-keys.ts';
import { nobodysPurpose } from './reader.ts';
import type { StoredEvent } from './record.ts';
import { openWritten } from './written.ts';

export interface ResealingParts {
  readonly store: Pick<Store, 'getMany'>;
  readonly secrets: Secrets;
  readonly random: Random;
  readonly log: Log;
}

export interface Resealed {
  /** The events as they stay. */
  readonly sealed: readonly StoredEvent[];
  /** Keys that were made, and deletions that were noted. */
  readonly keys: readonly Change[];
}

/** The event that tells of a deletion; what is personal of the person goes a while after it. */
const DELETED = 'person.deleted';

interface Opened {
  readonly event: Stored<StoredEvent>;
  /** Undefined for an event that is not as we wrote it. */
  readonly owned: readonly Owned[] | undefined;
}

interface HeldKey {
  readonly row: Stored<PersonKeyRow> | undefined;
  readonly key: PersonKey;
  readonly changes: readonly Change[];
}

const heldKey = (
  { secrets, random }: ResealingParts,
  id: string,
  row: Stored<PersonKeyRow> | undefined,
  deletedAt: number | undefined,
): HeldKey => {
  const held = row && openPersonKey(secrets, row);
  const { key, row: made } = held ? { key: held, row: undefined } : newPersonKey(secrets, random, id);
  const next = { ...row, id, ...made, ...(deletedAt === undefined ? {} : { deletedAt }) };
  if (!row) return { row, key, changes: [change.insert(auditKeys, next)] };
  // One that is destroyed meanwhile needs no guard: what it seals here is of before, and unreadable with it.
  const changed = made !== undefined || deletedAt !== undefined;
  return { row, key, changes: changed ? [change.swap(auditKeys, { ...next, version: row.version })] : [] };
};

const keysFor = async (parts: ResealingParts, opened: readonly Opened[]): Promise<ReadonlyMap<string, HeldKey>> => {
  const deleted = new Map(
    opened.flatMap(({ event, owned }) =>
      owned && event.type === DELETED && event.subject !== undefined ? [[event.subject, event.at] as const] : [],
    ),
  );
  const owners = opened.flatMap(({ owned = [] }) => owned.flatMap(({ of }) => of ?? []));
  const people = [...new Set([...deleted.keys(), ...owners])];
  const rows = new Map((await parts.store.getMany(auditKeys, people)).map((row) => [row.id, row]));
  return new Map(people.map((id) => [id, heldKey(parts, id, rows.get(id), deleted.get(id))]));
};

/** Takes events from the seal with which they were written to those of the people whom they tell of. */
export const resealing = async (parts: ResealingParts, events: readonly Stored<StoredEvent>[]): Promise<Resealed> => {
  const { secrets, random, log } = parts;
  const opened = events.map((event): Opened => {
    const { version: _, ...bare } = event;
    const personal = openWritten(secrets, bare);
    if (!personal) log.error({ event: event.id }, 'an event of the audit log was not written by us, or changed since');
    return { event, owned: personal && ownersOf(bare, personal) };
  });
  const keys = await keysFor(parts, opened);

  const part = ({ id, at }: StoredEvent, { of, personal }: Owned) => {
    const plain = JSON.stringify(personal);
    if (of === undefined) return [{ text: secrets.seal(nobodysPurpose(id), plain) }];
    const held = keys.get(of);
    if (!held || at <= (held.row?.erasedAt ?? -1)) return [];
    return [{ of, text: sealFor(held.key, random, id, plain) }];
  };

  return {
    sealed: opened.map(({ event: { version: _, written: __, ...event }, owned }): StoredEvent => {
      if (!owned) return { ...event, foreign: true };
      const sealed = owned.flatMap((each) => part(event, each));
      return { ...event, ...(sealed.length > 0 ? { sealed } : {}) };
    }),
    keys: [...keys.values()].flatMap(({ changes }) => changes),
  };
};
