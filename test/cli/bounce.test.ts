import { expect } from 'chai';
import { bounce } from '../../src/cli/bounce.ts';
import { bounces } from '../../src/notify/bounces.ts';
import { outbox } from '../../src/notify/outbox.ts';
import { returnAddress } from '../../src/notify/return-address.ts';
import { everything } from '../../src/store/query.ts';
import { report } from '../support/returned-mail.ts';
import { terminal } from './terminal.ts';
import type { Terminal } from './terminal.ts';

const BASE = 'bounces@login.example';

describe('latchkey bounce', () => {
  let t: Terminal;
  beforeEach(async () => {
    t = await terminal([bounce], [], [], {}, { mail: { bounces: { address: BASE } } });
  });
  afterEach(async () => {
    await t[Symbol.asyncDispose]();
  });

  /** A mail that we sent, and where it returns to. */
  const sent = async (): Promise<string> => {
    const { store, notify, secrets } = t.server;
    const mail = { channel: 'mail', to: 'anna@elsewhere.test', template: 'x/y', locale: 'en', data: {} } as const;
    await store.commit([notify.message(mail)]);
    const [message] = (await store.find(outbox, everything)).docs;
    return returnAddress(secrets, BASE, message?.id ?? '');
  };
  const taken = async () => (await t.server.store.find(bounces, everything)).docs.map(({ status }) => status);

  it('takes in a report from standard input, for the address it is given or finds in the header', async () => {
    const address = await sent();
    expect((await t.run(['bounce', '--recipient', address], report())).out).to.equal('taken\n');
    expect(await t.json(['bounce'], `Delivered-To: ${address}\n${report()}`)).to.deep.equal({ result: 'taken' });
    expect(await taken(), 'the server’s job has one to see to').to.deep.equal(['5.1.1']);
  });

  it('ignores what is forged or no report, and ends well all the same', async () => {
    const address = await sent();
    const forged = address.replace(/.(?=@)/, (last) => (last === '0' ? '1' : '0'));
    expect(await t.run(['bounce', '--recipient', forged], report())).to.include({ code: 0, out: 'forged\n' });
    expect(await t.run(['bounce', '--recipient', address], 'hello')).to.include({ code: 0, out: 'other\n' });
    expect(await t.run(['bounce'], report())).to.include({ code: 0, out: 'forged\n' });
    expect(await taken()).to.deep.equal([]);
  });

  it('says what is missing where no address is configured', async () => {
    await using without = await terminal([bounce]);
    expect((await without.run(['bounce'], report())).err).to.contain('mail.bounces is not configured');
  });
});
