import { execFile, spawn } from 'node:child_process';
import { access, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

const WHEEL = 'aiosmpplib==0.7.4';
const CACHE = fileURLToPath(new URL('../../.cache/aiosmpplib', import.meta.url));
const LIBRARY = join(CACHE, 'library');
const SCRIPT = fileURLToPath(new URL('foreign_centre.py', import.meta.url));
const UNPACK =
  'import glob, sys, zipfile; zipfile.ZipFile(glob.glob(sys.argv[1] + "/*.whl")[0]).extractall(sys.argv[2])';

const environment = (): NodeJS.ProcessEnv => ({ ...process.env, PYTHONPATH: LIBRARY, PYTHONDONTWRITEBYTECODE: '1' });

const isThere = async (): Promise<boolean> => {
  try {
    await access(LIBRARY);
    await run('python3', ['-c', 'import aiosmpplib'], { env: environment() });
    return true;
  } catch {
    return false;
  }
};

/** Fills the cache folder with the library from PyPI, where it is not there yet. Needs python3 (3.11) with pip. */
const install = async (): Promise<void> => {
  await mkdir(CACHE, { recursive: true });
  const work = await mkdtemp(join(CACHE, 'unpack-'));
  try {
    const pip = ['-m', 'pip', 'download', '--no-deps', '--quiet', '--disable-pip-version-check', '--dest', work, WHEEL];
    await run('python3', pip);
    await run('python3', ['-c', UNPACK, work, join(work, 'library')]);
    await rename(join(work, 'library'), LIBRARY);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
};

/** Undefined where the centre can be started, else what would change that. */
export const missingForCentre = async (): Promise<string | undefined> => {
  if (await isThere()) return undefined;
  // Where another process was faster, theirs is there.
  await install().catch(() => undefined);
  return (await isThere()) ? undefined : 'needs python3 (3.11 or later) with pip: apt-get install python3 python3-pip';
};

/** What the centre tells: a bind, a message, an answer. */
export type CentreEvent = Readonly<Record<string, unknown>>;

/** A short message service centre whose PDUs another library reads and writes. */
export interface ForeignCentre extends AsyncDisposable {
  readonly port: number;
  /** Everything it told so far. */
  readonly events: readonly CentreEvent[];
  /** The first event with this key that was not taken yet; waits for it. */
  next(key: string): Promise<CentreEvent>;
  /** Has it send a receipt, or ask whether we are there; `next('answered')` tells what we said. */
  order(order: CentreEvent): void;
}

export const startForeignCentre = async (): Promise<ForeignCentre> => {
  const child = spawn('python3', [SCRIPT], { env: environment(), stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  // An order to a centre that has ended; `next` says so.
  child.stdin.on('error', () => undefined);
  const events: CentreEvent[] = [];
  const untaken: CentreEvent[] = [];
  const waiting: (() => void)[] = [];
  const wake = (): void => {
    for (const look of waiting.splice(0)) look();
  };
  createInterface(child.stdout).on('line', (line) => {
    const event = JSON.parse(line) as CentreEvent;
    events.push(event);
    untaken.push(event);
    wake();
  });
  void ended.then(wake);

  const next = async (key: string): Promise<CentreEvent> => {
    for (;;) {
      const at = untaken.findIndex((event) => key in event);
      const [found] = at === -1 ? [] : untaken.splice(at, 1);
      if (found) return found;
      if (child.exitCode !== null) throw new Error('the centre has ended');
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
  };

  const { port } = await next('port');
  return {
    port: Number(port),
    events,
    next,
    order: (order) => void child.stdin.write(`${JSON.stringify(order)}\n`),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
    },
  };
};
