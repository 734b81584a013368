import { expect } from 'chai';
import { outbox } from '../../src/cli/outbox.ts';
import { ended, outbox as messages } from '../../src/notify/outbox.ts';
import { everything } from '../../src/store/query.ts';
import { terminal, type Terminal } from './terminal.ts';

describe('latchkey outbox list', () => {
  let t: Terminal;
  beforeEach(async () => {
    t = await terminal([outbox]);
    const { store, notify, clock } = t.server;
    for (const to of ['anna@elsewhere.test', 'given.up@elsewhere.test', 'arrived@elsewhere.test']) {
      const mail = { channel: 'mail', to, template: 'sspr/code', locale: 'en', data: { name: 'Anna' } } as const;
      await store.commit([notify.message({ ...mail, secret: { code: '87654321' } })]);
    }
    for (const message of (await store.find(messages, everything)).docs) {
      if (message.to.startsWith('given')) await store.swap(messages, ended(message, 'failed', clock.now(), '550'));
      if (message.to.startsWith('arrived')) await store.swap(messages, ended(message, 'delivered', clock.now()));
    }
  });
  afterEach(() => t[Symbol.asyncDispose]());

  it('shows what waits and what was given up, with the cause', async () => {
    expect(await t.json(['outbox', 'list'])).to.containSubset([
      { to: 'anna@elsewhere.test', state: 'waiting', attempts: 0, template: 'sspr/code' },
      { to: 'given.up@elsewhere.test', state: 'failed', cause: '550' },
    ]);
    const { out } = await t.run(['outbox', 'list', '--state', 'delivered']);
    expect(out).to.contain('arrived@elsewhere.test').and.not.to.contain('anna@');
  });

  it('shows no code, no link and nothing else that a message is filled in with', async () => {
    for (const state of [[], ['--state', 'delivered']]) {
      for (const json of [[], ['--json']]) {
        const { out } = await t.run(['outbox', 'list', ...state, ...json]);
        expect(out).not.to.match(/87654321|Anna|sealed/);
      }
    }
  });

  it('says what may be asked for', async () => {
    expect(await t.run(['outbox', 'list', '--limit', '0'])).to.include({ code: 1 });
    expect(await t.run(['outbox', 'list', '--state', 'lost'])).to.include({ code: 2 });
  });
});
