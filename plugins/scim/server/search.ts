import { badRequest } from '../schema/scim-error.ts';
import type { ScimType } from '../schema/scim-error.ts';
import { isObject } from '../schema/value.ts';

const SEARCH = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';

/** What is asked of a list (RFC 7644 sections 3.4.2 and 3.4.3, RFC 9865 section 2), read but not looked up. */
export interface Search {
  readonly filter?: string;
  readonly sortBy?: string;
  readonly descending: boolean;
  /** From 1. */
  readonly startIndex: number;
  readonly count?: number;
  /** Empty for the first page; absent for paging by index. */
  readonly cursor?: string;
  readonly attributes?: readonly string[];
  readonly excludedAttributes?: readonly string[];
}

/** A parameter by its name: `undefined` for none. */
type Parameter = (name: string) => unknown;

const wrong = (name: string, scimType: ScimType = 'invalidValue') =>
  badRequest(scimType, `${name} is not what it has to be`);

const textIn = (parameter: Parameter, name: string): string | undefined => {
  const value = parameter(name) ?? undefined;
  if (value !== undefined && typeof value !== 'string') throw wrong(name);
  return value;
};

const WHOLE = /^[+-]?\d{1,15}$/;

const numberIn = (
  parameter: Parameter,
  name: string,
  least: number,
  scimType: ScimType = 'invalidValue',
): number | undefined => {
  const value = parameter(name) ?? undefined;
  if (value === undefined || value === '') return undefined;
  const number = typeof value === 'string' && WHOLE.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isSafeInteger(number)) throw wrong(name, scimType);
  return Math.max(least, number);
};

const namesIn = (parameter: Parameter, name: string): readonly string[] | undefined => {
  const value = parameter(name) ?? undefined;
  if (value === undefined) return undefined;
  const names: readonly unknown[] | undefined = typeof value === 'string' ? value.split(',') : undefined;
  const list = names ?? value;
  if (!Array.isArray(list) || !list.every((one): one is string => typeof one === 'string')) throw wrong(name);
  return list.map((one) => one.trim()).filter((one) => one !== '');
};

const orderIn = (parameter: Parameter): boolean => {
  const order = textIn(parameter, 'sortOrder')?.toLowerCase() ?? 'ascending';
  if (order !== 'ascending' && order !== 'descending') throw wrong('sortOrder');
  return order === 'descending';
};

const shapeIn = (parameter: Parameter): Pick<Search, 'attributes' | 'excludedAttributes'> => {
  const attributes = namesIn(parameter, 'attributes');
  const excludedAttributes = namesIn(parameter, 'excludedAttributes');
  return { ...(attributes && { attributes }), ...(excludedAttributes && { excludedAttributes }) };
};

const searchBy = (parameter: Parameter): Search => {
  const filter = textIn(parameter, 'filter');
  const sortBy = textIn(parameter, 'sortBy');
  const cursor = textIn(parameter, 'cursor');
  // Only RFC 9865 section 2.1 has a keyword for it.
  const count = numberIn(parameter, 'count', 0, cursor === undefined ? 'invalidValue' : 'invalidCount');
  return {
    ...(filter !== undefined && filter.trim() !== '' && { filter }),
    ...(sortBy !== undefined && sortBy !== '' && { sortBy }),
    descending: orderIn(parameter),
    startIndex: numberIn(parameter, 'startIndex', 1) ?? 1,
    ...(count !== undefined && { count }),
    ...(cursor !== undefined && { cursor }),
    ...shapeIn(parameter),
  };
};

/**
 * Names of parameters are compared without regard to case, and none that is asked for may come twice; others are ignored
 * (RFC 7644 section 3.4.2). Throws `ScimError` `invalidValue`.
 */
const parametersOf = (entries: Iterable<readonly [string, unknown]>): Parameter => {
  const given = Map.groupBy(entries, ([name]) => name.toLowerCase());
  return (name) => {
    const [first, second] = given.get(name.toLowerCase()) ?? [];
    if (second) throw badRequest('invalidValue', `${name} is there twice`);
    return first?.[1];
  };
};

export const searchInQuery = (query: string): Search => searchBy(parametersOf(new URLSearchParams(query)));

/** Of a POST to `/.search`. Throws `ScimError` `invalidSyntax`, `invalidValue`. */
export const searchInBody = (body: unknown): Search => {
  if (!isObject(body)) throw badRequest('invalidSyntax', 'a search is an object of JSON');
  const { schemas } = body;
  if (!Array.isArray(schemas) || !schemas.some((one) => String(one).toLowerCase() === SEARCH.toLowerCase())) {
    throw badRequest('invalidValue', `schemas has to name ${SEARCH}`);
  }
  return searchBy(parametersOf(Object.entries(body)));
};

/** What shapes the answer to a request about one resource. */
export const shapeInQuery = (query: string): ReturnType<typeof shapeIn> =>
  shapeIn(parametersOf(new URLSearchParams(query)));
