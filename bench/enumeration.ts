// Whether the time of an answer tells who exists: a stranger's steps up to the first proof, for somebody registered, for
// somebody who is not, and for nobody, by the rank test of Mann and Whitney. |z| below 2.6 is what chance does in 99 of
// 100 runs; an attacker who could tell them apart would see it grow with the samples.
import { performance } from 'node:perf_hooks';
import { BrowserAgent, hiddenInputs } from './support/agent.ts';
import { median, startServer } from './support/measure.ts';

const SAMPLES = 200;
const names = { registered: 'bob', unregistered: 'alice', nobody: 'nobody-at-all' } as const;
type Kind = keyof typeof names;
const kinds = Object.keys(names) as Kind[];

/** Standard score of the rank sum, for samples without many ties. */
const rankScore = (a: readonly number[], b: readonly number[]): number => {
  const ranked = [...a.map((value) => ({ value, own: true })), ...b.map((value) => ({ value, own: false }))].sort(
    (x, y) => x.value - y.value,
  );
  const sum = ranked.reduce((total, { own }, at) => total + (own ? at + 1 : 0), 0);
  const expected = (a.length * (a.length + b.length + 1)) / 2;
  return (sum - expected) / Math.sqrt((a.length * b.length * (a.length + b.length + 1)) / 12);
};

/** Milliseconds that a stranger waits: for the answer to the name, and for the answer to a guessed code. */
const walk = async (origin: string, name: string): Promise<readonly [name: number, code: number]> => {
  const browser = new BrowserAgent(origin);
  const first = await browser.send('GET', '/reset');
  const began = performance.now();
  const named = await browser.send('POST', '/reset', { ...hiddenInputs(first.body), username: name });
  const answered = performance.now();
  const gate = await browser.send('GET', named.location ?? '/reset/prove/email');
  const guessing = performance.now();
  const guess = await browser.send('POST', '/reset/prove/email', { ...hiddenInputs(gate.body), code: '00000000' });
  const guessed = performance.now();
  if (guess.status !== 422 && guess.status !== 303) throw new Error(`a guess was answered by ${String(guess.status)}`);
  return [answered - began, guessed - guessing];
};

const server = await startServer(new URL('./servers/enumeration.ts', import.meta.url).pathname);
const times: Record<Kind, [number[], number[]]> = { registered: [[], []], unregistered: [[], []], nobody: [[], []] };
try {
  for (let sample = -20; sample < SAMPLES; sample += 1) {
    for (const kind of kinds) {
      const [name, code] = await walk(server.origin, names[kind]);
      if (sample < 0) continue;
      times[kind][0].push(name);
      times[kind][1].push(code);
    }
  }
} finally {
  await server.stop();
}

const figure = (what: string, step: 0 | 1): void => {
  const [known, ...others] = kinds.map((kind) => ({ kind, values: times[kind][step] }));
  if (!known) return;
  for (const { kind, values } of others) {
    process.stdout.write(
      `${what}: ${known.kind} ${median(known.values).toFixed(2)} ms, ${kind} ${median(values).toFixed(2)} ms, ` +
        `z ${rankScore(known.values, values).toFixed(2)} over ${String(values.length)} samples each\n`,
    );
  }
};

figure('time of the answer to a name', 0);
figure('time of the answer to a guessed code', 1);
