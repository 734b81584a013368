import { expect } from 'chai';
import { DAY } from '../../src/kernel/clock.ts';
import type { Log } from '../../src/kernel/log.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import { listenForBounces } from '../../src/notify/bounce-listener.ts';
import type { BounceListener } from '../../src/notify/bounce-listener.ts';
import { bounceJob, bounces, createBounces } from '../../src/notify/bounces.ts';
import type { Refusal } from '../../src/notify/conclusion.ts';
import { createNotify, ended, outbox } from '../../src/notify/outbox.ts';
import { createReceipts } from '../../src/notify/receipts.ts';
import { namedBy, returnAddress } from '../../src/notify/return-address.ts';
import { change } from '../../src/store/port.ts';
import { everything } from '../../src/store/query.ts';
import { handOver, report } from '../support/returned-mail.ts';
import { rooms, testSecrets } from '../support/rooms.ts';
import type { Rooms } from '../support/rooms.ts';
import { silent } from './courier.ts';

const BASE = 'bounces@login.example';

describe('the address that a mail returns to', () => {
  const secrets = testSecrets();
  const ID = '0mh9x2k3a00010123456789abcdef0123';

  it('names its message, in whatever case it comes back, and is no longer than mail servers take', () => {
    const longest = returnAddress(secrets, 'mail-returned@login.example', ID);
    expect(longest.indexOf('@')).to.equal(64);
    const address = returnAddress(secrets, BASE, ID);
    expect(namedBy(secrets, BASE, address)).to.equal(ID);
    expect(namedBy(secrets, 'Bounces@Login.Example', address.toUpperCase())).to.equal(ID);
  });

  it('cannot be made without our key, nor changed to name another message', () => {
    const address = returnAddress(secrets, BASE, ID);
    const other = `${ID.slice(0, -1)}4`;
    const forged = [
      address.replace(ID, other),
      address.replace(/-.(?=.*@)/, '-!'),
      address.replace(/.@/, '@'),
      address.replace('login.example', 'elsewhere.test'),
      address.replace('bounces', 'other'),
      BASE,
      '',
      '@',
      `${'a'.repeat(1_000_000)}@login.example`,
    ];
    for (const one of forged) expect(namedBy(secrets, BASE, one), one.slice(0, 100)).to.equal(undefined);
  });
});

describe('mail that comes back', () => {
  let r: Rooms;
  let listener: BounceListener;
  let refusals: Refusal[];
  let ignored: Record<string, unknown>[];
  let id: string;

  const open = async (protocol: 'lmtp' | 'smtp'): Promise<void> => {
    const log: Log = { ...silent, warn: (facts) => void ignored.push(facts) };
    const taking = createBounces({ ...r, log, address: BASE });
    listener = await listenForBounces({ host: '127.0.0.1', port: 0, protocol, bounces: taking });
  };
  /** Lets the server's job conclude what came back. */
  const conclude = async (): Promise<void> => {
    const undeliverable = (refusal: Refusal) => {
      refusals.push(refusal);
      return Promise.resolve([]);
    };
    const job = bounceJob(r.store, createReceipts({ ...r, log: silent, undeliverable }));
    while (await job.run());
  };
  const address = (of = id): string => returnAddress(r.secrets, BASE, of);

  beforeEach(async () => {
    r = await rooms(undefined, [bounces]);
    [refusals, ignored] = [[], []];
    const notify = createNotify(r.clock, systemRandom, r.secrets);
    const mail = {
      channel: 'mail',
      to: 'anna@elsewhere.test',
      template: 'x/y',
      locale: 'en',
      data: {},
      accountId: 'anna',
    } as const;
    await r.commit([notify.message(mail)]);
    const [message] = (await r.store.find(outbox, everything)).docs;
    if (!message) throw new Error('no message');
    ({ id } = message);
    await r.commit([change.swap(outbox, ended({ ...message }, 'delivered', r.clock.now()))]);
    await open('lmtp');
  });
  afterEach(async () => {
    await listener.stop();
    await r[Symbol.asyncDispose]();
  });

  it('fails its message for good, by LMTP and by SMTP', async () => {
    expect(await handOver(listener.port, address(), report())).to.equal('ok');
    await conclude();
    const [refusal] = refusals;
    expect(refusal).to.include({ channel: 'mail', to: 'anna@elsewhere.test', accountId: 'anna', reason: '5.1.1' });
    expect((await r.store.get(outbox, id))?.state).to.equal('failed');
    await listener.stop();
    await open('smtp');
    expect(await handOver(listener.port, address(), report(), false)).to.equal('ok');
  });

  it('counts once, however often it is sent', async () => {
    for (const _ of [1, 2, 3]) await handOver(listener.port, address(), report());
    await conclude();
    await handOver(listener.port, address(), report());
    await conclude();
    expect(refusals).to.have.length(1);
  });

  it('is refused at every address that we did not give out, and counted in the log', async () => {
    const wrong = address().replace(/.(?=@)/, (last) => (last === '0' ? '1' : '0'));
    expect(await handOver(listener.port, wrong, report())).to.equal(550);
    expect(await handOver(listener.port, 'anna@elsewhere.test', report())).to.equal(550);
    expect(await handOver(listener.port, BASE, report())).to.equal(550);
    await conclude();
    expect(refusals).to.deep.equal([]);
    expect(ignored).to.deep.equal([
      { why: 'forged', count: 1 },
      { why: 'forged', count: 2 },
    ]);
  });

  it('says nothing of a message that is forgotten, nor where it is no failure', async () => {
    await handOver(listener.port, address(), report({ status: '4.4.7', action: 'delayed' }));
    await handOver(listener.port, address(), 'Subject: I am on holiday\r\n\r\nUntil May.\r\n');
    r.clock.advance(8 * DAY);
    await handOver(listener.port, address(), report());
    await conclude();
    expect(refusals).to.deep.equal([]);
    expect(ignored.map(({ why }) => why)).to.deep.equal(['other', 'other', 'expired']);
  });

  it('is about one message: a second address in one delivery is put off', async () => {
    const transfer = await handOver(listener.port, [address(), `x${address()}`, address('0'.repeat(33))], report());
    expect(transfer).not.to.equal(550);
    await conclude();
    expect(refusals).to.have.length(1);
  });

  it('is refused where it is larger than any report', async () => {
    const huge = report({}, `Subject: large\r\n\r\n${'x'.repeat(70)}\r\n`.repeat(20_000));
    await listener.stop();
    await open('smtp');
    expect(await handOver(listener.port, address(), huge, false)).to.equal(552);
    await conclude();
    expect(refusals).to.deep.equal([]);
  });
});
