import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Tally } from './store-process.ts';

const message = async (child: ChildProcess): Promise<unknown> => {
  const ended = once(child, 'exit').then(([code]: unknown[]) => {
    throw new Error(`the process ended with ${String(code)} before it answered`);
  });
  const [answer] = (await Promise.race([once(child, 'message'), ended])) as unknown[];
  return answer;
};

/** Starts a process on the store of this URL; it has opened it when the promise resolves. */
export const startStoreProcess = async (url: string, name: string): Promise<ChildProcess> => {
  const child = fork(new URL('./store-process.ts', import.meta.url), [url, name], { stdio: 'inherit' });
  await message(child);
  return child;
};

/** Lets several processes contend at once and gives what each of them got. */
export const contendFrom = async (url: string, processes: number): Promise<readonly Tally[]> => {
  const children = await Promise.all(
    Array.from({ length: processes }, (_, number) => startStoreProcess(url, `p${String(number)}-`)),
  );
  return Promise.all(
    children.map(async (child) => {
      const exit = once(child, 'exit');
      child.send('contend');
      const tally = (await message(child)) as Tally;
      await exit;
      return tally;
    }),
  );
};

/** Lets a process commit pairs, kills it the hard way after `pairs` of them, and gives the last one it told of. */
export const killedAfter = async (url: string, name: string, pairs: number): Promise<number> => {
  const child = await startStoreProcess(url, name);
  const exit = once(child, 'exit');
  let last = -1;
  child.on('message', (pair) => {
    last = Number(pair);
    if (last + 1 === pairs) child.kill('SIGKILL');
  });
  child.send('commit pairs');
  await exit;
  return last;
};
