import { setImmediate as turn } from 'node:timers/promises';
import type { Collection, Doc, Store, Stored } from '../../../src/store/port.ts';
import type { Query } from '../../../src/store/query.ts';
import type { Asker } from '../clients/client.ts';
import type { Listed, Resource, Wanted } from './kind.ts';

/** Most documents that the store gives in one page. */
const AT_ONCE = 1000;

export interface ListedParts<T extends Doc> {
  readonly store: Store;
  readonly collection: Collection<T>;
  /** The question as this asker may ask it. */
  readonly scoped: (asker: Asker, query: Query) => Query;
  readonly show: (asker: Asker, docs: readonly Stored<T>[], wanted: Wanted) => Promise<readonly Resource[]>;
}

/** Lists of what is all in one collection. */
export const listedIn = <T extends Doc>({ store, collection, scoped, show }: ListedParts<T>): Listed => ({
  async find(asker, query, page, wanted) {
    const { docs, next } = await store.find(collection, scoped(asker, query), page);
    return { docs: await show(asker, docs, wanted), ...(next !== undefined && { next }) };
  },

  count: (asker, query) => store.count(collection, scoped(asker, query)),

  async skip(asker, query, sort, resources) {
    const asked = scoped(asker, query);
    let cursor: string | undefined;
    for (let left = resources; left > 0; left -= AT_ONCE) {
      const page = { sort, limit: Math.min(left, AT_ONCE), ...(cursor !== undefined && { cursor }) };
      cursor = (await store.findFields(collection, [], asked, page)).next;
      if (cursor === undefined) return undefined;
      await turn();
    }
    return cursor;
  },
});
