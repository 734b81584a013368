import type { ClaimOptions, Doc, Stored } from '../port.ts';
import { writing } from './connection.ts';
import { fromEnvelope, live } from './envelope.ts';
import { allOf, toFilter } from './filter.ts';
import type { Filter } from './filter.ts';
import { findDocs, sortFor, sortOf } from './find.ts';
import type { Reading } from './find.ts';
import { legsOf } from './legs.ts';
import { walkFor } from './plan.ts';

interface Order {
  readonly sort?: Record<string, 1 | -1>;
  readonly hint?: string;
}

const lease = async (
  { shelf, now }: Reading,
  filter: Filter,
  until: number,
  order: Order,
): Promise<Stored<Doc> | undefined> => {
  const free = allOf([filter, live(shelf, now), { leasedUntil: { $not: { $gt: now } } }]);
  // The version rises, so that who held the document before cannot swap it any more.
  const handOut = { $set: { leasedUntil: until }, $inc: { version: 1 } };
  const leased = await shelf.model
    .findOneAndUpdate(free, handOut, { ...order, ...writing(undefined), returnDocument: 'after' })
    .lean();
  return leased ? fromEnvelope(leased) : undefined;
};

/** Where no index gives the order: reads what may be had, and tries one after the other. */
const leaseFound = async (reading: Reading, options: ClaimOptions): Promise<Stored<Doc> | undefined> => {
  const { query, sort = [] } = options;
  let cursor: string | undefined;
  do {
    const page = await findDocs(reading, query, { sort, ...(cursor === undefined ? {} : { cursor }) });
    for (const { id } of page.docs) {
      const leased = await lease(reading, allOf([{ _id: id }, toFilter(query)]), reading.now + options.lease, {});
      if (leased) return leased;
    }
    cursor = page.next;
  } while (cursor !== undefined);
  return undefined;
};

/**
 * The first document in order that nobody holds, found and leased in one step of the server: callers at once get
 * different documents and never race for the same one.
 */
export const claimDoc = async (reading: Reading, options: ClaimOptions): Promise<Stored<Doc> | undefined> => {
  const { query } = options;
  const walk = walkFor(reading.shelf, query, sortFor(reading.shelf, query, options.sort));
  if (!walk || walk.residual) return leaseFound(reading, options);
  const order = { sort: sortOf(walk), hint: walk.hint };
  for (const leg of legsOf(walk, undefined)) {
    const leased = await lease(reading, allOf([walk.bounds, leg]), reading.now + options.lease, order);
    if (leased) return leased;
  }
  return undefined;
};
