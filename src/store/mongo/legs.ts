import type { Place } from '../evaluate.ts';
import type { Scalar } from '../query.ts';
import { fieldOf, SCALAR_TYPES } from './filter.ts';
import type { Filter } from './filter.ts';
import type { Walk } from './plan.ts';

const typeName = (value: Scalar): (typeof SCALAR_TYPES)[number] =>
  typeof value === 'boolean' ? 'bool' : typeof value === 'number' ? 'number' : 'string';

const absent = (field: string): Filter => ({ [field]: null });
const present = (field: string): Filter => ({ [field]: { $type: SCALAR_TYPES } });

/** What comes after a value, or after its absence, in the direction of the walk, as stretches of the index. */
const beyond = (walk: Walk, field: string, value: Scalar | undefined, first: boolean): readonly Filter[] => {
  if (value === undefined) return first || walk.descending ? [] : [present(field)];
  const at = SCALAR_TYPES.indexOf(typeName(value));
  const otherTypes = walk.descending ? SCALAR_TYPES.slice(0, at) : SCALAR_TYPES.slice(at + 1);
  const sameType = { [field]: { [walk.descending ? '$lt' : '$gt']: value } };
  // A condition on the first path holds within one type only, and never where the path is absent.
  if (first && walk.bounded) return [sameType];
  return [
    sameType,
    ...(otherTypes.length > 0 ? [{ [field]: { $type: otherTypes } }] : []),
    ...(first || walk.descending ? [absent(field)] : []),
  ];
};

const fromTheStart = ({ order: [first], descending, bounded }: Walk): readonly Filter[] => {
  // Going down, MongoDB puts absent last by itself.
  if (first === undefined || descending || bounded) return [{}];
  return [present(fieldOf(first)), absent(fieldOf(first))];
};

/**
 * The stretches of an index to read one after the other, so that absent comes last in both directions; each is one
 * interval that MongoDB seeks to. After a place they are: its ties after its id, then what lies beyond, from the last
 * path of the order to the first.
 */
export const legsOf = (walk: Walk, from: Place | undefined): readonly Filter[] => {
  if (!from) return fromTheStart(walk);
  const fields = walk.order.map(fieldOf);
  const equal = (count: number): Filter =>
    Object.fromEntries(fields.slice(0, count).map((field, position) => [field, from.key[position] ?? null]));
  const ties = { ...equal(fields.length), _id: { [walk.descending ? '$lt' : '$gt']: from.id } };
  const rest = fields
    .flatMap((field, position) => [
      beyond(walk, field, from.key[position], position === 0).map((filter) => ({ ...equal(position), ...filter })),
    ])
    .toReversed()
    .flat();
  return [ties, ...rest];
};
