import type { Query } from '../query.ts';
import { writing } from './connection.ts';
import { live } from './envelope.ts';
import { allOf, toFilter } from './filter.ts';
import { findDocs } from './find.ts';
import type { Reading } from './find.ts';

const WINDOW = 1000;

/**
 * Removes all that matches, window by window, so that no single step holds the server for long.
 *
 * @param reading asked anew for each window, because time goes on
 */
export const removeFound = async (reading: () => Reading, query: Query): Promise<number> => {
  let removed = 0;
  let cursor: string | undefined;
  do {
    const now = reading();
    const page = await findDocs(now, query, { limit: WINDOW, ...(cursor === undefined ? {} : { cursor }) });
    const ids = page.docs.map(({ id }) => id);
    const { shelf } = now;
    // The query again: a document may have changed since it was found.
    const filter = allOf([{ _id: { $in: ids } }, toFilter(query), live(shelf, now.now)]);
    removed += (await shelf.model.deleteMany(filter, writing(undefined))).deletedCount;
    cursor = page.next;
  } while (cursor !== undefined);
  return removed;
};
