import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface SqliteFolder extends AsyncDisposable {
  readonly path: string;
  readonly file: string;
}

/** A folder of its own for a store file, gone when disposed of. */
export const sqliteFolder = async (): Promise<SqliteFolder> => {
  const path = await mkdtemp(join(tmpdir(), 'latchkey-store-'));
  return {
    path,
    file: join(path, 'store.db'),
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
};
