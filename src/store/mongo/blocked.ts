import { Conflict } from '../port.ts';
import type { ClientSession, Envelope } from './connection.ts';
import { expired, live } from './envelope.ts';
import { duplicateOf } from './failure.ts';
import { allOf } from './filter.ts';
import type { Filter } from './filter.ts';
import { uniqueName } from './shelf.ts';
import type { Shelf } from './shelf.ts';

/** A write of one or more documents, the first of which stands at `position`. */
export interface Write {
  readonly shelf: Shelf;
  readonly position: number;
  readonly now: number;
  readonly session: ClientSession | undefined;
  readonly envelopes: readonly Envelope[];
}

/** A write met a document that holds its id or one of its unique values. Never leaves the engine. */
export class Blocked extends Error {
  readonly conflict: Conflict;
  readonly shelf: Shelf;
  readonly now: number;
  /** Matches what is in the way. */
  readonly others: Filter;

  constructor({ shelf, now, position }: Write, envelope: Envelope, offset: number, index: string) {
    super('a write met a taken value');
    const name = index === '_id_' ? 'id' : shelf.indexes.find((known) => uniqueName(known.name) === index)?.name;
    this.conflict = new Conflict(position + offset, 'duplicate', shelf.collection.name, name ?? index);
    this.shelf = shelf;
    this.now = now;
    this.others =
      name === 'id' || name === undefined
        ? { _id: envelope._id }
        : { [`unique.${name}`]: { $in: envelope.unique?.[name] ?? [] }, _id: { $ne: envelope._id } };
  }
}

/** A document came up between two steps of one change, which is to be made again. Never leaves the engine. */
export class Overtaken extends Error {}

export const blockedBy = async <R>(write: Write, run: () => Promise<R>): Promise<R> => {
  try {
    return await run();
  } catch (error) {
    const duplicate = duplicateOf(error);
    const envelope = duplicate && write.envelopes[duplicate.position];
    if (!envelope) throw error;
    throw new Blocked(write, envelope, duplicate.position, duplicate.index);
  }
};

/**
 * Deletes what is in the way and has expired, since it no longer exists; outside of any transaction, as it changes
 * nothing that anyone can see. False when nothing at all is in the way any more. Throws the conflict for what exists.
 */
export const makeWay = async ({ shelf, now, others, conflict }: Blocked): Promise<boolean> => {
  if ((await shelf.model.exists(allOf([others, live(shelf, now)]))) !== null) throw conflict;
  const { deletedCount } = await shelf.model.deleteMany(allOf([others, expired(shelf, now)]));
  return deletedCount > 0;
};
