import { and, eq, not } from '../../../src/store/query.ts';
import type { Query } from '../../../src/store/query.ts';
import { sourceOf } from '../clients/client.ts';
import type { Client } from '../clients/client.ts';

const EXTERNAL_ID = 'externalId';

/**
 * The question as this client may ask it: an external id is one of its own (RFC 7643 section 3.1), so that two
 * clients may use the same one and neither finds the other's person by it.
 */
export const scopedTo = (client: Client, query: Query): Query => {
  switch (query.op) {
    case 'and':
    case 'or':
      return { op: query.op, of: query.of.map((part) => scopedTo(client, part)) };
    case 'not':
      return not(scopedTo(client, query.of));
    case 'any':
      return query;
    case 'ne':
      return query.path === EXTERNAL_ID ? not(and({ ...query, op: 'eq' }, own(client))) : query;
    default:
      return query.path === EXTERNAL_ID ? and(query, own(client)) : query;
  }
};

const own = (client: Client): Query => eq('source', sourceOf(client));
