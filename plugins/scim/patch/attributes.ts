import type { Attribute, ResourceType, Schema } from '../schema/attribute.ts';
import { listOf } from '../schema/coerce-value.ts';
import { writableOf } from '../schema/coerce.ts';
import { standingFor } from '../schema/resolve.ts';
import { badRequest, ScimError } from '../schema/scim-error.ts';
import { isList, isObject, isScimObject, member, withMember } from '../schema/value.ts';
import type { ScimAttributes, ScimValue } from '../schema/value.ts';
import { valuesOf, withValues } from '../schema/values-of.ts';
import { valueAfter } from './change.ts';
import type { Operation } from './operation.ts';
import { targetOf } from './target.ts';
import type { AttributeTarget, Target } from './target.ts';

const isReadOnly = ({ attribute, sub }: AttributeTarget): boolean =>
  attribute.mutability === 'readOnly' || sub?.mutability === 'readOnly';

const written = (
  type: ResourceType,
  attributes: ScimAttributes,
  target: AttributeTarget,
  operation: Operation,
): ScimAttributes => {
  const values = valuesOf(type, attributes, target.schema);
  const { name } = target.attribute;
  return withValues(
    type,
    attributes,
    target.schema,
    withMember(values, name, valueAfter(target, operation, member(values, name))),
  );
};

/** An operation on one attribute. */
export interface Step {
  readonly target: AttributeTarget;
  readonly operation: Operation;
}

/** What a key of a value without path leads to; undefined for what is nothing here, which is ignored as in a POST. */
const targetOfKey = (type: ResourceType, key: string): Target | undefined => {
  try {
    return targetOf(type, key);
  } catch (error) {
    if (error instanceof ScimError) return undefined;
    throw error;
  }
};

/**
 * An operation without path, or on a whole schema, as operations on its members. Their names may be paths: dotted, with a
 * URN, with brackets, as Entra ID writes them. What is read-only is ignored, as in a POST: Okta sends the `id` along.
 */
export const operationsOn = (type: ResourceType, operation: Operation, schema?: Schema): readonly Step[] => {
  const { op, value } = operation;
  if (!isObject(value))
    throw badRequest('invalidValue', 'an operation without path has an object of attributes as value');
  return Object.entries(value).flatMap(([name, given]) => {
    const key = schema && !name.toLowerCase().startsWith('urn:') ? `${schema.id}:${name}` : name;
    const target = targetOfKey(type, key);
    if (!target || target.kind === 'foreign') return [];
    if (target.kind === 'schema') return schema ? [] : operationsOn(type, { op, value: given ?? {} }, target.schema);
    return isReadOnly(target) ? [] : [{ target, operation: { op, path: key, value: given } }];
  });
};

const withoutSchema = (type: ResourceType, schema: Schema): readonly Step[] =>
  writableOf(type, schema).map((attribute) => ({
    target: { kind: 'attribute', schema, attribute },
    operation: { op: 'remove' },
  }));

/** Each operation as what it does to single attributes, in order. Throws `ScimError`. */
export const stepsOf = (type: ResourceType, operation: Operation): readonly Step[] => {
  const { op, path } = operation;
  if (op !== 'remove' && operation.value === undefined) throw badRequest('invalidValue', `${op} needs a value`);
  if (path === undefined) {
    if (op === 'remove') throw badRequest('noTarget', 'remove needs a path');
    return operationsOn(type, operation);
  }
  const target = targetOf(type, path);
  switch (target.kind) {
    case 'foreign':
      return [];
    case 'schema':
      if (op !== 'remove') return operationsOn(type, operation, target.schema);
      if (target.schema === type.schema) throw badRequest('noTarget', 'remove needs an attribute');
      return withoutSchema(type, target.schema);
    case 'attribute':
      if (isReadOnly(target)) throw badRequest('mutability', `${target.attribute.name} is read-only`);
      return [{ target, operation }];
  }
};

/** What a value comes to that is about a `value` and has none after all operations: nothing. */
const finished = (attribute: Attribute, value: ScimValue): ScimValue | undefined => {
  const standing = standingFor(attribute);
  if (!standing) return value;
  const isWhole = (one: ScimValue): boolean => isScimObject(one) && member(one, standing.name) !== undefined;
  if (isList(value)) return listOf(attribute, value.filter(isWhole));
  return isWhole(value) ? value : undefined;
};

const finishedAll = (type: ResourceType, attributes: ScimAttributes): ScimAttributes =>
  [type.schema, ...type.extensions].reduce((all, schema) => {
    const values = valuesOf(type, all, schema);
    const after = schema.attributes
      .filter(({ type: kind }) => kind === 'complex')
      .reduce((known, attribute) => {
        const value = member(known, attribute.name);
        return value === undefined ? known : withMember(known, attribute.name, finished(attribute, value));
      }, values);
    return withValues(type, all, schema, after);
  }, attributes);

/** The attributes after these steps, each seeing what those before it did. Throws `ScimError`. */
export const afterSteps = (type: ResourceType, attributes: ScimAttributes, steps: readonly Step[]): ScimAttributes =>
  finishedAll(
    type,
    steps.reduce((known, { target, operation }) => written(type, known, target, operation), attributes),
  );

/**
 * The attributes after all of the operations, in their order (RFC 7644 section 3.5.2); those given stay as they are.
 * Throws `ScimError`, and then nothing of the request holds.
 */
export const patched = (
  type: ResourceType,
  attributes: ScimAttributes,
  operations: readonly Operation[],
): ScimAttributes =>
  afterSteps(
    type,
    attributes,
    operations.flatMap((operation) => stepsOf(type, operation)),
  );
