import { checkDoc } from '../check.ts';
import { Conflict } from '../port.ts';
import type { Change, Doc, Stored } from '../port.ts';
import { blockedBy } from './blocked.ts';
import { writing } from './connection.ts';
import { existing, live, toEnvelope } from './envelope.ts';
import type { Shelf } from './shelf.ts';
import type { At } from './write.ts';

export interface Step {
  readonly change: Change;
  readonly shelf: Shelf;
}

/** How many steps from the first on swap different documents of one collection. */
export const swapsFrom = (steps: readonly Step[], first: number): readonly Stored<Doc>[] => {
  const docs = new Map<string, Stored<Doc>>();
  for (const { change, shelf } of steps.slice(first)) {
    if (change.kind !== 'swap' || shelf !== steps[first]?.shelf || docs.has(change.doc.id)) break;
    docs.set(change.doc.id, change.doc);
  }
  return [...docs.values()];
};

/**
 * Within a transaction, swaps different documents by two requests, however many they are: one finds which is stale, and
 * what others change after it collides with the replacements.
 */
export const swapBatch = async (at: At, given: readonly Stored<Doc>[]): Promise<readonly Stored<Doc>[]> => {
  const { shelf, position, now, session } = at;
  const docs = given.map((one) => ({ ...checkDoc(shelf.collection, one), version: one.version + 1 }));
  const envelopes = docs.map(({ version, ...doc }) => toEnvelope(shelf, doc, version));
  const there = await shelf.model
    .find({ _id: { $in: docs.map(({ id }) => id) }, ...live(shelf, now) }, { version: 1 }, writing(session))
    .lean();
  const versions = new Map(there.map(({ _id, version }) => [_id, version]));
  const stale = given.findIndex(({ id, version }) => versions.get(id) !== version);
  if (stale >= 0) throw new Conflict(position + stale, 'stale', shelf.collection.name);
  await blockedBy({ ...at, envelopes }, () =>
    shelf.model.bulkWrite(
      envelopes.map(({ _id, ...replacement }) => ({
        replaceOne: { filter: existing(shelf, now, _id), replacement },
      })),
      writing(session),
    ),
  );
  return docs;
};
