import { ScimError } from '../schema/scim-error.ts';
import type { Handlers } from './handler.ts';
import { METHODS } from './target.ts';
import type { Endpoint } from './table.ts';

const notImplemented = (): never => {
  throw new ScimError(501, 'the service does not do this');
};

const nothing: Handlers = Object.fromEntries(METHODS.map((method) => [method, notImplemented]));

/** Endpoints of RFC 7644 that are known and not served: `/Me`, since tokens are those of programs, and nobody's own. */
export const notServed: Readonly<Record<string, Endpoint>> = {
  Me: { handlers: nothing },
};
