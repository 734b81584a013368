import { ScimError } from '../schema/scim-error.ts';
import { sourceOf } from './client.ts';
import type { Client } from './client.ts';

/** Each person and group has one source, and nobody else writes them. Throws `ScimError` 403. */
export const mustOwn = (client: Client, { source }: { readonly source: string }): void => {
  if (source !== sourceOf(client)) {
    throw new ScimError(403, `the resource belongs to another source: ${source}`);
  }
};
