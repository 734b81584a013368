import type { Clock } from '../../kernel/clock.ts';
import type { Log } from '../../kernel/log.ts';
import { migrate, schemaState } from '../migrate.ts';
import type { Migration } from '../migrate.ts';
import type { Collection, Store } from '../port.ts';
import { connect } from './connection.ts';
import { asPortError } from './failure.ts';
import { prepare } from './prepare.ts';
import { shelfOf } from './shelf.ts';
import { storeOver } from './verbs.ts';
import { startWatchers } from './watch.ts';

export interface MongoOptions {
  /** `mongodb://…` or `mongodb+srv://…` of a replica set; its path names the database, `latchkey` when it has none. */
  readonly url: string;
  readonly collections: readonly Collection[];
  readonly migrations: readonly Migration[];
  readonly clock: Clock;
  readonly log?: Log;
  /** Documents a query may have MongoDB read that no index serves; 100,000 when absent. */
  readonly budget?: number;
}

const BUDGET = 100_000;

/**
 * Opens or makes a store on a MongoDB replica set or sharded cluster, for any number of nodes. Throws `store_unusable`
 * with the reason for a standalone, a server or account that will not do, or a store written by a newer program, and
 * `unavailable` when no primary answers.
 */
export const openMongo = async (options: MongoOptions): Promise<Store> => {
  const connection = await connect(options.url);
  try {
    const shelves = [...options.collections, schemaState].map((collection) => shelfOf(connection, collection));
    await prepare(connection, shelves, options.clock.now());
    const store = storeOver({
      connection,
      shelves: new Map(shelves.map((shelf) => [shelf.collection.name, shelf])),
      clock: options.clock,
      budget: options.budget ?? BUDGET,
      watchers: startWatchers(connection, options.log),
    });
    await migrate(store, options.migrations, options.clock);
    return store;
  } catch (error) {
    await connection.close();
    throw asPortError(error);
  }
};
