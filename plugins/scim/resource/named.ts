import type { Operation } from '../patch/operation.ts';
import type { Attribute, Schema } from '../schema/attribute.ts';
import { isObject } from '../schema/value.ts';

/** Names of attributes that a write brings, in lower case, those of extensions with their URN. */
export type Named = ReadonlySet<string>;

const isUrn = (name: string): boolean => name.toLowerCase().startsWith('urn:');

/** What a path names, without brackets and without a sub-attribute; URNs have dots of their own. */
const attributeIn = (path: string): string => {
  const [head = ''] = path.split('[', 1);
  const name = head.lastIndexOf(':') + 1;
  return head.slice(0, name) + (head.slice(name).split('.', 1)[0] ?? '');
};

const namesOf = (given: unknown, prefix = ''): readonly string[] =>
  Object.entries(isObject(given) ? given : {}).flatMap(([name, value]) => {
    const path = `${prefix}${attributeIn(name)}`;
    return prefix === '' && isUrn(name) && isObject(value) ? [path, ...namesOf(value, `${name}:`)] : [path];
  });

const lower = (names: readonly string[]): Named => new Set(names.map((name) => name.trim().toLowerCase()));

/** In the body of a POST or PUT. */
export const namedInResource = (given: unknown): Named => lower(namesOf(given));

export const namedInPatch = (operations: readonly Operation[]): Named =>
  lower(
    operations.flatMap(({ path, value }) => {
      if (path === undefined) return namesOf(value);
      return isUrn(path) && isObject(value) ? [attributeIn(path), ...namesOf(value, `${path}:`)] : [attributeIn(path)];
    }),
  );

export const isNamedIn = (named: Named, { id }: Schema, { name }: Attribute): boolean =>
  named.has(name.toLowerCase()) || named.has(`${id}:${name}`.toLowerCase());
