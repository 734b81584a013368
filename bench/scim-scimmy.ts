// What SCIM costs here and with plain scimmy over the same store, over HTTP: `npm run bench -- bench/scim-scimmy.ts`, or
// with other numbers of people `node --conditions=latchkey-source bench/scim-scimmy.ts 10000 100000`. A group has 3 of 100
// of all people.
import { performance } from 'node:perf_hooks';
import { cost, median, startServer } from './support/measure.ts';
import type { ServerUnderTest } from './support/measure.ts';
import { scimClient, TOKEN } from './support/scim-client.ts';
import type { ScimClient } from './support/scim-client.ts';
import { named } from './support/scim-people.ts';

const SAMPLES = 60;
const WARMING = 12;
const CREATED = 1000;
const BATCHES = 4;
const CONNECTIONS = 16;
const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';

const sampled = async (act: (sample: number) => Promise<unknown>): Promise<number> => {
  const times: number[] = [];
  for (let sample = 0; sample < WARMING + SAMPLES; sample += 1) {
    const began = performance.now();
    await act(sample);
    times.push(performance.now() - began);
  }
  return median(times.slice(WARMING));
};

/** The best of some batches: what others do on the machine makes each of them only worse. */
const creating = async ({ pid }: ServerUnderTest, client: ScimClient) => {
  let created = 0;
  const create = async (): Promise<void> => {
    created += 1;
    const name = `created-${String(created)}`;
    const emails = [{ value: `${name}@example.test`, type: 'work', primary: true }];
    await client.send('POST', '/Users', {
      schemas: [USER],
      userName: name,
      externalId: name,
      displayName: name,
      emails,
    });
  };
  const costs = [];
  for (let batch = 0; batch < BATCHES; batch += 1) costs.push(await cost(pid, CREATED, CONNECTIONS, create));
  return {
    'created a second, 16 connections': Math.max(...costs.map(({ perSecond }) => perSecond)),
    'ms of CPU for each': Math.min(...costs.map(({ cpu }) => cpu)),
  };
};

const measured = async (file: string, people: number): Promise<Readonly<Record<string, number>>> => {
  const env = { BENCH_PEOPLE: String(people), BENCH_TOKEN: TOKEN };
  const server = await startServer(new URL(`./servers/${file}`, import.meta.url).pathname, env);
  using client = scimClient(server.origin, CONNECTIONS);
  const at = (sample: number): string => named((sample * 7919) % people);
  const member = (op: 'add' | 'remove', sample: number) => {
    const value = op === 'add' ? [{ value: named((sample * 100 + 1) % people) }] : undefined;
    const path = op === 'add' ? 'members' : `members[value eq "${named((sample * 100 + 1) % people)}"]`;
    const operation = { op, path, ...(value && { value }) };
    return client.send('PATCH', '/Groups/g0', { schemas: [PATCH_OP], Operations: [operation] });
  };
  try {
    const lookUp = (sample: number) =>
      client.send('GET', `/Users?filter=${encodeURIComponent(`userName eq "${at(sample)}"`)}`);
    return {
      'ms, GET by id': await sampled((sample) => client.send('GET', `/Users/${at(sample)}`)),
      'ms, look-up by userName': await sampled(lookUp),
      'ms, first page of 100': await sampled(() => client.send('GET', '/Users?startIndex=1&count=100')),
      'ms, one member into a group': await sampled((sample) => member('add', sample)),
      'ms, one member out of it': await sampled((sample) => member('remove', sample)),
      ...(await creating(server, client)),
    };
  } finally {
    await server.stop();
  }
};

const sizes = process.argv.slice(2).map(Number);
for (const people of sizes.length > 0 ? sizes : [10_000]) {
  const ours = await measured('scim.ts', people);
  const plain = await measured('scimmy.ts', people);
  process.stdout.write(`${people.toLocaleString('en')} people (latchkey, plain scimmy)\n`);
  for (const [what, figure] of Object.entries(ours)) {
    process.stdout.write(`  ${what}: ${figure.toFixed(2)}, ${(plain[what] ?? Number.NaN).toFixed(2)}\n`);
  }
}
