import type { AttributePath } from './filter.ts';

/** ATTRNAME of RFC 7644 figure 1, and `$ref`, which is none. */
const NAME = /^(\$ref|[A-Za-z][A-Za-z0-9_-]*)$/;

const URI = /^[A-Za-z][A-Za-z0-9+.-]*:[!-~]+$/;

/**
 * A path as it is written, or undefined for what is none. What is before the last colon is the schema: URNs have dots
 * and colons of their own, names of attributes have no colon (RFC 7644 section 3.10).
 */
export const attributePath = (word: string): AttributePath | undefined => {
  const colon = word.lastIndexOf(':');
  const schema = colon < 0 ? undefined : word.slice(0, colon);
  if (schema !== undefined && !URI.test(schema)) return undefined;
  const [name = '', sub, ...more] = word.slice(colon + 1).split('.', 3);
  if (!NAME.test(name) || (sub !== undefined && !NAME.test(sub)) || more.length > 0) return undefined;
  return { ...(schema !== undefined && { schema }), name, ...(sub !== undefined && { sub }) };
};

export const printPath = ({ schema, name, sub }: AttributePath): string =>
  `${schema === undefined ? '' : `${schema}:`}${name}${sub === undefined ? '' : `.${sub}`}`;
