import { spawn } from 'node:child_process';
import { Socket } from 'node:net';
import { createInterface } from 'node:readline/promises';

// The shell outlives us by a moment: its standard input closes when this process ends, however it ends, and then it
// kills the server and removes the folder. So nothing lingers, and nothing here keeps the event loop alive. As the
// server's parent it also keeps the pid from being given to another until then.
const GUARD =
  'folder=$1; log=$2; shift 2; "$@" >"$log" 2>&1 & pid=$!; echo $pid; cat >/dev/null; kill -9 $pid; wait; test -z "$folder" || rm -rf "$folder"';

export interface GuardedProcess {
  readonly pid: number;
  /** SIGKILL, as the end of this process would; resolves when it is gone and so is its folder. */
  kill(): Promise<void>;
}

/**
 * Starts a program that ends with this process.
 *
 * @param folder removed at the end; empty for none
 * @param log file that takes what it says
 */
export const startGuarded = async (
  command: readonly string[],
  folder = '',
  log = '/dev/null',
): Promise<GuardedProcess> => {
  const guard = spawn('sh', ['-c', GUARD, 'guard', folder, log, ...command], {
    stdio: ['pipe', 'pipe', 'ignore'],
    detached: true,
  });
  const ended = new Promise<void>((resolve) => {
    guard.once('exit', () => {
      resolve();
    });
  });
  const lines = createInterface(guard.stdout);
  const pid = Number(await new Promise<string>((resolve) => lines.once('line', resolve)));
  lines.close();
  guard.stdout.destroy();
  guard.unref();
  if (guard.stdin instanceof Socket) guard.stdin.unref();
  return {
    pid,
    async kill() {
      guard.ref();
      guard.stdin.end();
      await ended;
    },
  };
};
