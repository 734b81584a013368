import { AppError } from '../kernel/errors.ts';
import { isStorable } from '../kernel/text.ts';
import type { Collection, Doc } from './port.ts';
import type { Query, Sort } from './query.ts';
import { pathShape } from './shape.ts';

const NAME = /^[a-zA-Z0-9]+$/;
const PATH = /^[a-zA-Z][a-zA-Z0-9]*(\.[a-zA-Z][a-zA-Z0-9]*)*$/;

// Messages name the place and never the value: a value may be a secret, and messages reach the log.
const refuse = (what: string): never => {
  throw new AppError('bad_request', what);
};

/** A copy without undefined members, or `bad_request` for what an engine could not return unchanged. */
const storable = (value: unknown, at: string): unknown => {
  if (typeof value === 'string') return isStorable(value) ? value : refuse(`${at} has a NUL or a lone surrogate`);
  if (typeof value === 'number') return Number.isFinite(value) ? value : refuse(`${at} is not a finite number`);
  if (typeof value === 'boolean') return value;
  if (Array.isArray(value)) {
    return value.map((element: unknown, position) =>
      Array.isArray(element) ? refuse(`${at} has a list in a list`) : storable(element, `${at}.${String(position)}`),
    );
  }
  if (
    typeof value !== 'object' ||
    value === null ||
    ![Object.prototype, null].includes(Object.getPrototypeOf(value) as object)
  ) {
    return refuse(`${at} is ${value === null ? 'null' : 'not plain JSON'}: leave out what is absent`);
  }
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(
    entries.map(([name, member]: [string, unknown]) => [
      NAME.test(name) ? name : refuse(`${at} has a field name other than letters and digits`),
      storable(member, `${at}.${name}`),
    ]),
  );
};

/**
 * The document as it will be stored: parsed by the collection's shape, without `version`, undefined members left out.
 * Throws `bad_request` for a document of another shape, text with NUL or lone surrogates, numbers that are not finite,
 * null, a list directly in a list, and field names other than letters and digits.
 */
export const checkDoc = <T extends Doc>(collection: Collection<T>, doc: T): T => {
  const { version: _, ...bare } = doc as T & { readonly version?: number };
  const parsed = collection.shape.safeParse(bare);
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')} (${issue.code})`);
    throw new AppError('bad_request', `a document does not fit ${collection.name}: ${faults.join(', ')}`);
  }
  return storable(parsed.data, collection.name) as T;
};

const checkPath = (path: string): void => {
  if (!PATH.test(path)) refuse('a query has a path other than dotted names');
};

/** Throws `bad_request` for paths and values no document can have. */
export const checkQuery = (query: Query): void => {
  switch (query.op) {
    case 'and':
    case 'or':
      query.of.forEach(checkQuery);
      return;
    case 'not':
      checkQuery(query.of);
      return;
    case 'any':
      checkPath(query.path);
      checkQuery(query.of);
      return;
    case 'pr':
      checkPath(query.path);
      return;
    default:
      checkPath(query.path);
      storable(query.value, query.path);
  }
};

/** Throws `bad_request` for an order that documents of this collection cannot have. */
export const checkSort = (collection: Pick<Collection, 'shape'>, sort: readonly Sort[]): void => {
  for (const { path } of sort) {
    checkPath(path);
    if ((pathShape(collection.shape, path)?.lists.length ?? 0) > 0)
      refuse(`${path} is a list: nothing is ordered by it`);
  }
};
