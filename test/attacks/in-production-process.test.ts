import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { plugins } from '../../src/app.ts';
import { loadConfig } from '../../src/config/load.ts';
import { openFoundation } from '../../src/foundation.ts';
import { onEveryEngine } from '../support/engines.ts';
import { startProduction, victims } from '../support/production.ts';
import type { Production } from '../support/production.ts';

const populate = async (env: Readonly<Record<string, string>>): Promise<void> => {
  const rooms = await openFoundation(await loadConfig(env, plugins), plugins, []);
  const { directory, store } = rooms;
  for (const { userName, password, mail } of victims) {
    const emails = [{ value: mail, primary: true }];
    const { person, changes } = directory.people.creating({ userName, emails }, { actor: 'cli' });
    await store.commit([...changes, await directory.local.starting(person.id, password)]);
  }
  await store.close();
};

onEveryEngine('npm run attack, on a server in production', function (store) {
  let production: Production;

  before(async () => {
    production = await startProduction({ store, populate });
  });
  after(() => production[Symbol.asyncDispose]());

  it('tries every attack, finds that all of them are held off, and says so in a report', async () => {
    const { attack, url, folder, mailbox } = production;
    const { code, stdout, stderr } = await attack(url, '--people', join(folder, 'people.json'), '--inbox', mailbox);
    expect(stdout, `${stdout}\n${stderr}`).to.match(
      /^# Attacks on https:\/\/localhost:\d+\n\n\d\d held, 0 broken, 0 not tried\./,
    );
    expect(stdout).to.include('## A step of a reset skipped (Keycloak CVE-2026-18963)');
    expect(code, stderr).to.equal(0);
  });

  it('says of what it had nobody left for that it was not tried, and ends with a failure', async () => {
    const { attack, url, folder, mailbox } = production;
    await writeFile(join(folder, 'nobody.json'), '[]');
    const { code, stdout } = await attack(url, '--people', join(folder, 'nobody.json'), '--inbox', mailbox);
    expect(stdout).to.match(/ held, 0 broken, \d+ not tried\./);
    expect(code).to.equal(1);
  });

  it('says what is missing, and attacks nothing', async () => {
    const { code, stdout, stderr } = await production.attack(production.url);
    expect(code).to.equal(2);
    expect(stdout).to.equal('');
    expect(stderr).to.include('--people');
  });
});
