import { expect } from 'chai';
import { DAY, HOUR, MINUTE, SECOND } from '../../src/kernel/clock.ts';
import { createAudit } from '../../src/audit/log.ts';
import { hostEvents } from '../../src/audit/catalogue.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import { createNotify, outbox } from '../../src/notify/outbox.ts';
import { pauseAfter } from '../../src/notify/delivery.ts';
import type { Message } from '../../src/notify/message.ts';
import { openStore } from '../../src/store/open.ts';
import { everything } from '../../src/store/query.ts';
import { roomCollections, rooms } from '../support/rooms.ts';
import type { Rooms } from '../support/rooms.ts';
import { courier, mailTo } from './courier.ts';
import { startMailServer } from './mail-server.ts';
import type { MailServer } from './mail-server.ts';

const NEWS: Message = {
  channel: 'mail',
  to: 'anna@home.example',
  template: 'sspr/changed',
  locale: 'en',
  data: { subject: 'Your password was changed', name: 'Anna' },
  accountId: 'anna-id',
  correlation: 'request-1',
};

describe('delivery of mail', () => {
  let r: Rooms;
  let server: MailServer;
  beforeEach(async () => {
    r = await rooms();
    server = await startMailServer();
  });
  afterEach(async () => {
    await server[Symbol.asyncDispose]();
    await r[Symbol.asyncDispose]();
  });

  const post = async (message: Partial<Message> = {}): Promise<void> => {
    await r.commit([createNotify(r.clock, systemRandom, r.secrets).message({ ...NEWS, ...message })]);
  };
  const deliver = async (port = server.port): Promise<void> => {
    const job = courier(r, { mail: await mailTo(port) });
    while (await job.run());
  };
  const messages = async () => (await r.store.find(outbox, everything, { sort: [{ path: 'id' }] })).docs;
  const only = async () => {
    const [message, ...others] = await messages();
    if (!message || others.length > 0) throw new Error('there is not one message');
    return message;
  };

  it('brings what was committed to its reader, once', async () => {
    await post({ secret: { code: '1234 5678' } });
    await deliver();
    await deliver();
    expect(server.received).to.have.length(1);
    const [{ to, mail } = { to: [], mail: undefined }] = server.received;
    expect(to).to.deep.equal(['anna@home.example']);
    expect(mail?.subject).to.equal('Your password was changed');
    expect(mail?.text).to.include('Anna').and.include('1234 5678');
    expect(mail?.html).to.include('<p>');
    expect(mail?.from?.text).to.equal('"Latchkey" <no-reply@login.example>');
    expect(mail?.headers.get('auto-submitted')).to.equal('auto-generated');
    expect(mail?.messageId).to.equal(`<${(await only()).id}@login.example>`);
    expect(await only())
      .to.include({ state: 'delivered', attempts: 1 })
      .and.not.have.property('sealed');
  });

  it('sends nothing of an event that was not committed', async () => {
    const notify = createNotify(r.clock, systemRandom, r.secrets);
    const anna = await r.person({ userName: 'anna' });
    const stale = r.directory.people.updating(anna, { title: 'Dr' }, {});
    await r.commit(r.directory.people.updating(anna, { title: 'Prof' }, {}));
    await r.commit([...stale, notify.message(NEWS)]).catch(() => undefined);
    await deliver();
    expect(server.received).to.deep.equal([]);
  });

  it('tries again with growing pauses while the server says later, under the same Message-ID', async () => {
    server.data = { code: 451, words: '4.7.1 please come back' };
    await post();
    await deliver();
    expect(await only()).to.include({ state: 'waiting', attempts: 1, cause: '451 4.7.1' });
    await deliver();
    expect(server.received).to.have.length(1);

    for (const [attempts, pause] of [5, 15, 45].entries()) {
      r.clock.advance(pause * SECOND - 1);
      await deliver();
      expect(server.received).to.have.length(attempts + 1);
      r.clock.advance(1);
      await deliver();
      expect(server.received).to.have.length(attempts + 2);
    }
    server.data = undefined;
    r.clock.advance(HOUR);
    await deliver();
    expect(await only()).to.include({ state: 'delivered', attempts: 5 });
    expect(new Set(server.received.map(({ mail }) => mail.messageId))).to.have.length(1);
  });

  it('never pauses longer than an hour', () => {
    const pauses = Array.from({ length: 20 }, (_, n) => pauseAfter(n + 1));
    expect(pauses).to.deep.equal(pauses.toSorted((a, b) => a - b));
    expect(pauses.at(-1)).to.equal(HOUR);
  });

  it('gives up at once what is refused for good, and shows and logs it', async () => {
    server.recipient = { code: 550, words: '5.1.1 no such user; you sent 1234' };
    await post({ secret: { code: '1234' } });
    await deliver();
    expect(await only())
      .to.include({ state: 'failed', cause: '550 5.1.1' })
      .and.not.have.property('sealed');
    const [event] = await r.events();
    expect(event).to.include({ type: 'message.refused', subject: 'anna-id', correlation: 'request-1', method: 'mail' });
    expect(event?.reason).to.equal('sspr/changed 550 5.1.1');
    r.clock.advance(DAY);
    await deliver();
    expect(await messages()).to.have.length(1);
  });

  it('waits while no server is there, harms nothing meanwhile, and delivers once there is one', async () => {
    const { port } = server;
    await server[Symbol.asyncDispose]();
    await post();
    await deliver(port);
    expect(await only()).to.include({ state: 'waiting', attempts: 1, cause: 'ECONNREFUSED' });
    server = await startMailServer(port);
    r.clock.advance(5 * SECOND);
    await deliver(port);
    expect(server.received).to.have.length(1);
  });

  it('gives up after a day', async () => {
    const { port } = server;
    await server[Symbol.asyncDispose]();
    await post();
    for (let hour = 0; hour < 23; hour += 1) {
      await deliver(port);
      r.clock.advance(HOUR);
    }
    expect(await only()).to.include({ state: 'waiting', attempts: 23 });
    await deliver(port);
    expect(await only()).to.include({ state: 'failed', attempts: 24, cause: 'ECONNREFUSED' });
    server = await startMailServer();
  });

  it('drops what has expired unsent, and wipes what was live in it', async () => {
    await post({ secret: { code: '1234' }, expiresAt: r.clock.now() + 10 * MINUTE });
    r.clock.advance(10 * MINUTE);
    await deliver();
    expect(server.received).to.deep.equal([]);
    expect(await only())
      .to.include({ state: 'expired' })
      .and.not.have.property('sealed');
  });

  it('wipes a live code at its expiry though the next try would be later', async () => {
    server.data = { code: 451, words: 'later' };
    await post({ secret: { code: '1234' }, expiresAt: r.clock.now() + 7 * SECOND });
    await deliver();
    r.clock.advance(5 * SECOND);
    await deliver();
    expect(await only()).to.include({ attempts: 2, dueAt: (await only()).expiresAt });
    r.clock.advance(2 * SECOND);
    await deliver();
    expect(await only())
      .to.include({ state: 'expired' })
      .and.not.have.property('sealed');
    expect(server.received).to.have.length(2);
  });

  it('shares the work between nodes, each message sent by one', async () => {
    await Promise.all(Array.from({ length: 12 }, (_, n) => post({ to: `p${String(n)}@home.example` })));
    const { url } = r;
    const second = await openStore({ url, collections: roomCollections, migrations: [], clock: r.clock });
    const audit = createAudit(hostEvents, r.clock, systemRandom, r.secrets);
    const channels = { mail: await mailTo(server.port) };
    const nodes = [courier(r, channels), courier({ ...r, store: second, audit }, channels)];
    await Promise.all(
      nodes.map(async (job) => {
        while (await job.run());
      }),
    );
    await second.close();
    expect(server.received).to.have.length(12);
    expect(new Set(server.received.map(({ to }) => to[0]))).to.have.length(12);
  });

  it('sends only after what it tells of would survive a power cut', async () => {
    const order: string[] = [];
    server.arrived = () => void order.push('mail');
    const durable = async (): Promise<void> => {
      await r.store.durable();
      order.push('durable');
    };
    await post();
    await courier({ ...r, store: { ...r.store, durable } }, { mail: await mailTo(server.port) }).run();
    expect(order).to.deep.equal(['durable', 'mail']);
  });

  it('sends nothing in the clear to a server without TLS where TLS is asked for', async () => {
    await post();
    await courier(r, { mail: await mailTo(server.port, { tls: 'starttls' }) }).run();
    expect(server.received).to.deep.equal([]);
    expect(await only()).to.include({ state: 'waiting', attempts: 1 });
  });

  it('signs in to a server that asks for it, and waits for an operator to mend a wrong password', async () => {
    await server[Symbol.asyncDispose]();
    server = await startMailServer(0, 'relay password');
    await post();
    const run = async (password: string): Promise<void> => {
      const mail = await mailTo(server.port, { user: 'latchkey', password });
      await courier(r, { mail }).run();
    };
    await run('wrong');
    expect(await only()).to.include({ state: 'waiting', cause: '535 5.7.8' });
    r.clock.advance(5 * SECOND);
    await run('relay password');
    expect(server.received).to.have.length(1);
  });

  it('fails visibly where there is no such channel', async () => {
    await post();
    await courier(r, {}).run();
    expect(await only()).to.include({ state: 'failed', cause: 'no channel' });
  });

  it('tries again what a faulty template could not render, without the words of the fault in the outbox', async () => {
    await post({ secret: { code: '1234' } });
    const render = (): never => {
      throw new Error('the view is missing');
    };
    await courier(r, { mail: await mailTo(server.port) }, { render }).run();
    expect(await only()).to.include({ state: 'waiting', cause: 'internal' });
    r.clock.advance(5 * SECOND);
    await deliver();
    expect(server.received).to.have.length(1);
  });

  it('forgets what has ended after a while', async () => {
    await post();
    await deliver();
    r.clock.advance(7 * DAY);
    expect(await messages()).to.deep.equal([]);
  });
});
