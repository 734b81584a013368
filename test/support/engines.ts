import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Context } from 'mocha';
import { copyDatabase } from './mongo-database.ts';
import { mongodForTests } from './mongod.ts';

/** A store engine as the stories see it: an address that nobody else uses. */
export interface Engine {
  readonly name: string;
  /** Call it in a `before` hook: where the engine cannot be had, its stories are pending and say why. */
  require(test: Context): Promise<void>;
  /** Address of an empty store; `folder` is the world's own. */
  url(folder: string): Promise<string>;
  /** Makes a store, at rest, of what another one holds; the folders are copies of each other already. */
  copy(from: string, to: string): Promise<void>;
}

const mongod = async () => {
  const found = await mongodForTests();
  if ('pending' in found) throw new Error(found.pending);
  return found;
};

export const sqlite: Engine = {
  name: 'SQLite',
  require: () => Promise.resolve(),
  url: (folder) => Promise.resolve(`sqlite:${join(folder, 'latchkey.db')}`),
  copy: () => Promise.resolve(),
};

export const mongodb: Engine = {
  name: 'MongoDB',
  async require(test) {
    // The first one may be fetched, and a replica set elects for a while.
    test.timeout(180_000);
    const found = await mongodForTests();
    if (!('pending' in found)) return;
    process.stderr.write(`pending without MongoDB: ${found.pending}\n`);
    test.skip();
  },
  url: async () => (await mongod()).url(`world${randomBytes(6).toString('hex')}`),
  copy: copyDatabase,
};

const engines: readonly Engine[] = [sqlite, mongodb];

/** Nothing above the port of the store may know which of them runs: every story is told on both. */
export const onEveryEngine = (title: string, stories: (engine: Engine) => void): void => {
  for (const engine of engines) {
    describe(`${title}, on ${engine.name}`, function () {
      // A story is many requests, and other suites want the same processors.
      this.timeout(300_000);
      before(async function () {
        await engine.require(this);
      });
      stories(engine);
    });
  }
};
