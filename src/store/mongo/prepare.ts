import { AppError } from '../../kernel/errors.ts';
import type { Connection, DocModel } from './connection.ts';
import { modelOf } from './connection.ts';
import { fromEnvelope, uniqueOf } from './envelope.ts';
import { duplicateOf, indexClashes } from './failure.ts';
import { uniqueName } from './shelf.ts';
import type { Shelf } from './shelf.ts';

/** Name of the collection with the engine's own notes; no declared name has an underscore. */
const NOTES = '_latchkey';
const WINDOW = 1000;

/** For each unique index of a collection the paths it was filled from. */
const uniqueness = ({ indexes }: Shelf): string =>
  JSON.stringify(indexes.filter(({ unique }) => unique).map(({ name, paths }) => [name, paths]));

const dropUnique = async ({ model, indexes }: Shelf): Promise<void> => {
  const there = await model.collection.indexes();
  for (const { name } of there) {
    if (indexes.some((index) => uniqueName(index.name) === name) && name !== undefined)
      await model.collection.dropIndex(name);
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

/** The library types what it has collected from a schema more loosely than what it takes. */
type Making = Parameters<DocModel['collection']['createIndex']>;

const makeIndexes = async ({ model, collection }: Shelf): Promise<void> => {
  for (const [keys, options] of model.schema.indexes() as unknown as readonly [Making[0], Making[1] & object][]) {
    const name = String(options.name);
    try {
      await model.collection.createIndex(keys, options);
    } catch (error) {
      if (duplicateOf(error)) {
        throw new AppError('store_unusable', `${collection.name} has two documents with one value of ${name}`);
      }
      if (!indexClashes(error)) throw error;
      await model.collection.dropIndex(name);
      await model.collection.createIndex(keys, options);
    }
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
