import { pagesOf } from '../store/port.ts';
import type { Collection, Doc, Store, Stored } from '../store/port.ts';
import type { Query } from '../store/query.ts';

/** Every document that matches, page by page; in the order of `path`, or of ids. */
export async function* each<T extends Doc>(
  store: Store,
  collection: Collection<T>,
  query: Query,
  path = 'id',
): AsyncGenerator<Stored<T>> {
  for await (const page of pagesOf(store, collection, query, path)) yield* page;
}

/** The same as a list, for what must be held at once. */
export const all = async <T extends Doc>(...from: Parameters<typeof each<T>>): Promise<readonly Stored<T>[]> => {
  const docs: Stored<T>[] = [];
  for await (const doc of each(...from)) docs.push(doc);
  return docs;
};
