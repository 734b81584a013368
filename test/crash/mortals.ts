import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Report, Wish } from './messages.ts';

/** The product on some premises, in a process that is going to be killed. */
export interface Mortal {
  /** Names boundaries from now on; stands still at the one of this name. */
  begin(at?: string): Promise<void>;
  settle(): Promise<void>;
  /** Moves the clock, which is the same for all of them. */
  later(milliseconds: number): Promise<void>;
  /** From the outside, at a boundary that the process itself cannot see. */
  standStill(): Promise<void>;
  passed(): Promise<readonly string[]>;
  /** Resolves with the boundary's name when it stands still there. */
  readonly still: Promise<string>;
}

/** One process with many of them. */
export interface Mortals extends AsyncDisposable {
  start(environment: Readonly<Record<string, string>>): Promise<Mortal>;
  /** Ends the process as a power cut would: nothing in it is asked. */
  kill(): Promise<void>;
}

const FILE = fileURLToPath(new URL('./mortal.ts', import.meta.url));

interface Waiting {
  readonly resolve: (result: readonly string[]) => void;
  readonly reject: (error: Error) => void;
}

/** @param now the time that it is in the process (epoch milliseconds) */
export const openMortals = (now: number): Mortals => {
  const child = fork(FILE, [String(now)], { execArgv: ['--conditions=latchkey-source'], stdio: 'inherit' });
  const ended = once(child, 'exit');
  const waiting = new Map<number, Waiting>();
  const stills = new Map<string, (boundary: string) => void>();
  let numbers = 0;

  child.on('message', (report: Report) => {
    if (report.kind === 'still') {
      stills.get(report.id)?.(report.boundary);
      return;
    }
    const asked = waiting.get(report.number);
    waiting.delete(report.number);
    if (report.kind === 'done') asked?.resolve(report.result);
    else asked?.reject(new Error(report.reason));
  });
  child.once('exit', () => {
    for (const { reject } of waiting.values()) reject(new Error('the process is dead'));
  });

  const ask = (id: string, wish: Wish): Promise<readonly string[]> =>
    new Promise((resolve, reject) => {
      numbers += 1;
      waiting.set(numbers, { resolve, reject });
      child.send({ ...wish, id, number: numbers }, (error) => {
        if (error) reject(error);
      });
    });

  const tell = async (id: string, wish: Wish): Promise<void> => {
    await ask(id, wish);
  };

  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
  };

  return {
    async start(environment) {
      const id = String(stills.size + 1);
      const { promise: still, resolve } = Promise.withResolvers<string>();
      stills.set(id, resolve);
      await ask(id, { kind: 'start', environment });
      return {
        still,
        begin: (at) => tell(id, { kind: 'begin', at }),
        settle: () => tell(id, { kind: 'settle' }),
        later: (milliseconds) => tell(id, { kind: 'later', milliseconds }),
        standStill: () => tell(id, { kind: 'stand still' }),
        passed: () => ask(id, { kind: 'passed' }),
      };
    },
    kill,
    [Symbol.asyncDispose]: kill,
  };
};
