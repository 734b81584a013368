import { and, any, eq, everything, not, or, pr } from '../../../src/store/query.ts';
import type { Query } from '../../../src/store/query.ts';
import type { Attribute, ResourceType } from '../schema/attribute.ts';
import { named as subNamed, schemaOf } from '../schema/resolve.ts';
import type { Filter, FilterValue } from './filter.ts';
import { asksForNone, isPrimary, operand } from './operand.ts';
import { printPath } from './path.ts';
import { namedBy, placeOf, placesIn } from './place.ts';
import type { Named, Place } from './place.ts';
import { isRelated, relatedQuestion } from './related.ts';
import type { RelatedQuestion } from './related.ts';
import { invalid } from './token.ts';

export interface TranslateOptions {
  /**
   * What an attribute is that this kind of resource does not have: a fault, or absent, as where several kinds are
   * searched at once (RFC 7644 section 3.4.2.1).
   */
  readonly unknown?: 'refused' | 'absent';
  /** Ids of the resources that a question about memberships is true of; without it none can be asked. */
  readonly related?: (question: RelatedQuestion) => readonly string[];
}

type Condition = Filter & { readonly kind: 'compare' | 'present' };
type Comparing = Condition & { readonly kind: 'compare' };
type About = Filter & { readonly kind: 'compare' | 'present' | 'valuePath' };

const nothing: Query = or();

/** `ne` of what is absent holds, as for the store. */
const ofAbsent = (filter: About): Query => {
  if (filter.kind !== 'compare') return nothing;
  return (filter.value === null ? asksForNone(filter.op) : filter.op === 'ne') ? everything : nothing;
};

const compared = (filter: Comparing, place: Place, none: Query): Query => {
  const { op, value } = filter;
  if (value === null) return asksForNone(op) ? none : not(none);
  return { op, path: place.path, value: operand(place.attribute, op, value) };
};

/** Whether anything is there, at one of the places. */
const present = (places: readonly Place[]): Query => {
  const there = places.map(({ path }) => pr(path));
  return there.length === 1 && there[0] ? there[0] : or(...there);
};

/** Those that have a schema: all have that of their type, and an extension whoever has one of its attributes. */
const ofSchema = (type: ResourceType, urn: FilterValue): Query => {
  if (typeof urn !== 'string') throw invalid('a schema is a URN');
  const schema = schemaOf(type, urn);
  if (schema === type.schema) return everything;
  return schema ? present(schema.attributes.flatMap((attribute) => placesIn({ attribute }))) : nothing;
};

/** What every resource has though no document holds it: few of these are asked for more than whether they are there. */
const ofDerived = (type: ResourceType, filter: Condition, { attribute, sub }: Named): Query => {
  if (filter.kind === 'present' && attribute.mutability === 'readOnly') return everything;
  const isType = attribute.name === 'meta' && sub?.name === 'resourceType';
  if (!(isType || attribute.name === 'schemas') || filter.kind === 'present') {
    throw invalid(`${printPath(filter.path)} cannot be filtered by`);
  }
  if (filter.value === null) return asksForNone(filter.op) ? nothing : everything;
  if (filter.op !== 'eq' && filter.op !== 'ne') throw invalid('types and schemas can be compared by eq and ne only');
  const isSo = isType ? (filter.value === type.name ? everything : nothing) : ofSchema(type, filter.value);
  return filter.op === 'eq' ? isSo : not(isSo);
};

const ofRelated = (filter: About, named: Named, { related }: TranslateOptions): Query => {
  const question = relatedQuestion(named, filter);
  if (!question || !related) throw invalid(`${named.attribute.name} can be filtered by one value only`);
  const found = or(...related(question).map((id) => eq('id', id)));
  return filter.kind === 'compare' && filter.op === 'ne' ? not(found) : found;
};

/** Whether a value is the primary one: one that says nothing of it is not, and no document holds that. */
const ofPrimary = (filter: Comparing, { attribute, path }: Place): Query => {
  const wanted = operand(attribute, filter.op, filter.value ?? false) === (filter.op === 'eq');
  return wanted ? eq(path, true) : not(eq(path, true));
};

const isOfPrimary = (filter: About, { attribute, sub }: Named): filter is Comparing =>
  filter.kind === 'compare' && filter.value !== null && attribute.multiValued && sub !== undefined && isPrimary(sub);

/** `emails.primary eq false` as `emails[primary eq false]`: only a value as a whole can lack it. */
const onOneValue = ({ path: { sub = '', ...path }, op, value }: Comparing): Filter => {
  const same = { kind: 'valuePath', path, of: { kind: 'compare', path: { name: sub }, op: 'eq', value } } as const;
  if (op !== 'eq' && op !== 'ne') return { ...same, of: { ...same.of, op } };
  return op === 'eq' ? same : { kind: 'not', of: same };
};

const onElement = (list: Attribute, filter: Filter, unknown: TranslateOptions['unknown']): Query => {
  switch (filter.kind) {
    case 'and':
      return and(...filter.of.map((part) => onElement(list, part, unknown)));
    case 'or':
      return or(...filter.of.map((part) => onElement(list, part, unknown)));
    case 'not':
      return not(onElement(list, filter.of, unknown));
    case 'valuePath':
      throw invalid('brackets cannot stand in brackets');
    default: {
      const sub = subNamed(list.subAttributes, filter.path.name);
      if (sub?.field === undefined) {
        if (unknown === 'absent') return ofAbsent(filter);
        throw invalid(`${list.name}.${filter.path.name} cannot be filtered by`);
      }
      const place = { attribute: sub, path: sub.field };
      if (isPrimary(sub) && filter.kind === 'compare' && filter.value !== null) return ofPrimary(filter, place);
      return filter.kind === 'present' ? pr(place.path) : compared(filter, place, not(pr(place.path)));
    }
  }
};

const ofCondition = (filter: Condition, type: ResourceType, named: Named): Query => {
  const places = placesIn(named);
  if (places.length === 0) return ofDerived(type, filter, named);
  if (filter.kind === 'present') return present(places);
  const none = not(present(places));
  if (filter.value === null) return asksForNone(filter.op) ? none : not(none);
  const place = placeOf(named);
  if (!place) throw invalid(`${printPath(filter.path)} can be filtered by its sub-attributes only`);
  return compared(filter, place, none);
};

/**
 * The query that finds what the filter says of this kind of resource, by its names looked up without regard to case.
 * Throws `ScimError` `invalidFilter` for names, operators and values that the schema has no place for.
 */
export const toQuery = (filter: Filter, type: ResourceType, options: TranslateOptions = {}): Query => {
  switch (filter.kind) {
    case 'and':
      return and(...filter.of.map((part) => toQuery(part, type, options)));
    case 'or':
      return or(...filter.of.map((part) => toQuery(part, type, options)));
    case 'not':
      return not(toQuery(filter.of, type, options));
    default: {
      const named = namedBy(type, filter.path);
      if (!named) {
        if (options.unknown === 'absent') return ofAbsent(filter);
        throw invalid(`${printPath(filter.path)} is no attribute of ${type.name}`);
      }
      if (isRelated(named)) return ofRelated(filter, named, options);
      if (isOfPrimary(filter, named)) return toQuery(onOneValue(filter), type, options);
      if (filter.kind !== 'valuePath') return ofCondition(filter, type, named);
      const { attribute } = named;
      if (attribute.type !== 'complex' || !attribute.multiValued || attribute.folded === undefined) {
        throw invalid(`${attribute.name} has no values to choose from by brackets`);
      }
      return any(attribute.folded, onElement(attribute, filter.of, options.unknown));
    }
  }
};
