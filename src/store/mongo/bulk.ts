import { checkDoc } from '../check.ts';
import type { Change, Doc, Stored } from '../port.ts';
import { uncast, writing } from './connection.ts';
import type { BulkOperation, ClientSession } from './connection.ts';
import { existing, toEnvelope } from './envelope.ts';
import { duplicateOf } from './failure.ts';
import type { Shelf } from './shelf.ts';

export interface Step {
  readonly change: Change;
  readonly shelf: Shelf;
}

/**
 * A precondition does not hold, or what has expired is in the way: made one by one, the changes tell. Never leaves the
 * engine.
 */
export class Doubt extends Error {}

type InBulk = Extract<Change, { kind: 'insert' | 'swap' | 'expect' | 'remove' }>;

interface Prepared {
  readonly operation: BulkOperation;
  readonly after: Stored<Doc> | undefined;
}

const isInBulk = (change: Change): change is InBulk => change.kind !== 'take' && change.kind !== 'increment';

const idOf = (change: InBulk): string =>
  change.kind === 'insert' || change.kind === 'swap' ? change.doc.id : change.id;

/** True for commits that `inBulk` can make: each change of a document of its own, and no result to be read back. */
export const fitsInBulk = (steps: readonly Step[]): boolean => {
  const names = steps.map(({ change }) => (isInBulk(change) ? `${change.in.name} ${idOf(change)}` : undefined));
  return !names.includes(undefined) && new Set(names).size === names.length;
};

const prepare = (shelf: Shelf, now: number, change: InBulk): Prepared => {
  switch (change.kind) {
    case 'insert': {
      const doc = checkDoc(shelf.collection, change.doc);
      return { operation: { insertOne: { document: toEnvelope(shelf, doc, 1) } }, after: { ...doc, version: 1 } };
    }
    case 'swap': {
      const { version } = change.doc;
      const doc = checkDoc(shelf.collection, change.doc as Doc);
      const { _id, ...replacement } = toEnvelope(shelf, doc, version + 1);
      const filter = { ...existing(shelf, now, _id), version };
      return { operation: { replaceOne: { filter, replacement } }, after: { ...doc, version: version + 1 } };
    }
    case 'expect': {
      const filter = { ...existing(shelf, now, change.id), version: change.version };
      return { operation: { updateOne: { filter, update: { $inc: { guards: 1 } } } }, after: undefined };
    }
    case 'remove':
      return { operation: { deleteOne: { filter: existing(shelf, now, change.id) } }, after: undefined };
  }
};

const isInsertion = ({ operation }: Prepared): boolean => 'insertOne' in operation;
const isDeletion = ({ operation }: Prepared): boolean => 'deleteOne' in operation;
const rank = (one: Prepared): number => (isInsertion(one) ? 0 : isDeletion(one) ? 2 : 1);

/**
 * Writes to one collection, each kind by one request. Insertions go first and deletions last: whatever so is done
 * could be done in any order as well, since values are never free sooner than in the order of the commit.
 */
const write = async ({ model }: Shelf, prepared: readonly Prepared[], session: ClientSession): Promise<void> => {
  const operations = prepared.toSorted((one, other) => rank(one) - rank(other)).map(({ operation }) => operation);
  const meeting = prepared.filter((one) => rank(one) === 1).length;
  try {
    const done = await uncast(model).bulkWrite(operations, { ordered: true, ...writing(session) });
    if (done.matchedCount < meeting) throw new Doubt();
  } catch (error) {
    throw duplicateOf(error) ? new Doubt() : error;
  }
};

/**
 * Makes the changes of commits that do not meet, by few requests however many they are. Gives for each commit what
 * `Store.commit` gives. Throws `Doubt` where anything is not as a commit wants it, without telling which.
 */
export const inBulk = async (
  commits: readonly (readonly Step[])[],
  now: number,
  session: ClientSession,
): Promise<readonly (readonly (Stored<Doc> | undefined)[])[]> => {
  const shelves = new Map<Shelf, Prepared[]>();
  const made = commits.map((steps) =>
    steps.map(({ change, shelf }) => {
      if (!isInBulk(change)) throw new Doubt();
      const one = prepare(shelf, now, change);
      const others = shelves.get(shelf);
      if (others) others.push(one);
      else shelves.set(shelf, [one]);
      return one.after;
    }),
  );
  for (const [shelf, prepared] of shelves) await write(shelf, prepared, session);
  return made;
};
