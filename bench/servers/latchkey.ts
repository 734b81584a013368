// Latchkey as an operator runs it: the whole product on a persistent store, with audit, CSRF, limits and real pages.
// Nobody is in the reset plugin's scope, so that a sign-in does not end at the page that asks for a registration.
import { startApp } from '../../src/app.ts';
import { benchClient, benchPerson, argon2 } from '../support/parameters.ts';
import { installation } from '../support/installation.ts';
import { linkedPerson } from '../support/linked-person.ts';
import type { Linked } from '../support/linked-person.ts';

/** Somebody of a directory, and the section that the directory is in. */
const { directories = {}, linked } = JSON.parse(process.env['BENCH_DIRECTORY'] ?? '{}') as {
  readonly directories?: Readonly<Record<string, unknown>>;
  readonly linked?: Linked;
};

const { config, origin } = await installation(
  {
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
    plugins: { sspr: { scope: 'none' }, ...directories },
  },
  process.env['BENCH_FOLDER'],
);

const app = await startApp(config, { argon2 });
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
if (linked) await linkedPerson(app.foundation, linked);
process.stdout.write(`${JSON.stringify({ origin })}\n`);
process.once('SIGTERM', () => void app.stop());
