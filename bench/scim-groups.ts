// What members of groups cost over SCIM, over HTTP, as the group grows: `npm run bench -- bench/scim-groups.ts`, or with
// other sizes `node --conditions=latchkey-source bench/scim-groups.ts 1000 100000`.
import { performance } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { cpuSeconds, median, startServer } from './support/measure.ts';
import { scimClient, TOKEN } from './support/scim-client.ts';
import type { ScimClient } from './support/scim-client.ts';
import { named } from './support/scim-people.ts';

const SAMPLES = 100;
const AT_ONCE = 1000;
/** What Okta sends at most in one PATCH. */
const MANY = 256;
/** People who are in none of the groups that are measured. */
const SPARE = 2000;

const idsFrom = (first: number, count: number): readonly string[] =>
  Array.from({ length: count }, (_, at) => named(first + at));

const tell = (what: string, milliseconds: readonly number[]): void => {
  const sorted = milliseconds.toSorted((a, b) => a - b);
  const late = sorted[Math.floor(sorted.length * 0.95)] ?? 0;
  process.stdout.write(`  ${what}: ${median(sorted).toFixed(2)} ms, 95 of 100 within ${late.toFixed(2)} ms\n`);
};

const patch = (client: ScimClient, group: string, op: 'add' | 'remove', ids: readonly string[]) =>
  client.send('PATCH', `/Groups/${group}`, {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
    Operations: [{ op, path: 'members', value: ids.map((value) => ({ value })) }],
  });

/** Adds and removes as many again and again, and times both. */
const inAndOut = async (
  what: string,
  rounds: number,
  act: (op: 'add' | 'remove', round: number) => Promise<unknown>,
) => {
  const times = { add: [] as number[], remove: [] as number[] };
  for (let round = -Math.ceil(rounds / 5); round < rounds; round += 1) {
    for (const op of ['add', 'remove'] as const) {
      const began = performance.now();
      await act(op, Math.abs(round));
      if (round >= 0) times[op].push(performance.now() - began);
    }
  }
  tell(`${what} in`, times.add);
  tell(`${what} out`, times.remove);
};

/** What filling left to do, such as the chaining of a hundred thousand events in the log, would be measured with the rest. */
const untilQuiet = async (pid: number): Promise<void> => {
  for (let used = Number.POSITIVE_INFINITY; used > 0.05;) {
    const before = cpuSeconds(pid);
    await wait(1000);
    used = cpuSeconds(pid) - before;
  }
};

const measure = async (size: number): Promise<void> => {
  const env = { BENCH_PEOPLE: String(size + SPARE), BENCH_TOKEN: TOKEN };
  const server = await startServer(new URL('./servers/scim.ts', import.meta.url).pathname, env);
  try {
    using client = scimClient(server.origin, 1);
    const made = await client.send('POST', '/Groups', {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
      displayName: 'Everybody',
    });
    const { id } = JSON.parse(made) as { readonly id: string };
    const began = performance.now();
    for (let first = 0; first < size; first += AT_ONCE) {
      await patch(client, id, 'add', idsFrom(first, Math.min(AT_ONCE, size - first)));
    }
    const filled = size / ((performance.now() - began) / 1000);
    process.stdout.write(`group of ${size.toLocaleString('en')}, filled at ${filled.toFixed(0)} members a second\n`);
    await untilQuiet(server.pid);
    await inAndOut('one member', SAMPLES, (op, round) => patch(client, id, op, [named(size + round)]));
    await inAndOut(`${String(MANY)} members`, SAMPLES / 5, (op, round) =>
      patch(client, id, op, idsFrom(size + ((round * 17) % (SPARE - MANY)), MANY)),
    );
    const read = performance.now();
    await client.send('GET', `/Groups/${id}?excludedAttributes=members`);
    const without = performance.now() - read;
    await client.send('GET', `/Groups/${id}`);
    const whole = performance.now() - read - without;
    process.stdout.write(`  read without members: ${without.toFixed(2)} ms, with all: ${whole.toFixed(0)} ms\n`);
  } finally {
    await server.stop();
  }
};

const sizes = process.argv.slice(2).map(Number);
for (const size of sizes.length > 0 ? sizes : [1000, 100_000]) await measure(size);
