import type { Clock } from '../../kernel/clock.ts';
import { AppError } from '../../kernel/errors.ts';
import { checkDoc } from '../check.ts';
import { Conflict } from '../port.ts';
import type { Change, ClaimOptions, Collection, Doc, Increment, Page, Store, Stored } from '../port.ts';
import type { Query } from '../query.ts';
import { Doubt, fitsInBulk, inBulk } from './bulk.ts';
import type { Step } from './bulk.ts';
import { claimDoc } from './claim.ts';
import type { ClientSession, Connection } from './connection.ts';
import { existing, fromEnvelope } from './envelope.ts';
import { asPortError, isTransient } from './failure.ts';
import { countDocs, findDocs, findFields } from './find.ts';
import type { Reading } from './find.ts';
import { gather } from './gather.ts';
import { getMany, getManyFields } from './get-many.ts';
import { inTransaction, persist } from './persist.ts';
import { removeFound } from './remove-found.ts';
import type { Shelf } from './shelf.ts';
import { takeTurns } from './turns.ts';
import type { Watchers } from './watch.ts';
import { apply, increment, insert, insertBatch, remove, swap, take } from './write.ts';
import type { At } from './write.ts';

export interface Parts {
  readonly connection: Connection;
  readonly shelves: ReadonlyMap<string, Shelf>;
  readonly clock: Clock;
  readonly budget: number;
  readonly watchers: Watchers;
}

const BATCH = 1000;
/** Commits in one transaction: what one of them is refused for is done again for all. */
const MOST_IN_GROUP = 32;
/** While one of them waits for the majority, another is sent. */
const GROUPS_AT_ONCE = 2;
/** Changes of a commit that others may wait for. */
const SMALL = 16;

type Named = Pick<Collection, 'name'>;

const undefinedOn = async <R>(reasons: readonly Conflict['reason'][], work: Promise<R>): Promise<R | undefined> => {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Conflict && reasons.includes(error.reason)) return undefined;
    throw error;
  }
};

/** What every verb is made of: finding the collection, the time, and the errors that callers of the port see. */
const groundOf = ({ shelves, clock, budget }: Parts) => {
  const shelfOf = ({ name }: Named): Shelf => {
    const shelf = shelves.get(name);
    if (!shelf) throw new AppError('internal', `the store was opened without the collection ${name}`);
    return shelf;
  };
  const at = (shelf: Shelf, position = 0, session?: ClientSession): At => ({
    shelf,
    position,
    now: clock.now(),
    session,
  });
  const reading = async <R>(collection: Named, work: (reading: Reading) => Promise<R>): Promise<R> => {
    try {
      return await work({ shelf: shelfOf(collection), now: clock.now(), budget });
    } catch (error) {
      throw asPortError(error);
    }
  };
  const write = async <R>(collection: Named, work: (at: At) => Promise<R>): Promise<R> => {
    const shelf = shelfOf(collection);
    return persist(() => work(at(shelf)));
  };
  return { shelfOf, at, reading, write };
};

type Ground = ReturnType<typeof groundOf>;

const reads = ({ reading }: Ground) => ({
  get: (collection: Named, id: string) =>
    reading(collection, async ({ shelf, now }) => {
      const found = await shelf.model.findOne(existing(shelf, now, id)).lean();
      return found ? fromEnvelope(found) : undefined;
    }),
  find: (collection: Named, query: Query, page: Page = {}) =>
    reading(collection, (from) => findDocs(from, query, page)),
  findFields: (collection: Named, fields: readonly string[], query: Query, page: Page = {}) =>
    reading(collection, (from) => findFields(from, fields, query, page)),
  getMany: (collection: Named, ids: readonly string[]) => reading(collection, (from) => getMany(from, ids)),
  getManyFields: (collection: Named, fields: readonly string[], ids: readonly string[]) =>
    reading(collection, (from) => getManyFields(from, fields, ids)),
  count: (collection: Named, query: Query) => reading(collection, (from) => countDocs(from, query)),
});

const writes = ({ reading, write }: Ground) => ({
  insert: (collection: Named, doc: Doc) => write(collection, (at) => insert(at, doc)),
  swap: (collection: Named, next: Stored<Doc>) => write(collection, (at) => swap(at, next)),
  take: (collection: Named, id: string) =>
    undefinedOn(
      ['missing'],
      write(collection, (at) => take(at, id)),
    ),
  increment: (collection: Named, id: string, by: Increment) =>
    undefinedOn(
      ['missing', 'capped'],
      write(collection, (at) => increment(at, id, by)),
    ),
  remove: (collection: Named, id: string) => write(collection, (at) => remove(at, id)),
  removeAll: (collection: Named, query: Query) => reading(collection, (from) => removeFound(from, query)),
  // The server finds and leases in one step, so that callers at once need no turns.
  claim: (collection: Named, options: ClaimOptions) => reading(collection, (from) => claimDoc(from, options)),
});

const nameOf = (change: Change): string => {
  const id = change.kind === 'insert' || change.kind === 'swap' ? change.doc.id : change.id;
  return `${change.in.name} ${id}`;
};

type Steps = readonly Step[];
type Made = readonly (Stored<Doc> | undefined)[];

/** Changes one after the other, as one transaction. */
const inOrder = async ({ at }: Ground, steps: Steps, session: ClientSession): Promise<Made> => {
  const made: (Stored<Doc> | undefined)[] = [];
  for (const [position, { change, shelf }] of steps.entries()) {
    made.push(await apply(at(shelf, position, session), change));
  }
  return made;
};

/** How commits are made: one by one, all changes of one at once, or several commits together. */
const waysOf = (parts: Parts, ground: Ground) => {
  const { connection, clock } = parts;
  const singly = (steps: Steps): Promise<Made> =>
    persist(() => inTransaction(connection, (session) => inOrder(ground, steps, session)));

  const atOnce = async (steps: Steps): Promise<Made> => {
    const work = (session: ClientSession) => inBulk([steps], clock.now(), session);
    try {
      return (await persist(() => inTransaction(connection, work)))[0] ?? [];
    } catch (error) {
      if (error instanceof Doubt) return singly(steps);
      throw error;
    }
  };

  const together = async (commits: readonly Steps[]): Promise<readonly Made[] | undefined> => {
    const sent = { written: false };
    try {
      return await inTransaction(connection, async (session) => {
        const made = await inBulk(commits, clock.now(), session);
        sent.written = true;
        return made;
      });
    } catch (error) {
      // Where all was written and the answer to its commit is missing, it may be done: making it again could not tell.
      if (sent.written && !isTransient(error)) throw asPortError(error);
      return undefined;
    }
  };
  return { singly, atOnce, grouped: gather({ atOnce: GROUPS_AT_ONCE, most: MOST_IN_GROUP, together, alone: singly }) };
};

const commits = (parts: Parts, ground: Ground) => {
  const { connection } = parts;
  const { shelfOf, at } = ground;
  const inTurn = takeTurns();
  const { singly, atOnce, grouped } = waysOf(parts, ground);
  const wayOf = (steps: Steps) => (!fitsInBulk(steps) ? singly : steps.length <= SMALL ? grouped : atOnce);

  return {
    async commit(changes: readonly Change[]) {
      const steps = changes.map((change) => ({ change, shelf: shelfOf(change.in) }));
      const [only, second] = steps;
      if (!only) return [];
      if (!second) return [await persist(() => apply(at(only.shelf), only.change))];
      return inTurn(changes.map(nameOf), () => wayOf(steps)(steps));
    },

    async insertMany(collection: Named, docs: readonly Doc[]) {
      const shelf = shelfOf(collection);
      const checked = docs.map((doc) => checkDoc(shelf.collection, doc));
      const work = async (session: ClientSession): Promise<void> => {
        for (let first = 0; first < checked.length; first += BATCH) {
          await insertBatch(at(shelf, first, session), checked.slice(first, first + BATCH));
        }
      };
      if (checked.length > 0) await persist(() => inTransaction(connection, work));
    },
  };
};

export const storeOver = (parts: Parts): Store => {
  const { connection, watchers } = parts;
  const ground = groundOf(parts);
  const verbs = {
    ...reads(ground),
    ...writes(ground),
    ...commits(parts, ground),
    watch: (collections: readonly Named[], listener: () => void) =>
      watchers.watch(
        collections.map((collection) => ground.shelfOf(collection).collection.name),
        listener,
      ),
    // Every write has waited for a journalled majority before it returned (see `connection.ts`).
    durable: () => Promise.resolve(),
    async close() {
      await watchers.close();
      await connection.close();
    },
  };
  // Documents lie in the collections without their types; each was checked against its shape when written.
  return verbs as unknown as Store;
};
