import { setImmediate as turn } from 'node:timers/promises';
import type { z } from 'zod';
import type { Job } from '../kernel/schedule.ts';
import { compareScalars } from './evaluate.ts';
import { everything } from './query.ts';
import type { Query, Sort } from './query.ts';

/** Every document has a name of its own within its collection. */
export interface Doc {
  readonly id: string;
}

/**
 * A document as read: `version` starts at 1 and rises by one with every write, a claim among them. No shape has
 * a field of that name.
 */
export type Stored<T extends Doc> = Readonly<T> & { readonly version: number };

export interface Index {
  /** Dotted paths, most significant first. A path that runs through a list indexes each element. */
  readonly on: readonly string[];
  /** No two documents may share the value. Documents without a value do not count. */
  readonly unique?: boolean;
  /**
   * Most documents have no value for the first path, and need not stand in it: it is for queries that say what that
   * path equals, and gives no order beyond those.
   */
  readonly sparse?: boolean;
}

/** The description of a collection, from which each engine makes its own tables and indexes. */
export interface Collection<T extends Doc = Doc> {
  /** `[a-zA-Z0-9]+`, as every field name. */
  readonly name: string;
  readonly shape: z.ZodType<T>;
  readonly indexes: Readonly<Record<string, Index>>;
  /** Top-level field with the time (epoch milliseconds) from which on the document no longer exists. */
  readonly expiry?: string;
}

export const defineCollection = <S extends z.ZodType<Doc>>(description: {
  readonly name: string;
  readonly shape: S;
  readonly indexes?: Readonly<Record<string, Index>>;
  readonly expiry?: Extract<keyof z.infer<S>, string>;
}): Collection<z.infer<S>> => ({
  name: description.name,
  shape: description.shape as unknown as z.ZodType<z.infer<S>>,
  indexes: description.indexes ?? {},
  ...(description.expiry === undefined ? {} : { expiry: description.expiry }),
});

/**
 * One step of a commit, with its precondition.
 * Changes are made in turn, so that a later one sees what an earlier one did.
 * - `insert`: no document with that id, no unique value taken, else `duplicate`
 * - `swap`: the stored version is still `doc.version`, else `stale` (also when it is gone); unique as for `insert`
 * - `expect`: as swap, but writes nothing: guards a document that was read
 * - `take`: the document is there, else `missing`; or at `version` when given, else `stale`. It is gone afterwards
 * - `increment`: `field` plus `by` stays at or below `cap`, else `capped`; where there is no document, `initial` is
 *   inserted with the field already counted up, at version 1; without `initial`, or when the document has no such
 *   number, `missing`
 * - `remove`: none; what is not there stays so
 */
export type Change =
  | { readonly kind: 'insert'; readonly in: Collection; readonly doc: Doc }
  | { readonly kind: 'swap'; readonly in: Collection; readonly doc: Stored<Doc> }
  | { readonly kind: 'expect'; readonly in: Collection; readonly id: string; readonly version: number }
  | { readonly kind: 'take'; readonly in: Collection; readonly id: string; readonly version?: number }
  | ({ readonly kind: 'increment'; readonly in: Collection; readonly id: string } & Increment)
  | { readonly kind: 'remove'; readonly in: Collection; readonly id: string };

export interface Increment<T extends Doc = Doc> {
  /** Top-level field that holds a number. */
  readonly field: string;
  readonly by?: number;
  readonly cap: number;
  /** The document to begin with where there is none; its `field` is the value before the first increment. */
  readonly initial?: T;
}

export const change = {
  insert: <T extends Doc>(collection: Collection<T>, doc: NoInfer<T>): Change => ({
    kind: 'insert',
    in: collection,
    doc,
  }),
  swap: <T extends Doc>(collection: Collection<T>, doc: NoInfer<Stored<T>>): Change => ({
    kind: 'swap',
    in: collection,
    doc,
  }),
  expect: <T extends Doc>(collection: Collection<T>, doc: NoInfer<Stored<T>>): Change => ({
    kind: 'expect',
    in: collection,
    id: doc.id,
    version: doc.version,
  }),
  take: <T extends Doc>(collection: Collection<T>, id: string, version?: number): Change => ({
    kind: 'take',
    in: collection,
    id,
    ...(version === undefined ? {} : { version }),
  }),
  increment: <T extends Doc>(collection: Collection<T>, id: string, by: NoInfer<Increment<T>>): Change => ({
    kind: 'increment',
    in: collection,
    id,
    ...by,
  }),
  remove: <T extends Doc>(collection: Collection<T>, id: string): Change => ({
    kind: 'remove',
    in: collection,
    id,
  }),
};

/** Which precondition of a commit failed. Nothing of the commit was done. */
export class Conflict extends Error {
  /** Position in the list given to `commit`; 0 for a single verb. */
  readonly position: number;
  readonly reason: 'duplicate' | 'stale' | 'missing' | 'capped';
  readonly collection: string;
  /** For `duplicate`: the unique index, or `id`. */
  readonly index: string | undefined;

  constructor(position: number, reason: Conflict['reason'], collection: string, index?: string) {
    super(`${collection}: ${reason}${index === undefined ? '' : ` ${index}`} (change ${String(position)})`);
    this.name = 'Conflict';
    this.position = position;
    this.reason = reason;
    this.collection = collection;
    this.index = index;
  }
}

export interface Page {
  /** Without it the order is the engine's own for this query, the same on every page. */
  readonly sort?: readonly Sort[];
  /** As given by `next` of the page before, with the same query and sort. */
  readonly cursor?: string;
  /** 1 to 1,000; 100 when absent. */
  readonly limit?: number;
}

export interface Slice<D> {
  readonly docs: readonly D[];
  /** Where the next page begins; absent after the last one. */
  readonly next?: string;
}

export type Found<T extends Doc> = Slice<Stored<T>>;

export interface ClaimOptions {
  readonly query: Query;
  readonly sort?: readonly Sort[];
  /** Milliseconds after which another node may claim the document, unless it was swapped or removed by then. */
  readonly lease: number;
}

/**
 * Typed collections with atomic verbs, one meaning on every engine. There is no callback transaction: read first, then
 * `commit` a list of changes whose versions guard what was read.
 *
 * Documents are plain JSON that fits the collection's shape: field names of letters and digits, no null (leave out what
 * is absent), no list directly in a list, no NUL or lone surrogate, finite numbers; what is not in the shape is not
 * stored. Anything else is `AppError` `bad_request`. An id that cannot be stored is simply not there when read.
 *
 * Expired documents do not exist for any verb. Every verb may throw `AppError` `busy` (try again) or `unavailable`.
 */
export interface Store {
  get<T extends Doc>(collection: Collection<T>, id: string): Promise<Stored<T> | undefined>;
  /** Throws `AppError` `too_costly` when no index serves the query and the budget of rows is spent. */
  find<T extends Doc>(collection: Collection<T>, query: Query, page?: Page): Promise<Found<T>>;
  /**
   * As `find`, with no more of each document than its id and these top-level fields, which is cheap where one index holds
   * all that is asked for. Without a version: what was read so cannot be written back.
   */
  findFields<T extends Doc, F extends Extract<keyof T, string>>(
    collection: Collection<T>,
    fields: readonly F[],
    query: Query,
    page?: Page,
  ): Promise<Slice<Readonly<Pick<T, F | 'id'>>>>;
  /** Those of any number of ids that are there, each once, in no order. */
  getMany<T extends Doc>(collection: Collection<T>, ids: readonly string[]): Promise<readonly Stored<T>[]>;
  /** As `getMany`, with no more of each document than its id and these top-level fields. */
  getManyFields<T extends Doc, F extends Extract<keyof T, string>>(
    collection: Collection<T>,
    fields: readonly F[],
    ids: readonly string[],
  ): Promise<readonly Readonly<Pick<T, F | 'id'>>[]>;
  count<T extends Doc>(collection: Collection<T>, query: Query): Promise<number>;

  /** Throws `Conflict` `duplicate`. */
  insert<T extends Doc>(collection: Collection<T>, doc: NoInfer<T>): Promise<Stored<T>>;
  /** All or none; any number of documents. */
  insertMany<T extends Doc>(collection: Collection<T>, docs: readonly NoInfer<T>[]): Promise<void>;
  /** Throws `Conflict` `stale`. Ends a lease. */
  swap<T extends Doc>(collection: Collection<T>, next: NoInfer<Stored<T>>): Promise<Stored<T>>;
  /** Reads and deletes; of any number of callers one gets the document. */
  take<T extends Doc>(collection: Collection<T>, id: string): Promise<Stored<T> | undefined>;
  /** The document after the increment, or undefined when the cap stood in the way or nothing was there to count on. */
  increment<T extends Doc>(
    collection: Collection<T>,
    id: string,
    by: NoInfer<Increment<T>>,
  ): Promise<Stored<T> | undefined>;
  /** True when there was something to remove. */
  remove<T extends Doc>(collection: Collection<T>, id: string): Promise<boolean>;
  /** Removes in windows, not as one transaction; gives the number removed. */
  removeAll<T extends Doc>(collection: Collection<T>, query: Query): Promise<number>;
  /**
   * All of the changes, or `Conflict` naming the first that failed. Gives for each the document after it: the one taken
   * for `take`, undefined for `expect` and `remove`.
   */
  commit(changes: readonly Change[]): Promise<readonly (Stored<Doc> | undefined)[]>;

  /**
   * Hands the first matching document that nobody holds to this caller alone for the length of the lease. Raises the
   * version, so that a holder whose lease has run out can no longer swap.
   */
  claim<T extends Doc>(collection: Collection<T>, options: ClaimOptions): Promise<Stored<T> | undefined>;
  /** Calls `listener` soon after any of the collections may have changed, in this process or another. */
  watch(collections: readonly Pick<Collection, 'name'>[], listener: () => void): () => void;
  /** Resolves when everything this process has committed so far would survive a power cut. */
  durable(): Promise<void>;
  /** Clean-up of the engine's own, to be run beside requests. */
  readonly jobs?: readonly Job[];
  close(): Promise<void>;
}

/** Pages of 1,000 documents outlive the young generation of the heap: they take more time, and twice the memory. */
const WALKED_AT_ONCE = 250;
/** Of a few fields more fit, and each page costs something by itself. */
const NARROW_AT_ONCE = 1000;

async function* allPages<D>(
  read: (page: Page) => Promise<Slice<D>>,
  walk: Pick<Page, 'sort' | 'limit'>,
): AsyncGenerator<readonly D[]> {
  let cursor: string | undefined;
  do {
    const page: Slice<D> = await read({ ...walk, ...(cursor === undefined ? {} : { cursor }) });
    yield page.docs;
    cursor = page.next;
    // An engine that reads a page at once lets nobody else in.
    await turn();
  } while (cursor !== undefined);
}

/** Every document that matches, page by page, other work going on in between; in the order of `path`, or of ids. */
export const pagesOf = <T extends Doc>(
  store: Pick<Store, 'find'>,
  collection: Collection<T>,
  query: Query,
  path = 'id',
): AsyncGenerator<readonly Stored<T>[]> =>
  allPages((page) => store.find(collection, query, page), { sort: [{ path }], limit: WALKED_AT_ONCE });

/** The same of the id and these fields alone. */
export const fieldPagesOf = <T extends Doc, F extends Extract<keyof T, string>>(
  store: Pick<Store, 'findFields'>,
  collection: Collection<T>,
  fields: readonly F[],
  query: Query,
  path: F | 'id' = 'id',
): AsyncGenerator<readonly Readonly<Pick<T, F | 'id'>>[]> =>
  allPages((page) => store.findFields(collection, fields, query, page), { sort: [{ path }], limit: NARROW_AT_ONCE });

/** Every document, page by page, in the order in which the engine reads them soonest. */
export const scanOf = <T extends Doc>(
  store: Pick<Store, 'find'>,
  collection: Collection<T>,
): AsyncGenerator<readonly Stored<T>[]> =>
  allPages((page) => store.find(collection, everything, page), { limit: WALKED_AT_ONCE });

/** The same of the id and these fields alone. */
export const scanFieldsOf = <T extends Doc, F extends Extract<keyof T, string>>(
  store: Pick<Store, 'findFields'>,
  collection: Collection<T>,
  fields: readonly F[],
): AsyncGenerator<readonly Readonly<Pick<T, F | 'id'>>[]> =>
  allPages((page) => store.findFields(collection, fields, everything, page), { limit: NARROW_AT_ONCE });

/**
 * One walk along what `pages` gives in rising order of `key`, taken a stretch at a time: each call gives those up to
 * `last` that earlier ones did not, in lists by their key. Keys are compared by their UTF-8 bytes, as the store does.
 */
export const walkAlong = <D>(
  pages: AsyncGenerator<readonly D[]>,
  key: (doc: D) => string,
): ((last: string) => Promise<ReadonlyMap<string, readonly D[]>>) => {
  let page: readonly D[] = [];
  let at = 0;
  return async (last) => {
    const taken = new Map<string, D[]>();
    for (;;) {
      for (; at < page.length; at += 1) {
        const doc = page[at];
        if (doc === undefined) break;
        const same = taken.get(key(doc));
        if (same) same.push(doc);
        else if (compareScalars(key(doc), last) > 0) return taken;
        else taken.set(key(doc), [doc]);
      }
      const next = await pages.next();
      if (next.done === true) return taken;
      page = next.value;
      at = 0;
    }
  };
};
