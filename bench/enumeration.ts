// Whether the time of an answer tells who exists: a stranger's steps up to the first proof, for somebody registered, for
// somebody who is not, and for nobody, by the rank test of Mann and Whitney. |z| below 2.6 is what chance does in 99 of
// 100 runs; an attacker who could tell them apart would see it grow with the samples.
import { performance } from 'node:perf_hooks';
import { BrowserAgent, hiddenInputs } from './support/agent.ts';
import type { Reply } from './support/agent.ts';
import { median, startServer } from './support/measure.ts';

const SAMPLES = 200;
const WARMING = 20;
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

type Walk = (origin: string, name: string, sample: number) => Promise<readonly number[]>;

/** What a stranger does, and how long each answer takes that could tell something (milliseconds). */
interface Way {
  readonly name: string;
  readonly answers: readonly string[];
  readonly walk: Walk;
}

const timed = async <T>(act: () => Promise<T>): Promise<readonly [T, number]> => {
  const began = performance.now();
  const result = await act();
  return [result, performance.now() - began];
};

const must = ({ status, body }: Reply, ...expected: readonly number[]): void => {
  if (!expected.includes(status)) throw new Error(`answered by ${String(status)}: ${body.slice(0, 300)}`);
};

const recovery =
  (way: 'reset' | 'unlock'): Walk =>
  async (origin, name) => {
    const browser = new BrowserAgent(origin);
    const first = await browser.send('GET', `/${way}`);
    const form = { ...hiddenInputs(first.body), username: name };
    const [named, answered] = await timed(() => browser.send('POST', `/${way}`, form));
    const gate = await browser.send('GET', `/${way}/prove/email`);
    must(named, 303);
    must(gate, 200);
    const codeForm = gate.body.split('<form').find((part) => part.includes('one-time-code')) ?? '';
    const guess = { ...hiddenInputs(codeForm), code: '00000000' };
    const [told, guessed] = await timed(() => browser.send('POST', `/${way}/prove/email`, guess));
    must(told, 422, 303);
    return [answered, guessed];
  };

const byPass: Walk = async (origin, name) => {
  const browser = new BrowserAgent(origin);
  const first = await browser.send('GET', '/pass');
  const form = { ...hiddenInputs(first.body), username: name, pass: 'ABCD-EFGH-JKMN' };
  const [told, took] = await timed(() => browser.send('POST', '/pass', form));
  must(told, 422, 429);
  return [took];
};

const bySignIn: Walk = async (origin, name, sample) => {
  const browser = new BrowserAgent(origin);
  const query = new URLSearchParams({
    ...{ client_id: 'demo', redirect_uri: `${origin}/demo/callback`, response_type: 'code', scope: 'openid' },
    ...{ state: 'bench', code_challenge: 'a'.repeat(43), code_challenge_method: 'S256' },
  });
  const { location = '' } = await browser.send('GET', `/auth?${query.toString()}`);
  const page = await browser.send('GET', location);
  const form = { ...hiddenInputs(page.body), username: name, password: `a wrong password ${String(sample)}` };
  const [told, took] = await timed(() => browser.send('POST', location, form));
  must(told, 422);
  return [took];
};

const way = (name: string, answers: readonly string[], walk: Walk): Way => ({ name, answers, walk });

const ways: readonly Way[] = [
  way('time of the answers of a reset', ['a name', 'a guessed code'], recovery('reset')),
  way('time of the answers of an unlock', ['a name', 'a guessed code'], recovery('unlock')),
  way('time of the answer to a guessed pass', ['it'], byPass),
  way('time of the answer to a wrong password', ['it'], bySignIn),
];

const measure = async (origin: string, { name, answers, walk }: Way): Promise<void> => {
  const times: Record<Kind, number[][]> = { registered: [], unregistered: [], nobody: [] };
  for (let sample = -WARMING; sample < SAMPLES; sample += 1) {
    for (const kind of kinds) {
      const taken = await walk(origin, names[kind], sample);
      if (sample >= 0) times[kind].push([...taken]);
    }
  }
  for (const [at, answer] of answers.entries()) {
    const [known = [], ...others] = kinds.map((kind) => times[kind].map((taken) => taken[at] ?? Number.NaN));
    for (const [other, values] of others.entries()) {
      process.stdout.write(
        `${name}, to ${answer}: registered ${median(known).toFixed(2)} ms, ${kinds[other + 1] ?? ''} ` +
          `${median(values).toFixed(2)} ms, z ${rankScore(known, values).toFixed(2)} over ${String(SAMPLES)} samples each\n`,
      );
    }
  }
};

const server = await startServer(new URL('./servers/enumeration.ts', import.meta.url).pathname);
try {
  for (const each of ways) await measure(server.origin, each);
} finally {
  await server.stop();
}
