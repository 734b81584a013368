import type { Collection, Doc, Store, Stored } from '../store/port.ts';
import type { Query } from '../store/query.ts';

const PAGE = 1000;

/** Every document that matches, page by page; in the order of `path`, or of ids. */
export async function* each<T extends Doc>(
  store: Store,
  collection: Collection<T>,
  query: Query,
  path = 'id',
): AsyncGenerator<Stored<T>> {
  const sort = [{ path }];
  let cursor: string | undefined;
  do {
    const page = await store.find(collection, query, {
      sort,
      limit: PAGE,
      ...(cursor === undefined ? {} : { cursor }),
    });
    yield* page.docs;
    cursor = page.next;
  } while (cursor !== undefined);
}

/** The same as a list, for what must be held at once. */
export const all = async <T extends Doc>(...from: Parameters<typeof each<T>>): Promise<readonly Stored<T>[]> => {
  const docs: Stored<T>[] = [];
  for await (const doc of each(...from)) docs.push(doc);
  return docs;
};
