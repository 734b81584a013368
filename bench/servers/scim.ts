// A server with many people, each in three groups, and one client of SCIM whose token the bench knows.
import { scimTokens } from '../../plugins/scim/clients/tokens.ts';
import { startApp } from '../../src/app.ts';
import { installation } from '../support/installation.ts';
import { fill } from '../support/scim-people.ts';

const [many, token] = [Number(process.env['BENCH_PEOPLE']), process.env['BENCH_TOKEN'] ?? ''];
const { config, origin, remove } = await installation({ plugins: { scim: { requestsPerMinute: 100_000_000 } } });

const app = await startApp(config);
const { store, secrets, clock } = app.foundation;
const createdAt = clock.now();

await fill(store, many, createdAt);
await store.insert(scimTokens, {
  id: 'bench.1',
  hash: secrets.hash('scim token', token),
  name: 'bench',
  access: 'write',
  types: ['User', 'Group'],
  createdAt,
});
process.stdout.write(`${JSON.stringify({ origin })}\n`);
process.once('SIGTERM', () => {
  void app.stop().then(remove);
});
