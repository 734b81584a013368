import cluster from 'node:cluster';
import { once } from 'node:events';
import module from 'node:module';

/** Whether this process is one of several that were started to share a port. */
export const isWorker = cluster.isWorker;

const fork = (): void => {
  const cache = module.getCompileCacheDir();
  cluster.fork(cache === undefined ? {} : { NODE_COMPILE_CACHE: cache });
};

/** One that never came to listen would fail again: it ends them all. One that did is replaced. */
const replaceTheFallen = (): void => {
  const listened = new Set<number>();
  let stopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    stopping = true;
    for (const worker of Object.values(cluster.workers ?? {})) worker?.process.kill(signal);
  };
  cluster.on('listening', ({ id }) => listened.add(id));
  cluster.on('exit', ({ id }) => {
    if (stopping) return;
    if (listened.has(id)) return fork();
    process.exitCode = 1;
    stop('SIGTERM');
  });
  process.on('SIGTERM', () => stop('SIGTERM'));
  process.on('SIGINT', () => {
    // A terminal has sent Ctrl-C to the workers as well, and a second signal would cut their requests off.
    if (process.stdin.isTTY) stopping = true;
    else stop('SIGINT');
  });
};

/**
 * Runs `file` in so many processes that share what they listen on. Resolves when the first one listens.
 *
 * @param count two or more; workers need nothing of this process but the port
 */
export const startWorkers = async (file: string, count: number): Promise<void> => {
  cluster.setupPrimary({ exec: file, args: [] });
  replaceTheFallen();
  for (let started = 0; started < count; started += 1) fork();
  await once(cluster, 'listening');
};
