import type { Attribute, ResourceType } from '../schema/attribute.ts';
import { resolve, standingFor } from '../schema/resolve.ts';
import type { Resolved } from '../schema/resolve.ts';
import type { AttributePath } from './filter.ts';
import { isFolded } from './operand.ts';
import { printPath } from './path.ts';
import { invalid } from './token.ts';

/** A simple attribute, and where documents hold what it is compared by. */
export interface Place {
  readonly attribute: Attribute;
  readonly path: string;
}

/** What a path of a filter is about; `undefined` where this kind of resource has no such attribute. */
export interface Named {
  readonly attribute: Attribute;
  readonly sub?: Attribute;
}

const join = (base: string, field: string): string => (base === '' ? field : `${base}.${field}`);

/** An extension's attribute needs its URN (RFC 7644 section 3.10), which Entra ID leaves out in `manager eq "…"`. */
const resolved = (type: ResourceType, path: AttributePath): Resolved | undefined => {
  const candidates = path.schema === undefined ? [undefined, ...type.extensions.map(({ id }) => id)] : [path.schema];
  for (const schema of candidates) {
    const found = resolve(type, { ...path, ...(schema !== undefined && { schema }) });
    if (found) return found;
  }
  return undefined;
};

/** Throws `ScimError` `invalidFilter` for what nobody may ask about, such as `password`. */
export const namedBy = (type: ResourceType, path: AttributePath): Named | undefined => {
  const found = resolved(type, path);
  if (found?.attribute.returned === 'never') throw invalid(`${printPath(path)} cannot be filtered by`);
  return found && { attribute: found.attribute, ...(found.sub && { sub: found.sub }) };
};

/** Paths within a list are those of its folded copy, which holds its elements whole. */
const baseOf = (attribute: Attribute, sub: Attribute): string | undefined =>
  attribute.multiValued || isFolded(sub) ? attribute.folded : attribute.field;

const placeOfSub = (attribute: Attribute, sub: Attribute): Place | undefined => {
  const base = attribute.field === '' ? '' : baseOf(attribute, sub);
  return base === undefined || sub.field === undefined ? undefined : { attribute: sub, path: join(base, sub.field) };
};

/** Where the store finds it; undefined for what documents do not hold. A complex one stands for its `value`. */
export const placeOf = ({ attribute, sub = standingFor(attribute) }: Named): Place | undefined => {
  if (attribute.type === 'complex') return sub && placeOfSub(attribute, sub);
  const path = isFolded(attribute) ? attribute.folded : attribute.field;
  return path === undefined ? undefined : { attribute, path };
};

/** All the places at which there may be something of it. */
export const placesIn = (named: Named): readonly Place[] => {
  const { attribute, sub } = named;
  if (attribute.type !== 'complex' || sub) return [placeOf(named)].filter((place) => place !== undefined);
  return attribute.subAttributes.map((part) => placeOfSub(attribute, part)).filter((place) => place !== undefined);
};
