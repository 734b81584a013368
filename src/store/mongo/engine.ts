import type { Clock } from '../../kernel/clock.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import { checkDoc } from '../check.ts';
import { migrate, schemaState } from '../migrate.ts';
import type { Migration } from '../migrate.ts';
import { Conflict } from '../port.ts';
import type { Change, ClaimOptions, Collection, Doc, Increment, Page, Store, Stored } from '../port.ts';
import type { Query } from '../query.ts';
import { claimDoc } from './claim.ts';
import { connect } from './connection.ts';
import type { ClientSession } from './connection.ts';
import { existing, fromEnvelope } from './envelope.ts';
import { asPortError } from './failure.ts';
import { countDocs, findDocs } from './find.ts';
import type { Reading } from './find.ts';
import { inTransaction, persist } from './persist.ts';
import { prepare } from './prepare.ts';
import { removeFound } from './remove-found.ts';
import { shelfOf } from './shelf.ts';
import type { Shelf } from './shelf.ts';
import { takeTurns } from './turns.ts';
import { startWatchers } from './watch.ts';
import { apply, increment, insert, insertBatch, remove, swap, take } from './write.ts';
import type { At } from './write.ts';

export interface MongoOptions {
  /** `mongodb://…` or `mongodb+srv://…` of a replica set; its path names the database, `latchkey` when it has none. */
  readonly url: string;
  readonly collections: readonly Collection[];
  readonly migrations: readonly Migration[];
  readonly clock: Clock;
  readonly log?: Log;
  /** Documents a query may have MongoDB read that no index serves. */
  readonly budget?: number;
}

const BUDGET = 100_000;
const BATCH = 1000;

const undefinedOn = async <R>(reasons: readonly Conflict['reason'][], work: Promise<R>): Promise<R | undefined> => {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Conflict && reasons.includes(error.reason)) return undefined;
    throw error;
  }
};

const nameOf = (change: Change): string => {
  const id = change.kind === 'insert' || change.kind === 'swap' ? change.doc.id : change.id;
  return `${change.in.name} ${id}`;
};

/** Runs a read; throws what callers of the port see. */
const reading = async <R>(work: () => Promise<R>): Promise<R> => {
  try {
    return await work();
  } catch (error) {
    throw asPortError(error);
  }
};

export const openMongo = async (options: MongoOptions): Promise<Store> => {
  const { clock } = options;
  const connection = await connect(options.url);
  const declared = [...options.collections, schemaState as unknown as Collection];
  const shelves = new Map(declared.map((collection) => [collection.name, shelfOf(connection, collection)]));
  const watchers = startWatchers(connection, options.log);

  const shelfFor = (collection: { readonly name: string }): Shelf => {
    const shelf = shelves.get(collection.name);
    if (!shelf) throw new AppError('internal', `the store was opened without the collection ${collection.name}`);
    return shelf;
  };
  const at = (shelf: Shelf, position = 0, session?: ClientSession): At => ({
    shelf,
    position,
    now: clock.now(),
    session,
  });
  const readingOf = (collection: Collection): Reading => ({
    shelf: shelfFor(collection),
    now: clock.now(),
    budget: options.budget ?? BUDGET,
  });

  const applyAll = async (
    shelved: readonly { readonly change: Change; readonly shelf: Shelf }[],
    session: ClientSession,
  ): Promise<readonly (Stored<Doc> | undefined)[]> => {
    const done: (Stored<Doc> | undefined)[] = [];
    for (const { change, shelf } of shelved) done.push(await apply(at(shelf, done.length, session), change));
    return done;
  };
  const inTurn = takeTurns();

  const engine = {
    async get(collection: Collection, id: string) {
      const shelf = shelfFor(collection);
      const found = await reading(() => shelf.model.findOne(existing(shelf, clock.now(), id)).lean());
      return found ? fromEnvelope(found) : undefined;
    },
    find: async (collection: Collection, query: Query, page: Page = {}) =>
      reading(() => findDocs(readingOf(collection), query, page)),
    count: async (collection: Collection, query: Query) => reading(() => countDocs(readingOf(collection), query)),

    insert: async (collection: Collection, doc: Doc) => {
      const shelf = shelfFor(collection);
      return persist(() => insert(at(shelf), doc));
    },
    async insertMany(collection: Collection, docs: readonly Doc[]) {
      const shelf = shelfFor(collection);
      const checked = docs.map((doc) => checkDoc(collection, doc));
      if (checked.length === 0) return;
      await persist(() =>
        inTransaction(connection, async (session) => {
          for (let first = 0; first < checked.length; first += BATCH) {
            await insertBatch(at(shelf, first, session), checked.slice(first, first + BATCH));
          }
        }),
      );
    },
    swap: async (collection: Collection, next: Stored<Doc>) => {
      const shelf = shelfFor(collection);
      return persist(() => swap(at(shelf), next));
    },
    async take(collection: Collection, id: string) {
      const shelf = shelfFor(collection);
      return undefinedOn(
        ['missing'],
        persist(() => take(at(shelf), id)),
      );
    },
    async increment(collection: Collection, id: string, by: Increment) {
      const shelf = shelfFor(collection);
      return undefinedOn(
        ['missing', 'capped'],
        persist(() => increment(at(shelf), id, by)),
      );
    },
    async remove(collection: Collection, id: string) {
      const shelf = shelfFor(collection);
      return persist(() => remove(at(shelf), id));
    },
    removeAll: async (collection: Collection, query: Query) =>
      reading(() => removeFound(() => readingOf(collection), query)),
    async commit(changes: readonly Change[]) {
      const shelved = changes.map((change) => ({ change, shelf: shelfFor(change.in) }));
      const [only, second] = shelved;
      if (!only) return [];
      if (!second) return [await persist(() => apply(at(only.shelf), only.change))];
      const work = (session: ClientSession): Promise<readonly (Stored<Doc> | undefined)[]> =>
        applyAll(shelved, session);
      return inTurn(changes.map(nameOf), () => persist(() => inTransaction(connection, work)));
    },

    claim: async (collection: Collection, claimOptions: ClaimOptions) =>
      reading(() => claimDoc(readingOf(collection), claimOptions)),
    watch: (collections: readonly { readonly name: string }[], listener: () => void) =>
      watchers.watch(
        collections.map((collection) => shelfFor(collection).collection.name),
        listener,
      ),
    // Every write above has waited for a journalled majority before it returned (see `connection.ts`).
    durable: () => Promise.resolve(),
    async close() {
      await watchers.close();
      await connection.close();
    },
  };
  // Documents lie in the collections without their types; each was checked against its shape when written.
  const store = engine as unknown as Store;
  try {
    await reading(() => prepare(connection, [...shelves.values()]));
    await migrate(store, options.migrations, clock);
  } catch (error) {
    await store.close();
    throw error;
  }
  return store;
};
