import { attributePath } from '../filter/path.ts';
import type { Attribute, ResourceType, Schema } from '../schema/attribute.ts';
import { commonAttributes } from '../schema/common-attributes.ts';
import { resolve, schemaOf } from '../schema/resolve.ts';
import { badRequest } from '../schema/scim-error.ts';
import { isList, isScimObject, member } from '../schema/value.ts';
import type { ScimObject, ScimValue } from '../schema/value.ts';
import { isNamedIn } from './named.ts';
import type { Named } from './named.ts';

/** What a client wants to see of resources (RFC 7644 section 3.9). */
export interface Selection {
  readonly kind: 'default' | 'attributes' | 'excludedAttributes';
  readonly names: readonly string[];
  /** Brought by the write that is answered: what is shown on request is shown then (RFC 7643 section 7). */
  readonly written?: Named;
}

const MOST_NAMES = 200;

const listed = (given: string | readonly string[] | undefined): readonly string[] => {
  const names = (typeof given === 'string' ? given.split(',') : (given ?? [])).map((name) => name.trim());
  if (names.length > MOST_NAMES) throw badRequest('invalidValue', 'too many attributes are named');
  return names.filter((name) => name !== '');
};

/** As the parameters of a query say it, parted by commas, or the lists of a search. Throws `ScimError` `invalidValue` for both. */
export const selectionOf = (
  attributes: string | readonly string[] | undefined,
  excludedAttributes: string | readonly string[] | undefined,
): Selection => {
  const [shown, hidden] = [listed(attributes), listed(excludedAttributes)];
  if (shown.length > 0 && hidden.length > 0) {
    throw badRequest('invalidValue', 'attributes and excludedAttributes exclude each other');
  }
  if (shown.length > 0) return { kind: 'attributes', names: shown };
  return { kind: hidden.length > 0 ? 'excludedAttributes' : 'default', names: hidden };
};

/** Which attributes the names mean for one kind of resource; what names nothing there is ignored. */
interface Meant {
  readonly schemas: ReadonlySet<Schema>;
  readonly whole: ReadonlySet<Attribute>;
  readonly subs: ReadonlySet<Attribute>;
  /** Those of which sub-attributes are named. */
  readonly parents: ReadonlySet<Attribute>;
}

const meantBy = (type: ResourceType, names: readonly string[]): Meant => {
  const resolved = names.map((name) => {
    const path = attributePath(name);
    return path && resolve(type, path);
  });
  const found = resolved.filter((one) => one !== undefined);
  const deep = found.flatMap(({ attribute, sub }) => (sub ? [{ attribute, sub }] : []));
  return {
    schemas: new Set(names.filter((name) => name.includes(':')).flatMap((name) => schemaOf(type, name) ?? [])),
    whole: new Set(found.filter(({ sub }) => !sub).map(({ attribute }) => attribute)),
    subs: new Set(deep.map(({ sub }) => sub)),
    parents: new Set(deep.map(({ attribute }) => attribute)),
  };
};

/** Whether an attribute is shown: all of it, parts of it, or nothing. */
type Shown = (schema: Schema, attribute: Attribute) => 'whole' | 'parts' | 'not';

const showing = (type: ResourceType, { kind, names, written }: Selection, meant = meantBy(type, names)): Shown => {
  const isNamed = (schema: Schema, attribute: Attribute): boolean =>
    meant.schemas.has(schema) || meant.whole.has(attribute);
  return (schema, attribute) => {
    if (attribute.returned === 'never') return 'not';
    if (attribute.returned === 'always') return 'whole';
    if (kind === 'attributes') {
      if (isNamed(schema, attribute)) return 'whole';
      return meant.parents.has(attribute) ? 'parts' : 'not';
    }
    const isUnasked = attribute.returned === 'request' && !(written && isNamedIn(written, schema, attribute));
    if (isUnasked || isNamed(schema, attribute)) return 'not';
    return kind === 'excludedAttributes' && meant.parents.has(attribute) ? 'parts' : 'whole';
  };
};

/** Whether the resources will show it, so that what is dear to find out is found out for a reason. */
export const shows = (selection: Selection, type: ResourceType, name: string): boolean => {
  const found = resolve(type, { name });
  return found !== undefined && showing(type, selection)(found.schema, found.attribute) !== 'not';
};

const part = (
  { subAttributes }: Attribute,
  value: ScimValue,
  keeps: (sub: Attribute) => boolean,
): ScimValue | undefined => {
  if (!isScimObject(value)) return value;
  const entries = subAttributes.filter(keeps).flatMap(({ name }) => {
    const kept = member(value, name);
    return kept === undefined ? [] : [[name, kept] as const];
  });
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
};

const parts = (attribute: Attribute, value: ScimValue, keeps: (sub: Attribute) => boolean): ScimValue | undefined => {
  if (!isList(value)) return part(attribute, value, keeps);
  const kept = value.map((one) => part(attribute, one, keeps)).filter((one) => one !== undefined);
  return kept.length === 0 ? undefined : kept;
};

/** What of a whole resource its client is shown. */
export const project = (type: ResourceType, resource: ScimObject, selection: Selection): ScimObject => {
  const meant = meantBy(type, selection.names);
  const shown = showing(type, selection, meant);
  const isShownPart = (sub: Attribute): boolean => meant.subs.has(sub) === (selection.kind === 'attributes');
  const seen = (schema: Schema, attributes: readonly Attribute[], values: ScimObject): ScimObject =>
    Object.fromEntries(
      attributes.flatMap((attribute) => {
        const value = member(values, attribute.name);
        const how = shown(schema, attribute);
        const left =
          value === undefined || how === 'not'
            ? undefined
            : how === 'whole'
              ? value
              : parts(attribute, value, isShownPart);
        return left === undefined ? [] : [[attribute.name, left] as const];
      }),
    );
  const extensions = type.extensions.flatMap((schema) => {
    const values = member(resource, schema.id);
    const left = isScimObject(values) ? seen(schema, schema.attributes, values) : {};
    return Object.keys(left).length === 0 ? [] : [[schema.id, left] as const];
  });
  return {
    ...seen(type.schema, [...commonAttributes, ...type.schema.attributes], resource),
    ...Object.fromEntries(extensions),
  };
};
