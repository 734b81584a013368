import type { Filter } from '../filter/filter.ts';
import { mustFit } from '../filter/match.ts';
import { parseValueFilter } from '../filter/parse.ts';
import { attributePath } from '../filter/path.ts';
import type { Attribute, ResourceType, Schema } from '../schema/attribute.ts';
import { named, resolve, schemaOf } from '../schema/resolve.ts';
import { badRequest } from '../schema/scim-error.ts';
import type { ScimError } from '../schema/scim-error.ts';

/** An attribute, some of its values, a sub-attribute of it or of those (PATH of RFC 7644 section 3.5.2). */
export interface AttributeTarget {
  readonly kind: 'attribute';
  readonly schema: Schema;
  readonly attribute: Attribute;
  readonly filter?: Filter;
  readonly sub?: Attribute;
}

/** What the path of an operation leads to. */
export type Target =
  | AttributeTarget
  /** All of a schema, named by its URN alone. */
  | { readonly kind: 'schema'; readonly schema: Schema }
  /** A schema that is not ours, such as that of groups which Entra ID sends. */
  | { readonly kind: 'foreign' };

const LONGEST_PATH = 8192;

const refused = (): ScimError => badRequest('invalidPath', 'a path names no attribute of this resource');

interface Parts {
  readonly head: string;
  readonly filter?: string;
  readonly tail?: string;
}

/** A sub-attribute after brackets has neither brackets nor quotes, so that the last bracket is the one that closes. */
const partsOf = (path: string): Parts => {
  const begin = path.indexOf('[');
  if (begin < 0) return { head: path };
  const end = path.lastIndexOf(']');
  const tail = path.slice(end + 1);
  if (end < begin || (tail !== '' && !tail.startsWith('.'))) throw refused();
  return {
    head: path.slice(0, begin),
    filter: path.slice(begin + 1, end),
    ...(tail !== '' && { tail: tail.slice(1) }),
  };
};

/** Throws `ScimError` `invalidPath`, and `invalidFilter` for what is in its brackets. */
export const targetOf = (type: ResourceType, path: string): Target => {
  const text = path.trim();
  if (text.length > LONGEST_PATH) throw refused();
  const schema = schemaOf(type, text);
  if (schema) return { kind: 'schema', schema };
  const { head, filter, tail } = partsOf(text);
  const parsed = attributePath(head);
  if (!parsed) throw refused();
  if (!schemaOf(type, parsed.schema)) return { kind: 'foreign' };
  const found = resolve(type, parsed);
  if (!found) throw refused();
  if (filter === undefined) return { kind: 'attribute', ...found };
  const sub = tail === undefined ? undefined : named(found.attribute.subAttributes, tail);
  const isElsewhere = !found.attribute.multiValued || found.sub !== undefined || (tail !== undefined && !sub);
  if (isElsewhere) throw refused();
  const chosenBy = parseValueFilter(filter);
  mustFit(found.attribute, chosenBy);
  return { kind: 'attribute', ...found, filter: chosenBy, ...(sub && { sub }) };
};
