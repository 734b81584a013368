import { AppError } from '../../kernel/errors.ts';
import type { Connection, DocModel } from './connection.ts';
import { modelOf } from './connection.ts';
import { fromEnvelope, uniqueOf } from './envelope.ts';
import { duplicateOf, isUnknownCollection } from './failure.ts';
import { uniqueName } from './shelf.ts';
import type { Shelf } from './shelf.ts';

/** Name of the collection with the engine's own notes; no declared name has an underscore. */
const NOTES = '_latchkey';
const WINDOW = 1000;

/** For each unique index of a collection the paths it was filled from. */
const uniqueness = ({ indexes }: Shelf): string =>
  JSON.stringify(indexes.filter(({ unique }) => unique).map(({ name, paths }) => [name, paths]));

const indexesOf = async (model: DocModel): Promise<readonly { readonly name: string; readonly key: unknown }[]> => {
  try {
    return (await model.collection.indexes()) as { name: string; key: unknown }[];
  } catch (error) {
    if (isUnknownCollection(error)) return [];
    throw error;
  }
};

const dropUnique = async ({ model, indexes }: Shelf): Promise<void> => {
  const there = await indexesOf(model);
  for (const { name } of there) {
    if (indexes.some((index) => uniqueName(index.name) === name)) await model.collection.dropIndex(name);
  }
};

/** Writes down the unique values of documents that were stored when other fields were unique. */
const refill = async (shelf: Shelf): Promise<void> => {
  let after = '';
  for (;;) {
    const window = await shelf.model
      .find({ _id: { $gt: after } })
      .sort({ _id: 1 })
      .limit(WINDOW)
      .lean();
    await shelf.model.bulkWrite(
      window.map((envelope) => {
        const unique = uniqueOf(shelf, fromEnvelope(envelope));
        const update = unique === undefined ? { $unset: { unique: 1 } } : { $set: { unique } };
        // Who writes the document meanwhile writes its unique values as well.
        return { updateOne: { filter: { _id: envelope._id, version: envelope.version }, update } };
      }),
    );
    after = window.at(-1)?._id ?? after;
    if (window.length < WINDOW) return;
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

const prepareShelf = async (notes: DocModel, shelf: Shelf): Promise<void> => {
  const { name } = shelf.collection;
  const wanted = uniqueness(shelf);
  const noted = await notes.findOne({ _id: name }).lean();
  if (noted?.doc['unique'] === wanted) return makeIndexes(shelf);
  if ((await shelf.model.exists({})) !== null) {
    await dropUnique(shelf);
    await refill(shelf);
  }
  await makeIndexes(shelf);
  await notes.updateOne({ _id: name }, { $set: { 'doc.unique': wanted } }, { upsert: true });
};

/**
 * Makes the collections and their indexes, and drops none that another version of the program may still read by.
 * Throws `store_unusable` when documents already share a value that is to be unique.
 */
export const prepare = async (connection: Connection, shelves: readonly Shelf[]): Promise<void> => {
  const notes = modelOf(connection, NOTES);
  await Promise.all(shelves.map((shelf) => prepareShelf(notes, shelf)));
};
