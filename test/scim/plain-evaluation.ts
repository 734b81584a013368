import type { AttributePath, Comparison, Filter, FilterValue } from '../../plugins/scim/filter/filter.ts';
import { fold } from '../../src/kernel/text.ts';

/**
 * What a filter says of a resource, read off RFC 7643 and RFC 7644 and off nothing of ours but the folding of text: the
 * judge of the translation. It looks at the JSON that a client is shown, and knows no store.
 */

type Json = unknown;
type Members = Readonly<Record<string, Json>>;

const isMembers = (value: Json): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** RFC 7643 section 8.7.1: caseExact; references are (section 2.3.7), and we say so of the manager's id. */
const CASE_EXACT = new Set([
  'id',
  'externalid',
  'profileurl',
  'photos.value',
  'manager.value',
  'meta.resourcetype',
  'meta.location',
]);
const MOMENTS = new Set(['meta.created', 'meta.lastmodified']);

const own = (from: Json, name: string): Json =>
  isMembers(from) ? Object.entries(from).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1] : undefined;

const spread = (value: Json): readonly Json[] =>
  value === undefined || value === null ? [] : Array.isArray(value) ? value.flatMap(spread) : [value];

const isEmpty = (value: Json): boolean => isMembers(value) && Object.values(value).flatMap(spread).every(isEmpty);

const codePoints = (text: string): readonly number[] => Array.from(text, (character) => character.codePointAt(0) ?? 0);

const lexical = (a: string, b: string): number => {
  const [left, right] = [codePoints(a), codePoints(b)];
  const at = left.findIndex((point, position) => point !== right[position]);
  if (at < 0) return left.length - right.length;
  const [l, r] = [left[at], right[at]];
  return l === undefined || r === undefined ? left.length - right.length : l - r;
};

const sign = (op: Comparison, order: number): boolean =>
  ({ gt: order > 0, ge: order >= 0, lt: order < 0, le: order <= 0 })[op as 'gt' | 'ge' | 'lt' | 'le'];

const ofText = (op: Comparison, found: string, wanted: string): boolean => {
  if (op === 'eq') return found === wanted;
  if (op === 'co') return found.includes(wanted);
  if (op === 'sw') return found.startsWith(wanted);
  if (op === 'ew') return found.endsWith(wanted);
  return sign(op, lexical(found, wanted));
};

const compared = (name: string, op: Comparison, found: Json, wanted: FilterValue): boolean => {
  if (typeof found === 'boolean') return found === (String(wanted).toLowerCase() === 'true');
  if (typeof found !== 'string' || typeof wanted !== 'string') return false;
  if (MOMENTS.has(name)) {
    const order = new Date(found).getTime() - new Date(wanted).getTime();
    return op === 'eq' ? order === 0 : sign(op, order);
  }
  return CASE_EXACT.has(name) ? ofText(op, found, wanted) : ofText(op, fold(found), fold(wanted));
};

/** One condition on values that stand for themselves. */
const condition = (filter: Filter & { kind: 'compare' }, name: string, values: readonly Json[]): boolean => {
  const { op, value } = filter;
  if (value === null) return (values.length === 0) === (op === 'eq');
  const meets = (by: Comparison): boolean => values.some((found) => compared(name, by, found, value));
  return op === 'ne' ? !meets('eq') : meets(op);
};

const valuesAt = (resource: Json, { schema, name, sub }: AttributePath): readonly Json[] => {
  const from = schema === undefined ? resource : own(resource, schema);
  const values = spread(own(from, name));
  return (sub === undefined ? values : values.flatMap((value) => spread(own(value, sub)))).filter(
    (value) => !isEmpty(value),
  );
};

/** RFC 7643 section 2.4: a value that does not say whether it is primary is not. */
const comparedIn = (resource: Json, { path, value }: Filter & { kind: 'compare' }, prefix: string): readonly Json[] => {
  const isPrimary = (prefix === '' ? path.sub : path.name)?.toLowerCase() === 'primary';
  if (!isPrimary || value === null) return valuesAt(resource, path);
  const elements = prefix === '' ? valuesAt(resource, { name: path.name }) : [resource];
  return elements.map((element) => own(element, 'primary') ?? false);
};

export const holdsOf = (filter: Filter, resource: Json, prefix = ''): boolean => {
  switch (filter.kind) {
    case 'and':
      return filter.of.every((part) => holdsOf(part, resource, prefix));
    case 'or':
      return filter.of.some((part) => holdsOf(part, resource, prefix));
    case 'not':
      return !holdsOf(filter.of, resource, prefix);
    case 'present':
      return valuesAt(resource, filter.path).length > 0;
    case 'valuePath':
      return spread(own(resource, filter.path.name)).some((one) => holdsOf(filter.of, one, `${filter.path.name}.`));
    case 'compare': {
      const values = comparedIn(resource, filter, prefix);
      const isComplex =
        prefix === '' && ['emails', 'manager'].includes(filter.path.name) && filter.path.sub === undefined;
      const stands = isComplex && filter.value !== null;
      const { name, sub } = filter.path;
      const full = `${prefix}${name}${stands ? '.value' : sub === undefined ? '' : `.${sub}`}`.toLowerCase();
      return condition(filter, full, stands ? values.flatMap((value) => spread(own(value, 'value'))) : values);
    }
  }
};
