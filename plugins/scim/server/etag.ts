import { ScimError } from '../schema/scim-error.ts';
import { isScimObject, member } from '../schema/value.ts';
import type { Resource } from './kind.ts';

/** A text of a resource's `meta`, such as its `location`. */
export const metaOf = (resource: Resource, name: string): string | undefined => {
  const meta = member(resource, 'meta');
  const value = isScimObject(meta) ? member(meta, name) : undefined;
  return typeof value === 'string' ? value : undefined;
};

/** The entity tag of a resource (RFC 7644 section 3.14). */
export const versionOf = (resource: Resource): string | undefined => metaOf(resource, 'version');

const opaque = (tag: string): string => tag.trim().replace(/^W\//, '');

/** Weak comparison (RFC 9110 section 8.8.3.2): the representations differ in form at most. */
const names = (header: string, version: string): boolean =>
  header.trim() === '*' || header.split(',').some((tag) => opaque(tag) === opaque(version));

/** Whether a client that holds one of these tags has what it would be given (If-None-Match). */
export const isKnown = (ifNoneMatch: string | undefined, version: string): boolean =>
  ifNoneMatch !== undefined && names(ifNoneMatch, version);

/** Throws `ScimError` 412 where a resource is another than the client has seen (If-Match). */
export const mustMatch = (ifMatch: string | undefined, version: string): void => {
  if (ifMatch !== undefined && !names(ifMatch, version)) {
    throw new ScimError(412, 'the resource has changed since it was read');
  }
};
