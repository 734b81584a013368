import { expect } from 'chai';
import { MINUTE } from '../../src/kernel/clock.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import { deliveryJob } from '../../src/notify/delivery.ts';
import { createNotify, outbox } from '../../src/notify/outbox.ts';
import { createReceipts } from '../../src/notify/receipts.ts';
import { smsOverSmpp } from '../../src/notify/sms-smpp.ts';
import type { SmppChannel } from '../../src/notify/sms-smpp.ts';
import { everything } from '../../src/store/query.ts';
import { missingForCentre, startForeignCentre } from '../support/foreign-centre.ts';
import type { ForeignCentre } from '../support/foreign-centre.ts';
import { rooms } from '../support/rooms.ts';
import type { Rooms } from '../support/rooms.ts';
import { nobody, silent } from './courier.ts';

const NUMBER = '+491701234567';
const LONG = `Größe: ${'Ihr Code steht am Ende. '.repeat(10)}407182`;

const missing = await missingForCentre();
const suite = missing === undefined ? describe : describe.skip;

// Our own message centre was written by whoever wrote the client, and may misread the specification alike.
suite(`SMS over SMPP to a peer of another library${missing === undefined ? '' : ` (${missing})`}`, () => {
  let r: Rooms;
  let centre: ForeignCentre;
  let channel: SmppChannel;

  const open = (password: string): SmppChannel =>
    smsOverSmpp({
      server: { host: '127.0.0.1', port: centre.port, tls: 'none', systemId: 'latchkey', password, systemType: '' },
      from: 'Example',
      receiptIds: 'same',
      clock: r.clock,
      log: silent,
      receipts: createReceipts({ ...r, log: silent, undeliverable: nobody }),
      durable: () => r.store.durable(),
    });

  before(async () => {
    r = await rooms();
    centre = await startForeignCentre();
    channel = open('secret');
  });
  after(async () => {
    await channel.stop();
    await centre[Symbol.asyncDispose]();
    await r[Symbol.asyncDispose]();
  });

  const send = (text: string, expiresAt?: number) =>
    channel.send({
      ...{ id: '1', to: NUMBER, subject: '', text, locale: 'de' },
      ...(expiresAt === undefined ? {} : { expiresAt }),
    });

  it('is refused with a wrong password, and says so', async () => {
    const stranger = open('wrong');
    const outgoing = { id: '1', to: NUMBER, subject: '', text: 'x', locale: 'de' };
    expect(await stranger.send(outgoing)).to.deep.equal({ outcome: 'failed', cause: 'bind 0x0000000e' });
    expect(await centre.next('bind')).to.deep.equal({ bind: 'latchkey', right: false, version: 0x34 });
    await stranger.stop();
  });

  it('binds once and has its texts read as they were written, short and long, in both alphabets', async () => {
    const texts = [
      ['Code für René: 407182 [€]', 'gsm0338'],
      ['Zażółć gęślą jaźń 407182', 'ucs2'],
      ['確認コード 407182', 'ucs2'],
      [LONG, 'gsm0338'],
      [`Żółw: ${LONG}`, 'ucs2'],
    ] as const;
    for (const [text, encoding] of texts) {
      const attempt = await send(text, r.clock.now() + 5 * MINUTE);
      const read = await centre.next('submit');
      expect(attempt).to.deep.equal({ outcome: 'taken', reference: read['submit'] });
      expect(read, text).to.include({ encoding, to: '491701234567', sender: 'Example', receipt: 1, validity: 300 });
      const long = text.length > 160;
      expect(read, text).to.include(long ? { payload: text, text: '' } : { payload: '', text });
    }
    expect(centre.events.filter((event) => 'bind' in event && event['right'] === true)).to.have.length(1);
  });

  it('takes its receipts in, and answers them', async () => {
    const message = { channel: 'sms', to: NUMBER, template: 'sspr/code', locale: 'en', data: {} } as const;
    await r.commit([createNotify(r.clock, systemRandom, r.secrets).message(message)]);
    const render = () => ({ subject: '', text: 'Your code', locale: 'en' });
    await deliveryJob('sms', { ...r, log: silent, undeliverable: nobody, channels: { sms: channel }, render }).run();
    const { submit } = await centre.next('submit');
    centre.order({ receipt: submit, stat: 'DELIVRD' });
    expect(await centre.next('answered')).to.deep.equal({ answered: 'DELIVER_SM_RESP', status: 0 });
    const { docs } = await r.store.find(outbox, everything);
    expect(docs[0]).to.include({ state: 'delivered', reference: submit, arrivedAt: r.clock.now() });
  });

  it('says that it is there when it is asked, and asks itself', async () => {
    await channel.job.run();
    expect(await centre.next('enquired')).to.deep.equal({ enquired: 'by the client' });
    centre.order({ enquire: true });
    expect(await centre.next('answered')).to.deep.equal({ answered: 'ENQUIRE_LINK_RESP', status: 0 });
  });

  it('takes its leave', async () => {
    await channel.stop();
    expect(await centre.next('unbound')).to.deep.equal({ unbound: true });
  });
});
