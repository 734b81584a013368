import type { Clock } from '../kernel/clock.ts';
import { AppError } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';
import type { Migration } from './migrate.ts';
import type { Collection, Store } from './port.ts';

export interface OpenOptions {
  /** `sqlite:PATH`, or a MongoDB connection string. */
  readonly url: string;
  readonly collections: readonly Collection[];
  readonly migrations: readonly Migration[];
  readonly clock: Clock;
  readonly log?: Log;
  /** Documents a query may read that no index serves, before it is refused as `too_costly`; 100,000 when absent. */
  readonly budget?: number;
}

// An engine is loaded when it is chosen: nobody pays for the other one's library.
const engines: Readonly<Record<string, (options: OpenOptions) => Promise<Store>>> = {
  'sqlite:': async (options) =>
    (await import('./sqlite/engine.ts')).openSqlite({ ...options, file: options.url.slice('sqlite:'.length) }),
  'mongodb:': async (options) => (await import('./mongo/engine.ts')).openMongo(options),
};

/** Opens the store of a URL. Throws `config_invalid` for a scheme without an engine, `store_unusable` with the reason. */
export const openStore = async (options: OpenOptions): Promise<Store> => {
  const scheme = /^[a-z]+/.exec(options.url)?.[0] ?? '';
  const open = engines[`${scheme}:`];
  if (!open)
    throw new AppError(
      'config_invalid',
      `no store engine serves ${JSON.stringify(scheme)}: use sqlite:PATH or mongodb://…`,
    );
  return open(options);
};
