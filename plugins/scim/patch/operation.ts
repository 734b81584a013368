import { badRequest } from '../schema/scim-error.ts';
import { isObject, membersOf } from '../schema/value.ts';

export const PATCH_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

const MOST_OPERATIONS = 1000;

/** One operation of a PATCH (RFC 7644 section 3.5.2) as the client wrote it, its name in lower case. */
export interface Operation {
  readonly op: 'add' | 'remove' | 'replace';
  readonly path?: string;
  /** Absent where the client gave none; null is a value, which means unassigned. */
  readonly value?: unknown;
}

const named = (op: unknown): Operation['op'] => {
  const name = typeof op === 'string' ? op.toLowerCase() : '';
  if (name !== 'add' && name !== 'remove' && name !== 'replace') {
    throw badRequest('invalidSyntax', 'an operation is add, remove or replace');
  }
  return name;
};

const operationOf = (given: unknown): Operation => {
  if (!isObject(given)) throw badRequest('invalidSyntax', 'an operation is an object of JSON');
  const members = membersOf(given);
  const path = members.get('path') ?? undefined;
  if (path !== undefined && typeof path !== 'string') throw badRequest('invalidPath', 'a path is a string');
  const value = members.get('value');
  return {
    op: named(members.get('op')),
    ...(path !== undefined && path !== '' && { path }),
    ...(value !== undefined && { value }),
  };
};

const isPatch = (schemas: unknown): boolean =>
  Array.isArray(schemas) &&
  schemas.some((id) => typeof id === 'string' && id.toLowerCase() === PATCH_SCHEMA.toLowerCase());

/** The operations of a request's body, in order; names of members in any case. Throws `ScimError` `invalidSyntax`. */
export const operationsOf = (body: unknown): readonly Operation[] => {
  if (!isObject(body)) throw badRequest('invalidSyntax', 'a PATCH is an object of JSON');
  const members = membersOf(body);
  if (!isPatch(members.get('schemas'))) throw badRequest('invalidSyntax', `schemas lacks ${PATCH_SCHEMA}`);
  const operations = members.get('operations');
  if (!Array.isArray(operations) || operations.length === 0) {
    throw badRequest('invalidSyntax', 'Operations is a list with one operation or more');
  }
  if (operations.length > MOST_OPERATIONS) {
    throw badRequest('invalidSyntax', `Operations has more than ${MOST_OPERATIONS} operations`);
  }
  return operations.map(operationOf);
};
