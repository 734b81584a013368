import type { Query } from '../query.ts';
import { writing } from './connection.ts';
import { live } from './envelope.ts';
import { allOf, toFilter } from './filter.ts';
import { mustAfford, sortFor } from './find.ts';
import type { Reading } from './find.ts';
import { walkFor } from './plan.ts';

const WINDOW = 1000;

/** Removes one window of what an index finds; each document is looked at again, for it may have changed meanwhile. */
const removeWindow = async ({ shelf, now }: Reading, query: Query, hint: string): Promise<number | undefined> => {
  const filter = allOf([toFilter(query), live(shelf, now)]);
  const found = await shelf.model.find(filter, { _id: 1 }).hint(hint).limit(WINDOW).lean();
  if (found.length === 0) return undefined;
  const ids = found.map(({ _id }) => _id);
  return (await shelf.model.deleteMany(allOf([{ _id: { $in: ids } }, filter]), writing(undefined))).deletedCount;
};

/**
 * Removes all that matches, never as one transaction. What an index decides is removed window by window, each durable
 * before the next, so that any number is; else the server removes it in one reading of what the query may read.
 */
export const removeFound = async (reading: Reading, query: Query): Promise<number> => {
  const { shelf, now } = reading;
  const walk = walkFor(shelf, query, sortFor(shelf, query));
  if (!walk || walk.residual) {
    await mustAfford(reading, query);
    return (await shelf.model.deleteMany(allOf([toFilter(query), live(shelf, now)]))).deletedCount;
  }
  let removed = 0;
  for (;;) {
    const more = await removeWindow(reading, query, walk.hint);
    if (more === undefined) return removed;
    removed += more;
  }
};
