import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';

/** A server process under measurement, which prints one line of JSON `{"origin": …}` when it answers. */
export interface ServerUnderTest {
  readonly origin: string;
  readonly startedIn: number;
  readonly pid: number;
  stop(): Promise<void>;
}

const firstLine = (child: ChildProcess): Promise<string> =>
  new Promise((resolve, reject) => {
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const line = text.split('\n').find((each) => each.startsWith('{"origin"'));
      if (line !== undefined) resolve(line);
    });
    child.once('exit', (code) => {
      reject(new Error(`the server ended with ${String(code)} before it answered:\n${text}`));
    });
  });

export const startServer = async (file: string, env: Record<string, string> = {}): Promise<ServerUnderTest> => {
  const began = performance.now();
  const child = spawn(process.execPath, ['--conditions=latchkey-source', file], {
    // As the launcher starts the server: with a compile cache.
    env: { NODE_COMPILE_CACHE: new URL('../../.cache/compile', import.meta.url).pathname, ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const { origin } = JSON.parse(await firstLine(child)) as { origin: string };
  await fetch(`${origin}/.well-known/openid-configuration`).then((response) => response.arrayBuffer());
  return {
    origin,
    startedIn: performance.now() - began,
    pid: child.pid ?? 0,
    stop: async () => {
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
};

const CLOCK_TICKS_PER_SECOND = 100;

/** CPU seconds (user and system, all threads) that a process has used: proc(5), fields 14 and 15 of `stat`. */
export const cpuSeconds = (pid: number): number => {
  const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / CLOCK_TICKS_PER_SECOND;
};

/** Resident memory in megabytes: `VmRSS` of proc(5). */
export const residentMegabytes = (pid: number): number => {
  const line = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8'));
  return Number(line?.[1] ?? 0) / 1024;
};

export interface Cost {
  /** Milliseconds of the server's CPU for each act. */
  readonly cpu: number;
  /** Milliseconds of wall time for each act, at the given concurrency. */
  readonly wall: number;
  readonly perSecond: number;
}

/** Does `act` `times` times, `atOnce` at a time, and says what the server spent on each. */
export const cost = async (pid: number, times: number, atOnce: number, act: () => Promise<void>): Promise<Cost> => {
  let left = times;
  const worker = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await act();
    }
  };
  const cpuBefore = cpuSeconds(pid);
  const began = performance.now();
  await Promise.all(Array.from({ length: atOnce }, worker));
  const elapsed = performance.now() - began;
  return {
    cpu: ((cpuSeconds(pid) - cpuBefore) * 1000) / times,
    wall: elapsed / times,
    perSecond: (times * 1000) / elapsed,
  };
};

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
};
