import { isStorable } from '../../kernel/text.ts';
import { isScalarValue, valuesAt } from '../evaluate.ts';
import type { Doc, Stored } from '../port.ts';
import type { Envelope } from './connection.ts';
import { fieldOf, NEVER } from './filter.ts';
import type { Filter } from './filter.ts';
import type { Shelf, ShelfIndex } from './shelf.ts';

/** The latest time that a Date can tell: ECMA-262 section 21.4.1.1. */
const LAST_DATE = 8.64e15;

export const memberOf = (doc: Doc, field: string): unknown =>
  (doc as unknown as Readonly<Record<string, unknown>>)[field];

/** One row for each combination of values that the index holds of the document; a row lacks what is absent. */
const rowsOf = (doc: Doc, { paths, list }: ShelfIndex): readonly (readonly unknown[])[] => {
  if (list === undefined) return [paths.map((path) => valuesAt(doc, path)[0])];
  const inside = `${list}.`;
  return valuesAt(doc, list).map((element) =>
    paths.map((path) => {
      if (path === list) return element;
      if (!path.startsWith(inside)) return valuesAt(doc, path)[0];
      return typeof element === 'object' && element !== null
        ? valuesAt(element, path.slice(inside.length))[0]
        : undefined;
    }),
  );
};

/** The values by which a unique index tells documents apart, as JSON text: `1`, `"1"` and `true` stay different. */
export const uniqueValues = (doc: Doc, index: ShelfIndex): string[] => [
  ...new Set(
    rowsOf(doc, index)
      .filter((row) => row.every((value) => isScalarValue(value as Parameters<typeof isScalarValue>[0])))
      .map((row) => JSON.stringify(row)),
  ),
];

/** The part of an envelope that unique indexes look at; undefined when the document holds no unique value. */
export const uniqueOf = (shelf: Shelf, doc: Doc): Record<string, string[]> | undefined => {
  const entries = shelf.indexes
    .filter(({ unique }) => unique)
    .map((index): [string, string[]] => [index.name, uniqueValues(doc, index)])
    .filter(([, values]) => values.length > 0);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
};

/** @param doc as `checkDoc` gave it */
export const toEnvelope = (shelf: Shelf, doc: Doc, version: number): Envelope => {
  const { id, ...fields } = doc;
  const expiry = shelf.collection.expiry === undefined ? undefined : memberOf(doc, shelf.collection.expiry);
  const unique = uniqueOf(shelf, doc);
  return {
    _id: id,
    version,
    doc: fields,
    ...(unique === undefined ? {} : { unique }),
    ...(typeof expiry === 'number' && Math.abs(expiry) <= LAST_DATE ? { expiresAt: new Date(expiry) } : {}),
  };
};

/** The document of an envelope. What is stored was checked when it was written, so that reading trusts it. */
export const fromEnvelope = ({ _id, version, doc }: Envelope): Stored<Doc> => ({ ...doc, id: _id, version });

/** Matches what exists at the time. */
export const live = ({ collection }: Shelf, now: number): Filter =>
  collection.expiry === undefined ? {} : { [fieldOf(collection.expiry)]: { $not: { $lte: now } } };

/** Matches the document of an id, if it exists. An id that cannot be stored is nobody's; the driver would bend it. */
export const existing = (shelf: Shelf, now: number, id: string): Filter =>
  isStorable(id) ? { _id: id, ...live(shelf, now) } : NEVER;

/** Matches what still lies in the collection and has ceased to exist. */
export const expired = ({ collection }: Shelf, now: number): Filter =>
  collection.expiry === undefined ? { version: 0 } : { [fieldOf(collection.expiry)]: { $lte: now } };
