import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqlite } from '../../src/store/sqlite/engine.ts';
import { describeStore } from './store.ts';

describeStore('SQLite', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-store-'));
  return {
    open: (options) => openSqlite({ migrations: [], watchEvery: 5, ...options, file: join(folder, 'store.db') }),
    remove: () => rm(folder, { recursive: true }),
  };
});
