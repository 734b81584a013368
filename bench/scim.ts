// What people over SCIM cost, over HTTP, as the directory grows: `npm run bench -- bench/scim.ts`, or with other sizes
// `npm run bench -- bench/scim.ts 1000 1000000`.
import { performance } from 'node:perf_hooks';
import { cost, median, startServer } from './support/measure.ts';
import { scimClient, TOKEN } from './support/scim-client.ts';
import type { ScimClient } from './support/scim-client.ts';
import { named } from './support/scim-people.ts';

const SAMPLES = 200;
const CREATED = 4000;
const CONNECTIONS = 16;

const tell = (what: string, milliseconds: readonly number[]): void => {
  const sorted = milliseconds.toSorted((a, b) => a - b);
  const late = sorted[Math.floor(sorted.length * 0.95)] ?? 0;
  process.stdout.write(`  ${what}: ${median(sorted).toFixed(2)} ms, 95 of 100 within ${late.toFixed(2)} ms\n`);
};

const sampled = async (what: string, act: (sample: number) => Promise<unknown>, samples = SAMPLES): Promise<void> => {
  const times: number[] = [];
  for (let sample = -Math.ceil(samples / 5); sample < samples; sample += 1) {
    const began = performance.now();
    await act(Math.abs(sample));
    if (sample >= 0) times.push(performance.now() - began);
  }
  tell(what, times);
};

/** Walks all pages: the first ones and the last ones should cost the same. */
const pages = async (client: ScimClient, what: string, parameters: string): Promise<void> => {
  const times: number[] = [];
  let cursor: string | undefined = '';
  while (cursor !== undefined) {
    const began = performance.now();
    const text = await client.send('GET', `/Users?count=100&cursor=${cursor}${parameters}`);
    times.push(performance.now() - began);
    cursor = (JSON.parse(text) as { readonly nextCursor?: string }).nextCursor;
  }
  tell(
    `${what}, the first ${String(Math.min(SAMPLES, times.length))} of ${String(times.length)}`,
    times.slice(0, SAMPLES),
  );
  tell(`${what}, the last`, times.slice(-SAMPLES));
};

const measure = async (people: number): Promise<void> => {
  const env = { BENCH_PEOPLE: String(people), BENCH_TOKEN: TOKEN };
  const server = await startServer(new URL('./servers/scim.ts', import.meta.url).pathname, env);
  using client = scimClient(server.origin, CONNECTIONS);
  const at = (sample: number): string => named((sample * 7919) % people);
  try {
    process.stdout.write(`${people.toLocaleString('en')} people\n`);
    await sampled('GET by id', (sample) => client.send('GET', `/Users/${at(sample)}`));
    const by = (attribute: string, value: string) =>
      client.send('GET', `/Users?filter=${encodeURIComponent(`${attribute} eq "${value}"`)}`);
    await sampled('look-up by userName', (sample) => by('userName', at(sample)));
    await sampled('look-up by externalId', (sample) => by('externalId', `external-${at(sample)}`));
    await sampled('look-up by mail', (sample) => by('emails.value', `${at(sample)}@example.test`));
    await sampled('look-up of nobody', (sample) => by('userName', `nobody-${String(sample)}`));
    await sampled('PATCH of one attribute', (sample) =>
      client.send('PATCH', `/Users/${at(sample)}`, {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
        Operations: [{ op: 'replace', path: 'title', value: `title ${String(performance.now())}` }],
      }),
    );
    await pages(client, 'page of 100 by cursor', '');
    await pages(client, 'page of 100 by cursor, by userName', '&sortBy=userName');
    await pages(client, 'page of 100 by cursor, without groups', '&excludedAttributes=groups');
    const last = Math.max(1, people - 100);
    await sampled(
      `page of 100 by index, at ${String(last)}`,
      (sample) => client.send('GET', `/Users?startIndex=${String(last - (sample % 50))}&count=100`),
      10,
    );
    let created = 0;
    const { cpu, perSecond } = await cost(server.pid, CREATED, CONNECTIONS, async () => {
      created += 1;
      const name = `created-${String(created)}`;
      await client.send('POST', '/Users', {
        schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
        userName: name,
        externalId: name,
        displayName: name,
        emails: [{ value: `${name}@example.test`, type: 'work', primary: true }],
      });
    });
    process.stdout.write(
      `  POST of somebody, ${String(CONNECTIONS)} connections: ${perSecond.toFixed(0)} a second, ${cpu.toFixed(2)} ms CPU\n`,
    );
  } finally {
    await server.stop();
  }
};

const sizes = process.argv.slice(2).map(Number);
for (const people of sizes.length > 0 ? sizes : [1000, 100_000]) await measure(people);
