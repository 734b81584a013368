import { AppError } from '../../kernel/errors.ts';
import type { Collection, Index } from '../port.ts';
import { pathShape } from '../shape.ts';
import { modelOf } from './connection.ts';
import type { Connection, DocModel } from './connection.ts';
import { fieldOf } from './filter.ts';

/** A declared index and how MongoDB keeps it. */
export interface ShelfIndex {
  /** As declared. */
  readonly name: string;
  /** Name in MongoDB of the index that serves queries. */
  readonly hint: string;
  readonly paths: readonly string[];
  readonly unique: boolean;
  /** Path of the list that it runs through, if any. */
  readonly list?: string;
}

/** A collection with what the engine needs to work on it. */
export interface Shelf {
  readonly collection: Collection;
  readonly model: DocModel;
  readonly indexes: readonly ShelfIndex[];
}

/** Name in MongoDB of the index that enforces uniqueness. */
export const uniqueName = (index: string): string => `unique_${index}`;

/** Seconds a TTL index waits after the expiry, so that no skew of mongod's clock removes what still exists for us. */
const DAY_LATE = 24 * 60 * 60;

const NAME = /^[a-zA-Z0-9]+$/;

const shelve = (collection: Collection, [name, index]: [string, Index]): ShelfIndex => {
  const refuse = (why: string): never => {
    throw new AppError('internal', `index ${name} of ${collection.name} ${why}`);
  };
  if (!NAME.test(name)) refuse('has a name other than letters and digits');
  const shapes = index.on.map((path) => pathShape(collection.shape, path));
  const lists = new Set(shapes.flatMap((shape) => shape?.lists ?? refuse('has a path its shape does not settle')));
  // MongoDB refuses documents with two lists under one index.
  if (lists.size > 1) refuse('runs through more than one list');
  const [list] = lists;
  return {
    name,
    hint: `by_${name}`,
    paths: index.on,
    unique: index.unique ?? false,
    ...(list === undefined ? {} : { list }),
  };
};

/**
 * Describes a collection to MongoDB. Each declared index becomes one for queries, ended by the id so that pages have a
 * place to go on from; a unique one is enforced by a second, over the values kept in `unique`: absent values, and
 * elements of a list that lack theirs, are then not in it, which no partial index on the fields themselves can say.
 */
export const shelfOf = (connection: Connection, collection: Collection): Shelf => {
  const model = modelOf(connection, collection.name);
  const indexes = Object.entries(collection.indexes).map((entry) => shelve(collection, entry));
  if (collection.expiry !== undefined) {
    model.schema.index({ expiresAt: 1 }, { name: 'expires', expireAfterSeconds: DAY_LATE });
  }
  for (const { name, hint, paths, unique } of indexes) {
    const fields = [...paths.map(fieldOf), '_id'];
    model.schema.index(Object.fromEntries(fields.map((field) => [field, 1])), { name: hint });
    if (!unique) continue;
    const held = `unique.${name}`;
    model.schema.index(
      { [held]: 1 },
      { name: uniqueName(name), unique: true, partialFilterExpression: { [held]: { $exists: true } } },
    );
  }
  return { collection, model, indexes };
};
