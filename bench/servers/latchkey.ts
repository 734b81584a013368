// Latchkey as an operator runs it: the whole product on a persistent store, with audit, CSRF, limits and real pages.
// Nobody is in the reset plugin's scope, so that a sign-in does not end at the page that asks for a registration.
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { plugins, startApp } from '../../src/app.ts';
import { loadConfig } from '../../src/config/load.ts';
import { benchClient, benchPerson, argon2 } from '../support/parameters.ts';
import { freePort } from '../../test/support/free-port.ts';

const folder = process.env['BENCH_FOLDER'] ?? (await mkdtemp(join(tmpdir(), 'latchkey-bench-')));
const port = await freePort();
const origin = `http://127.0.0.1:${String(port)}`;
const file = join(folder, 'latchkey.yaml');
await writeFile(
  file,
  JSON.stringify({
    issuer: origin,
    dataDir: folder,
    http: { host: '127.0.0.1', port },
    limits: { requests: 1_000_000 },
    demo: { enabled: false },
    clients: [
      {
        client_id: benchClient.id,
        client_secret: `plain:${benchClient.secret}`,
        redirect_uris: [benchClient.redirectUri],
        grant_types: ['authorization_code', 'client_credentials'],
        response_types: ['code'],
        first_party: true,
      },
    ],
    plugins: { sspr: { scope: 'none' } },
  }),
);

const app = await startApp(await loadConfig({ LATCHKEY_CONFIG: file }, plugins), { argon2 });
const { directory, store } = app.foundation;
if (!(await directory.people.byName(benchPerson.userName))) {
  const { person, changes } = directory.people.creating(
    {
      userName: benchPerson.userName,
      displayName: 'Bench',
      emails: [{ value: 'bench@example.test', primary: true }],
    },
    { actor: 'cli' },
  );
  await store.commit([...changes, await directory.local.starting(person.id, benchPerson.password)]);
}
process.stdout.write(`${JSON.stringify({ origin })}\n`);
process.once('SIGTERM', () => void app.stop());
