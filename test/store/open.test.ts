import { expect } from 'chai';
import { openStore } from '../../src/store/open.ts';
import { testClock } from '../support/clock.ts';
import { accounts } from '../support/store-samples.ts';
import { sqliteFolder } from '../support/store-sqlite.ts';
import { outcome } from '../support/store.ts';

describe('opening a store by its URL', () => {
  const options = { collections: [accounts], migrations: [], clock: testClock() };

  it('picks the engine of the scheme', async () => {
    await using folder = await sqliteFolder();
    const store = await openStore({ ...options, url: `sqlite:${folder.file}` });
    expect(await store.insert(accounts, { id: 'alice' })).to.include({ version: 1 });
    await store.close();
  });

  it('refuses a scheme that no engine serves', async () => {
    for (const url of ['postgres://localhost/x', '/var/lib/store.db', '']) {
      expect(await outcome(openStore({ ...options, url })), url).to.equal('config_invalid');
    }
  });
});
