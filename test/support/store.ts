import type { Clock } from '../../src/kernel/clock.ts';
import { AppError } from '../../src/kernel/errors.ts';
import type { Migration } from '../../src/store/migrate.ts';
import { Conflict } from '../../src/store/port.ts';
import type { Collection, Doc, Page, Store, Stored } from '../../src/store/port.ts';
import type { Query } from '../../src/store/query.ts';

/** What an engine brings to the contract: one store, opened any number of times, as several processes would. */
export interface StoreUnderTest {
  open(options: {
    readonly collections: readonly Collection[];
    readonly migrations?: readonly Migration[];
    readonly clock: Clock;
    readonly budget?: number;
  }): Promise<Store>;
  /** Takes the store off the machine, after everything that was opened has been closed. */
  remove(): Promise<void>;
}

/** The error a promise was rejected with; undefined when it was fulfilled. */
export const rejection = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

/** What a caller can tell an error of the port by. */
export const outcome = async (promise: Promise<unknown>): Promise<unknown> => {
  const error = await rejection(promise);
  if (error instanceof Conflict) {
    const { position, reason, collection, index } = error;
    return { position, reason, collection, ...(index === undefined ? {} : { index }) };
  }
  return error instanceof AppError ? error.code : error;
};

/** Every document of a query, page by page. */
export const allPages = async <T extends Doc>(
  store: Store,
  collection: Collection<T>,
  query: Query,
  page: Page,
): Promise<readonly Stored<T>[]> => {
  const docs: Stored<T>[] = [];
  let cursor: string | undefined;
  do {
    const found = await store.find(collection, query, { ...page, ...(cursor === undefined ? {} : { cursor }) });
    docs.push(...found.docs);
    cursor = found.next;
  } while (cursor !== undefined);
  return docs;
};
