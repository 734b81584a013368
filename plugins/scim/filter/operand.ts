import { fold } from '../../../src/kernel/text.ts';
import type { Attribute } from '../schema/attribute.ts';
import { momentOf } from '../schema/moment.ts';
import type { Comparison, FilterValue } from './filter.ts';
import { invalid } from './token.ts';

type Operand = string | number | boolean;

const partial: readonly Comparison[] = ['co', 'sw', 'ew'];
const equality: readonly Comparison[] = ['eq', 'ne'];

const booleans: ReadonlyMap<unknown, boolean> = new Map<unknown, boolean>([
  [true, true],
  [false, false],
  ['true', true],
  ['false', false],
]);

/** Whether text is compared by its fold. */
export const isFolded = ({ type, caseExact }: Attribute): boolean => type === 'string' && !caseExact;

const allowed = ({ name, type }: Attribute, op: Comparison): void => {
  const none = type === 'boolean' || type === 'binary' ? !equality.includes(op) : false;
  const noText = ['integer', 'decimal', 'dateTime'].includes(type) && partial.includes(op);
  if (none || noText) throw invalid(`${name} cannot be compared by ${op}`);
};

const typed = (attribute: Attribute, value: FilterValue): Operand | undefined => {
  switch (attribute.type) {
    case 'boolean':
      // Text too, which Entra ID writes for booleans.
      return booleans.get(typeof value === 'string' ? value.toLowerCase() : value);
    case 'integer':
    case 'decimal':
      return typeof value === 'number' ? value : undefined;
    case 'dateTime':
      return typeof value === 'string' ? momentOf(value) : undefined;
    default:
      if (typeof value !== 'string') return undefined;
      return isFolded(attribute) ? fold(value) : value;
  }
};

/**
 * What a simple attribute is compared with: times as epoch milliseconds, folded text where the attribute is not
 * case-exact. Throws `ScimError` `invalidFilter` for an operator or a value that the attribute's type does not have.
 */
export const operand = (attribute: Attribute, op: Comparison, value: FilterValue): Operand => {
  allowed(attribute, op);
  const found = typed(attribute, value);
  if (found === undefined) throw invalid(`${attribute.name} cannot be compared with such a value`);
  return found;
};

/** `eq null` says that there is no value, `ne null` that there is one (RFC 7643 section 2.5). */
export const asksForNone = (op: Comparison): boolean => {
  if (!equality.includes(op)) throw invalid(`null can be compared by eq and ne only`);
  return op === 'eq';
};

/** A value of a list that does not say whether it is primary is not (RFC 7643 section 2.4). */
export const isPrimary = ({ name, type }: Attribute): boolean => name === 'primary' && type === 'boolean';
