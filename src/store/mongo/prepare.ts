import { AppError } from '../../kernel/errors.ts';
import type { Connection, DocModel } from './connection.ts';
import { modelOf } from './connection.ts';
import { expired, fromEnvelope, uniqueOf } from './envelope.ts';
import { duplicateOf, isUnknownCollection } from './failure.ts';
import { uniqueName } from './shelf.ts';
import type { Shelf } from './shelf.ts';

/** Name of the collection with the engine's own notes; no declared name has an underscore. */
const NOTES = '_latchkey';
const WINDOW = 1000;

/** For each unique index of a collection the paths it was filled from. */
const uniqueness = ({ indexes }: Shelf): Record<string, string> =>
  Object.fromEntries(indexes.filter(({ unique }) => unique).map(({ name, paths }) => [name, paths.join()]));

const indexesOf = async (model: DocModel): Promise<readonly { readonly name: string; readonly key: unknown }[]> => {
  try {
    return (await model.collection.indexes()) as { name: string; key: unknown }[];
  } catch (error) {
    if (isUnknownCollection(error)) return [];
    throw error;
  }
};

/** Takes away the unique indexes that were filled from other fields: old and new values would meet in them. */
const dropRefilled = async ({ model }: Shelf, noted: Record<string, string>, wanted: Record<string, string>) => {
  const there = new Set((await indexesOf(model)).map(({ name }) => name));
  for (const [name, paths] of Object.entries(noted)) {
    if (paths !== wanted[name] && there.has(uniqueName(name))) await model.collection.dropIndex(uniqueName(name));
  }
};

/** Writes down the unique values of documents that were stored when other fields were unique. */
const refill = async (shelf: Shelf, now: number): Promise<void> => {
  // What no longer exists must not stand in the way of what does.
  await shelf.model.deleteMany(expired(shelf, now));
  let after = '';
  for (;;) {
    const window = await shelf.model
      .find({ _id: { $gt: after } })
      .sort({ _id: 1 })
      .limit(WINDOW)
      .lean();
    if (window.length === 0) return;
    await shelf.model.bulkWrite(
      window.map((envelope) => {
        const unique = uniqueOf(shelf, fromEnvelope(envelope));
        const update = unique === undefined ? { $unset: { unique: 1 } } : { $set: { unique } };
        // Who writes the document meanwhile writes its unique values as well.
        return { updateOne: { filter: { _id: envelope._id, version: envelope.version }, update } };
      }),
    );
    after = window.at(-1)?._id ?? after;
  }
};

/** Makes the indexes that are missing or were of other fields. */
const makeIndexes = async ({ model, collection }: Shelf): Promise<void> => {
  const there = new Map((await indexesOf(model)).map(({ name, key }) => [name, JSON.stringify(key)]));
  const wanted = model.schema.indexes().map(([key, options]) => ({ ...options, key, name: String(options.name) }));
  const missing = wanted.filter(({ name, key }) => there.get(name) !== JSON.stringify(key));
  for (const { name } of missing) if (there.has(name)) await model.collection.dropIndex(name);
  if (missing.length === 0) return;
  try {
    await model.db.getClient().db(model.db.name).command({ createIndexes: collection.name, indexes: missing });
  } catch (error) {
    const duplicate = duplicateOf(error);
    if (!duplicate) throw error;
    const held = `two documents of ${collection.name} hold one value of the unique index ${duplicate.index}`;
    throw new AppError('store_unusable', held, { cause: error });
  }
};

const prepareShelf = async (notes: DocModel, shelf: Shelf, now: number): Promise<void> => {
  const { name } = shelf.collection;
  const wanted = uniqueness(shelf);
  const found = await notes.findOne({ _id: name }).lean();
  const text = typeof found?.doc['unique'] === 'string' ? found.doc['unique'] : '{}';
  const noted = JSON.parse(text) as Record<string, string>;
  const isNew = Object.entries(wanted).some(([index, paths]) => noted[index] !== paths);
  if (isNew && (await shelf.model.exists({})) !== null) {
    await dropRefilled(shelf, noted, wanted);
    await refill(shelf, now);
  }
  await makeIndexes(shelf);
  // Also when one is given up: what is written from now on does not hold its values.
  const next = JSON.stringify(wanted);
  if (next !== text) await notes.updateOne({ _id: name }, { $set: { 'doc.unique': next } }, { upsert: true });
};

/**
 * Makes the collections and their indexes, and drops none that another version of the program may still read by.
 * Throws `store_unusable` when documents already share a value that is to be unique.
 */
export const prepare = async (connection: Connection, shelves: readonly Shelf[], now: number): Promise<void> => {
  const notes = modelOf(connection, NOTES);
  await Promise.all(shelves.map((shelf) => prepareShelf(notes, shelf, now)));
};
