import { badRequest, ScimError } from '../schema/scim-error.ts';
import { isObject, membersOf } from '../schema/value.ts';
import { referencesIn } from './references.ts';

const REQUEST = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';

const METHODS = ['POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** One operation of a bulk request (RFC 7644 section 3.7) as its client wrote it. */
export interface BulkOperation {
  readonly method: (typeof METHODS)[number];
  /** Below the service, with its query. */
  readonly path: string;
  readonly bulkId?: string;
  readonly version?: string;
  readonly data?: unknown;
  /** Bulk ids that its path and data name. */
  readonly needs: readonly string[];
}

/** What is wrong with one operation is told for it alone. */
export type Given =
  | BulkOperation
  | ({ readonly fault: ScimError } & Partial<Pick<BulkOperation, 'path' | 'bulkId'>> & { readonly method?: string });

export interface BulkRequest {
  readonly operations: readonly Given[];
  /** Errors after which nothing more is done. */
  readonly failOnErrors: number;
}

const textIn = (members: ReadonlyMap<string, unknown>, name: string): string | undefined => {
  const value = members.get(name) ?? undefined;
  if (value !== undefined && typeof value !== 'string') throw badRequest('invalidSyntax', `${name} is a string`);
  return value;
};

/** One kind of resource, or one resource of it by id: neither searches nor other bulk requests. */
const PATH = /^\/?([A-Za-z]+)(\/[^/?]+)?(\?.*)?$/;

const pathIn = (members: ReadonlyMap<string, unknown>, method: string): string => {
  const path = textIn(members, 'path') ?? '';
  const [, , id] = PATH.exec(path) ?? badPath();
  if ((method === 'POST') !== (id === undefined)) return badPath();
  return path.startsWith('/') ? path : `/${path}`;
};

const badPath = (): never => {
  throw badRequest('invalidPath', 'a path is that of a type for POST, and of one resource for all else');
};

const operationOf = (members: ReadonlyMap<string, unknown>): BulkOperation => {
  const name = textIn(members, 'method')?.toUpperCase();
  const method = METHODS.find((one) => one === name);
  if (!method) throw badRequest('invalidSyntax', `method is one of ${METHODS.join(', ')}`);
  const path = pathIn(members, method);
  const bulkId = textIn(members, 'bulkid');
  if (method === 'POST' && !bulkId) throw badRequest('invalidSyntax', 'a POST needs a bulkId');
  const version = textIn(members, 'version');
  const data = members.get('data');
  if (method !== 'DELETE' && !isObject(data)) throw badRequest('invalidSyntax', 'data is an object of JSON');
  return {
    ...{ method, path },
    ...(bulkId !== undefined && { bulkId }),
    ...(version !== undefined && { version }),
    ...(method !== 'DELETE' && { data }),
    needs: referencesIn([path, data]),
  };
};

const given = (one: unknown): Given => {
  const members = membersOf(isObject(one) ? one : {});
  try {
    return operationOf(members);
  } catch (fault) {
    if (!(fault instanceof ScimError)) throw fault;
    const [method, bulkId, path] = [members.get('method'), members.get('bulkid'), members.get('path')];
    return {
      fault,
      ...(typeof path === 'string' && PATH.test(path) && { path: path.startsWith('/') ? path : `/${path}` }),
      ...(typeof method === 'string' && { method }),
      ...(typeof bulkId === 'string' && { bulkId }),
    };
  }
};

const failOnErrorsIn = (value: unknown): number => {
  if (value === undefined || value === null) return Infinity;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1) {
    throw badRequest('invalidValue', 'failOnErrors is a number from 1 on');
  }
  return value;
};

const refuseTwins = (operations: readonly Given[]): void => {
  const seen = new Set<string>();
  for (const { method, bulkId } of operations) {
    if (method !== 'POST' || bulkId === undefined) continue;
    if (seen.has(bulkId)) throw badRequest('invalidValue', 'a bulkId is there twice');
    seen.add(bulkId);
  }
};

/** Throws `ScimError` `invalidSyntax`, `invalidValue`, and 413 for too many operations. */
export const bulkRequestOf = (body: unknown, maxOperations: number): BulkRequest => {
  if (!isObject(body)) throw badRequest('invalidSyntax', 'a bulk request is an object of JSON');
  const members = membersOf(body);
  const schemas = members.get('schemas');
  if (!Array.isArray(schemas) || !schemas.some((id) => String(id).toLowerCase() === REQUEST.toLowerCase())) {
    throw badRequest('invalidSyntax', `schemas lacks ${REQUEST}`);
  }
  const list = members.get('operations');
  if (!Array.isArray(list)) throw badRequest('invalidSyntax', 'Operations is a list');
  if (list.length > maxOperations) {
    throw new ScimError(413, `the request has more operations than maxOperations (${String(maxOperations)})`);
  }
  const operations = list.map(given);
  refuseTwins(operations);
  return { operations, failOnErrors: failOnErrorsIn(members.get('failonerrors')) };
};
