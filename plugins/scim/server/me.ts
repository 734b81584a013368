import { ScimError } from '../schema/scim-error.ts';
import type { Handlers } from './handler.ts';
import type { Kind } from './kind.ts';
import { reading } from './resources.ts';
import { METHODS } from './target.ts';
import type { Endpoint } from './table.ts';

/** Path below the service at which people find themselves (RFC 7644 section 3.11). */
export const ME = '/Me';

const refused = (): never => {
  throw new ScimError(403, 'people are written by what provisions them, not by themselves');
};

const writes: Handlers = Object.fromEntries(METHODS.map((method) => [method, refused]));

/** People themselves, to be read by tokens that they signed in for; `meta.location` is the address under their id. */
export const meEndpoint = (users: Kind): Endpoint => {
  const read = reading(users);
  return {
    handlers: { ...writes, GET: (request) => read({ ...request, rest: [request.asker.person ?? ''] }) },
  };
};
