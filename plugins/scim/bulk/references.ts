import { isObject } from '../schema/value.ts';

/** How data and paths name a resource that the same request creates (RFC 7644 section 3.7.2). */
const WHOLE = /^bulkId:(.+)$/i;
const IN_PATH = /\/bulkId:([^/?]+)/gi;
const IN_FILTER = /"bulkId:([^"\\]+)"/gi;

/** A text that names nothing by itself may do so within: in the path of an operation, or in a filter of a PATCH. */
const within = (text: string, replaced: (id: string) => string): string =>
  text
    .replaceAll(IN_PATH, (_, id: string) => `/${replaced(id)}`)
    .replaceAll(IN_FILTER, (_, id: string) => `"${replaced(id)}"`);

const isPathLike = (text: string): boolean => text.startsWith('/') || text.includes('"bulkId:');

/** What stands for a bulk id; undefined for one of which there is no id yet. */
export type Ids = (bulkId: string) => string | undefined;

const textWith = (text: string, ids: Ids): string | undefined => {
  const id = WHOLE.exec(text)?.[1];
  if (id !== undefined) return ids(id);
  return isPathLike(text) ? within(text, (one) => ids(one) ?? `bulkId:${one}`) : text;
};

/**
 * The value with ids in place of bulk ids. What names a resource of which there is no id yet is left out, with the element
 * that holds it as its `value`: undefined where that is the whole.
 */
export const resolved = (value: unknown, ids: Ids): unknown => {
  if (typeof value === 'string') return textWith(value, ids);
  if (Array.isArray(value)) return value.map((one) => resolved(one, ids)).filter((one) => one !== undefined);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(([name, one]) => [name, resolved(one, ids)] as const);
  const lost = entries.some(([name, one]) => one === undefined && name.toLowerCase() === 'value');
  return lost ? undefined : Object.fromEntries(entries.filter(([, one]) => one !== undefined));
};

/** Bulk ids that are named anywhere within, each once. */
export const referencesIn = (value: unknown): readonly string[] => {
  const found = new Set<string>();
  resolved(value, (id) => {
    found.add(id);
    return id;
  });
  return [...found];
};
