import { AppError } from '../../kernel/errors.ts';
import { checkDoc } from '../check.ts';
import { Conflict } from '../port.ts';
import type { Change, Doc, Increment, Stored } from '../port.ts';
import { Blocked, blockedBy, Overtaken } from './blocked.ts';
import { writing } from './connection.ts';
import type { ClientSession, Envelope } from './connection.ts';
import { existing, expired, fromEnvelope, memberOf, toEnvelope } from './envelope.ts';
import { fieldOf } from './filter.ts';
import type { Filter } from './filter.ts';
import type { Shelf } from './shelf.ts';

/** Where a change is made: its collection, its position in the commit, its time, and its transaction if it has one. */
export interface At {
  readonly shelf: Shelf;
  readonly position: number;
  readonly now: number;
  readonly session: ClientSession | undefined;
}

const conflict = ({ shelf, position }: At, reason: Conflict['reason']): Conflict =>
  new Conflict(position, reason, shelf.collection.name);

/** The existing document at a version, if one is given. */
const target = ({ shelf, now }: At, id: string, version?: number): Filter =>
  version === undefined ? existing(shelf, now, id) : { ...existing(shelf, now, id), version };

/** Inserts an envelope, in the place of an expired one of the same id. */
const put = async (at: At, envelope: Envelope): Promise<void> => {
  const { shelf, now, session } = at;
  const { _id, ...replacement } = envelope;
  const place = { _id, ...expired(shelf, now) };
  await blockedBy({ ...at, envelopes: [envelope] }, async () => {
    await shelf.model.replaceOne(place, replacement, { upsert: true, ...writing(session) });
  });
};

export const insert = async (at: At, given: Doc): Promise<Stored<Doc>> => {
  const doc = checkDoc(at.shelf.collection, given);
  await put(at, toEnvelope(at.shelf, doc, 1));
  return { ...doc, version: 1 };
};

/** @param docs as `checkDoc` gave them */
export const insertBatch = async (at: At, docs: readonly Doc[]): Promise<void> => {
  const envelopes = docs.map((doc) => toEnvelope(at.shelf, doc, 1));
  await blockedBy({ ...at, envelopes }, async () => {
    await at.shelf.model.insertMany(envelopes, { lean: true, ...writing(at.session) });
  });
};

export const swap = async (at: At, given: Stored<Doc>): Promise<Stored<Doc>> => {
  const doc = checkDoc(at.shelf.collection, given);
  const envelope = toEnvelope(at.shelf, doc, given.version + 1);
  const { _id, ...replacement } = envelope;
  const { matchedCount } = await blockedBy({ ...at, envelopes: [envelope] }, () =>
    at.shelf.model.replaceOne(target(at, _id, given.version), replacement, writing(at.session)),
  );
  if (matchedCount === 0) throw conflict(at, 'stale');
  return { ...doc, version: envelope.version };
};

/** Within a transaction the document is written, so that whoever changes it meanwhile collides with this commit. */
const expect = async (at: At, id: string, version: number): Promise<void> => {
  const { shelf, session } = at;
  const wanted = target(at, id, version);
  const met = session
    ? (await shelf.model.updateOne(wanted, { $inc: { guards: 1 } }, writing(session))).matchedCount > 0
    : (await shelf.model.exists(wanted)) !== null;
  if (!met) throw conflict(at, 'stale');
};

export const take = async (at: At, id: string, version?: number): Promise<Stored<Doc>> => {
  const taken = await at.shelf.model.findOneAndDelete(target(at, id, version), writing(at.session)).lean();
  if (!taken) throw conflict(at, version === undefined ? 'missing' : 'stale');
  return fromEnvelope(taken);
};

export const remove = async (at: At, id: string): Promise<boolean> =>
  (await at.shelf.model.deleteOne(target(at, id), writing(at.session))).deletedCount > 0;

/** What the engine derives from a field when a document is written would not follow a number raised in place. */
const checkCounter = ({ shelf }: At, field: string): void => {
  const { collection, indexes } = shelf;
  if (collection.expiry === field || indexes.some(({ unique, paths }) => unique && paths.includes(field))) {
    throw new AppError('internal', `${collection.name}.${field} is not for counting: it is unique or an expiry`);
  }
};

const begin = async (at: At, id: string, by: Increment, initial: Doc): Promise<Stored<Doc>> => {
  if (initial.id !== id) {
    throw new AppError('bad_request', `the initial document of ${at.shelf.collection.name} has another id`);
  }
  const value = memberOf(initial, by.field);
  if (typeof value !== 'number') throw conflict(at, 'missing');
  const next = value + (by.by ?? 1);
  if (next > by.cap) throw conflict(at, 'capped');
  const doc: Doc = { ...initial, [by.field]: next };
  try {
    return await insert(at, doc);
  } catch (error) {
    throw error instanceof Blocked && error.conflict.index === 'id' ? new Overtaken() : error;
  }
};

export const increment = async (at: At, id: string, by: Increment): Promise<Stored<Doc>> => {
  checkCounter(at, by.field);
  const { shelf, session } = at;
  const step = by.by ?? 1;
  const counter = fieldOf(by.field);
  const counted = await shelf.model
    .findOneAndUpdate(
      { ...target(at, id), [counter]: { $lte: by.cap - step } },
      { $inc: { [counter]: step, version: 1 } },
      { returnDocument: 'after', ...writing(session) },
    )
    .lean();
  if (counted) return fromEnvelope(counted);
  const there = await shelf.model.findOne(target(at, id), undefined, writing(session)).lean();
  if (!there) {
    if (!by.initial) throw conflict(at, 'missing');
    return begin(at, id, by, by.initial);
  }
  const value = memberOf(fromEnvelope(there), by.field);
  if (typeof value !== 'number') throw conflict(at, 'missing');
  if (value + step > by.cap) throw conflict(at, 'capped');
  throw new Overtaken();
};

/** Makes one change; throws `Conflict` when its precondition does not hold. */
export const apply = async (at: At, change: Change): Promise<Stored<Doc> | undefined> => {
  switch (change.kind) {
    case 'insert':
      return insert(at, change.doc);
    case 'swap':
      return swap(at, change.doc);
    case 'take':
      return take(at, change.id, change.version);
    case 'increment':
      return increment(at, change.id, change);
    case 'expect':
      await expect(at, change.id, change.version);
      return undefined;
    case 'remove':
      await remove(at, change.id);
      return undefined;
  }
};
