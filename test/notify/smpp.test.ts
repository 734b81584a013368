import { expect } from 'chai';
import { MINUTE, SECOND } from '../../src/kernel/clock.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import type { Refusal } from '../../src/notify/conclusion.ts';
import type { Message } from '../../src/notify/message.ts';
import { deliveryJob } from '../../src/notify/delivery.ts';
import { createNotify, outbox } from '../../src/notify/outbox.ts';
import { createReceipts, earlyReceipts } from '../../src/notify/receipts.ts';
import { smsOverSmpp } from '../../src/notify/sms-smpp.ts';
import type { SmppChannel, SmppOptions } from '../../src/notify/sms-smpp.ts';
import { everything } from '../../src/store/query.ts';
import { LOCALHOST } from '../support/certificate.ts';
import { startMessageCentre } from '../support/message-centre.ts';
import type { MessageCentre } from '../support/message-centre.ts';
import { rooms } from '../support/rooms.ts';
import type { Rooms } from '../support/rooms.ts';
import { silent } from './courier.ts';

const NUMBER = '+491701234567';

describe('SMS over SMPP', () => {
  let r: Rooms;
  let centre: MessageCentre;
  let channels: SmppChannel[];
  let refusals: Refusal[];

  beforeEach(async () => {
    r = await rooms();
    centre = await startMessageCentre();
    channels = [];
    refusals = [];
  });
  afterEach(async () => {
    for (const channel of channels) await channel.stop();
    await centre[Symbol.asyncDispose]();
    await r[Symbol.asyncDispose]();
  });

  const conclusion = () => ({
    ...r,
    log: silent,
    undeliverable: (refusal: Refusal) => {
      refusals.push(refusal);
      return Promise.resolve([]);
    },
  });

  const open = (
    server: Partial<SmppOptions['server']> = {},
    from = 'Example',
    receiptIds: SmppOptions['receiptIds'] = 'same',
  ): SmppChannel => {
    const channel = smsOverSmpp({
      server: {
        ...{
          host: '127.0.0.1',
          port: centre.port,
          tls: 'none',
          systemId: 'latchkey',
          password: 'secret',
          systemType: '',
        },
        ...server,
      },
      from,
      receiptIds,
      clock: r.clock,
      log: silent,
      receipts: createReceipts(conclusion()),
      durable: () => r.store.durable(),
    });
    channels.push(channel);
    return channel;
  };

  const post = async (text = 'Your code', expiresAt?: number): Promise<void> => {
    const message: Message = {
      ...{ channel: 'sms' as const, to: NUMBER, template: 'sspr/code', locale: 'en', data: {}, accountId: 'anna-id' },
      secret: { text },
      ...(expiresAt === undefined ? {} : { expiresAt }),
    };
    await r.commit([createNotify(r.clock, systemRandom, r.secrets).message(message)]);
  };

  const deliver = async (channel: SmppChannel): Promise<void> => {
    const render = ({ data }: { data: Readonly<Record<string, string | number>> }) => ({
      ...{ subject: '', locale: 'en' },
      text: String(data['text']),
    });
    await deliveryJob('sms', { ...conclusion(), channels: { sms: channel }, render }).run();
  };

  const only = async () => {
    const { docs } = await r.store.find(outbox, everything);
    const [message] = docs;
    if (!message || docs.length > 1) throw new Error('there is not one message');
    return message;
  };

  it('binds as a transceiver of version 3.4 once, and sends as the sender, to the international number', async () => {
    const channel = open();
    await post('One');
    await deliver(channel);
    await post('Two', r.clock.now() + 5 * MINUTE);
    await deliver(channel);
    expect(centre.binds).to.deep.equal(['latchkey']);
    const [one, two] = centre.submitted;
    expect(one).to.deep.include({ from: { ton: 5, npi: 0, address: 'Example' }, registered: 1, validity: '' });
    expect(one?.to).to.deep.equal({ ton: 1, npi: 1, address: '491701234567' });
    expect(two?.validity, 'the centre drops it then').to.equal('000000000500000R');
    const number = open({}, '+4930123456');
    await post();
    await deliver(number);
    expect(centre.submitted[2]?.from).to.deep.equal({ ton: 1, npi: 1, address: '4930123456' });
  });

  it('sends what the default alphabet can write in it, and everything else in UCS-2', async () => {
    const channel = open();
    for (const text of ['Code für Zoë: 1', 'Kod dla ciebie: żółw']) {
      await post(text);
      await deliver(channel);
    }
    expect(centre.submitted.map(({ coding }) => coding)).to.deep.equal([8, 8]);
    await post('Größe @ 1_2');
    await deliver(channel);
    expect(centre.submitted[2]).to.include({ coding: 0, text: 'Größe @ 1_2' });
  });

  it('loses nothing of a text that takes more than one message', async () => {
    const channel = open();
    const long = 'Einhundertsechzig Zeichen sind schnell vorbei. '.repeat(6);
    await post(long);
    await deliver(channel);
    expect(centre.submitted[0]?.text).to.equal(long);
  });

  it('takes a receipt for the word of the centre that it has arrived', async () => {
    const channel = open();
    await post();
    await deliver(channel);
    r.clock.advance(SECOND);
    expect(await centre.receipt('id-1', { stat: 'DELIVRD' })).to.equal(0);
    expect(await only()).to.include({ state: 'delivered', reference: 'id-1', arrivedAt: r.clock.now() });
    await centre.receipt('id-1', { stat: 'UNDELIV', err: '001' });
    expect(await only(), 'the first word counts').to.include({ state: 'delivered' });
    expect(refusals).to.deep.equal([]);
  });

  it('tells whoever is interested of a number that a receipt says is none, in text or in parameters', async () => {
    const channel = open();
    await post();
    await deliver(channel);
    await centre.receipt('id-1', { stat: 'UNDELIV', err: '001' });
    expect(await only()).to.include({ state: 'failed', cause: 'UNDELIV 001' });
    const now = r.clock.now();
    const refusal = { channel: 'sms', to: NUMBER, accountId: 'anna-id', sentAt: now, at: now };
    expect(refusals).to.deep.equal([{ ...refusal, reason: 'UNDELIV 001' }]);
    expect((await r.events()).map(({ type }) => type)).to.deep.equal(['message.refused']);

    await post();
    await deliver(channel);
    await centre.receipt('id-2', { stat: '', text: false, parameters: { state: 5 } });
    expect(refusals[1]).to.deep.equal({ ...refusal, reason: 'UNDELIV' });
  });

  it('does not blame the number for a telephone that was off, or for a filter', async () => {
    const channel = open();
    for (const [at, stat] of ['EXPIRED', 'REJECTD', 'DELETED', 'UNKNOWN'].entries()) {
      await post();
      await deliver(channel);
      await centre.receipt(`id-${at + 1}`, { stat });
    }
    const { docs } = await r.store.find(outbox, everything);
    for (const { state } of docs) expect(state).to.equal('failed');
    expect(refusals).to.deep.equal([]);
    expect((await r.events()).map(({ type }) => type)).to.deep.equal(Array(4).fill('message.failed'));
  });

  it('finds the message of a receipt that comes after a restart, also over the session of another node', async () => {
    const before = open();
    await post();
    await deliver(before);
    await before.stop();
    const after = open();
    await after.job.run();
    await centre.receipt('id-1', { stat: 'UNDELIV' });
    expect(await only()).to.include({ state: 'failed', cause: 'UNDELIV 000' });
  });

  it('finds the message of a receipt that comes before the answer that names it', async () => {
    const channel = open();
    await post();
    centre.arrived = async ({ reference }) => {
      expect(await centre.receipt(reference, { stat: 'UNDELIV' })).to.equal(0);
    };
    await deliver(channel);
    expect(await only()).to.include({ state: 'failed', cause: 'UNDELIV 000' });
    expect(refusals).to.have.length(1);
    expect((await r.store.find(earlyReceipts, everything)).docs).to.deep.equal([]);
  });

  it('is not led astray by receipts of messages that nobody sent, by other receipts, or by what people write', async () => {
    const channel = open();
    await post();
    await deliver(channel);
    expect(await centre.receipt('id-999', { stat: 'UNDELIV' })).to.equal(0);
    expect(await centre.receipt(`id-1' or 1=1 --${'x'.repeat(200)}`, { stat: 'UNDELIV' })).to.equal(0);
    expect(await centre.receipt('id-1', { stat: 'ENROUTE' })).to.equal(0);
    expect(await centre.receipt('id-1', { stat: '__proto__' })).to.equal(0);
    expect(await centre.write('id:id-1 stat:UNDELIV')).to.equal(0);
    expect(await only()).to.include({ state: 'delivered' });
    expect(refusals).to.deep.equal([]);
    r.clock.advance(2 * 24 * 60 * MINUTE);
    expect((await r.store.find(earlyReceipts, everything)).docs, 'and keeps none for ever').to.deep.equal([]);
  });

  it('finds the message of a receipt that writes its name in another base', async () => {
    const names = [
      ['decimal', '00A1', '161'],
      ['hexadecimal', '161', '000000A1'],
    ] as const;
    for (const [at, [receiptIds, answered, received]] of names.entries()) {
      await centre[Symbol.asyncDispose]();
      centre = await startMessageCentre({ reference: () => answered });
      const channel = open({}, 'Example', receiptIds);
      await post();
      await deliver(channel);
      expect(await centre.receipt('999', { stat: 'UNDELIV' })).to.equal(0);
      expect(refusals).to.have.length(at);
      await centre.receipt(received, { stat: 'UNDELIV' });
      expect(refusals).to.have.length(at + 1);
    }
  });

  it('has a receipt sent again that it could not take in', async () => {
    const channel = open();
    await post();
    await deliver(channel);
    const { find } = r.store;
    r.store.find = () => Promise.reject(new Error('the store is away'));
    expect(await centre.receipt('id-1', { stat: 'DELIVRD' }), 'ESME_RX_T_APPN').to.equal(0x64);
    r.store.find = find;
    expect(await centre.receipt('id-1', { stat: 'DELIVRD' })).to.equal(0);
    expect(await only()).to.have.property('arrivedAt');
  });

  it('sends again later what the centre is too busy for', async () => {
    const channel = open();
    await post();
    // ESME_RTHROTTLED, ESME_RMSGQFUL, ESME_RSYSERR
    for (const [attempts, status] of [0x58, 0x14, 0x08].entries()) {
      centre.status = status;
      await deliver(channel);
      const cause = `0x000000${status.toString(16).padStart(2, '0')}`;
      expect(await only()).to.include({ state: 'waiting', attempts: attempts + 1, cause });
      r.clock.advance(MINUTE);
    }
    expect(centre.binds, 'over the same session').to.have.length(1);
    centre.status = 0;
    await deliver(channel);
    expect(await only()).to.include({ state: 'delivered' });
  });

  it('answers when it is asked whether it is there, and asks by itself', async () => {
    const channel = open();
    await channel.job.run();
    expect(centre.binds).to.have.length(1);
    expect(await centre.enquire()).to.equal(0);
    await channel.job.run();
    expect(centre.enquiries).to.equal(2);
  });

  it('binds again after a session that was cut off, and after one that is silent', async () => {
    const channel = open();
    await post();
    centre.arrived = () => {
      centre.drop();
    };
    await deliver(channel);
    expect(await only()).to.include({ state: 'waiting', cause: 'closed' });
    centre.arrived = () => undefined;
    r.clock.advance(5 * SECOND);
    await deliver(channel);
    expect(await only()).to.include({ state: 'delivered' });
    expect(centre.binds).to.have.length(2);

    const impatient = open({ patience: SECOND });
    await impatient.job.run();
    centre.silent = true;
    await impatient.job.run();
    centre.silent = false;
    await impatient.job.run();
    expect(centre.binds).to.have.length(4);
  });

  it('tries to bind less and less often while it is refused', async () => {
    const channel = open({ password: 'wrong' });
    await post();
    await deliver(channel);
    expect(await only()).to.include({ state: 'waiting', cause: 'bind 0x0000000e' });
    for (let second = 0; second < 60; second += 1) {
      await channel.job.run();
      r.clock.advance(SECOND);
    }
    // At 0, 1, 3, 7, 15 and 31 seconds.
    expect(centre.binds).to.have.length(6);
  });

  it('says goodbye when it stops, and then sends nothing more', async () => {
    const channel = open();
    await post();
    await deliver(channel);
    await channel.stop();
    await channel.job.run();
    expect(centre.binds).to.have.length(1);
  });

  it('speaks to a centre over TLS whose certificate is right, and to no other', async () => {
    await centre[Symbol.asyncDispose]();
    centre = await startMessageCentre({ tls: LOCALHOST });
    await post();
    await deliver(open({ tls: 'implicit', host: 'localhost' }));
    expect(await only()).to.include({ state: 'waiting', cause: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    expect(centre.binds, 'no password was shown').to.deep.equal([]);
    r.clock.advance(5 * SECOND);
    await deliver(open({ tls: 'implicit', host: 'localhost', ca: LOCALHOST.cert }));
    expect(await only()).to.include({ state: 'delivered' });
  });
});
