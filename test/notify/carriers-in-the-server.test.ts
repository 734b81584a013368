import { expect } from 'chai';
import { DAY, MINUTE } from '../../src/kernel/clock.ts';
import { outbox } from '../../src/notify/outbox.ts';
import type { Message } from '../../src/notify/message.ts';
import { everything } from '../../src/store/query.ts';
import type { CarrierServer, Fields } from '../support/carrier.ts';
import { openTelephones } from '../support/telephones.ts';
import type { Telephones } from '../support/telephones.ts';
import { Wire } from '../support/wire.ts';
import { world } from '../support/world.ts';
import type { World } from '../support/world.ts';

const NUMBER = '+491701234567';
const CODE = '407182';

describe('A server with carriers', function () {
  this.timeout(60_000);
  let w: World;
  let telephones: Telephones;
  let carrier: CarrierServer;

  before(async () => {
    telephones = await openTelephones();
    ({ carrier } = telephones);
    w = await world({ config: telephones.config });
  });
  after(async () => {
    await w[Symbol.asyncDispose]();
    await telephones[Symbol.asyncDispose]();
  });
  beforeEach(() => {
    carrier.mood = undefined;
  });

  const post = async (message: Partial<Message> = {}) => {
    const { notify, store } = w.app.foundation;
    const whole: Message = {
      ...{ channel: 'sms', to: NUMBER, template: 'sspr/code', locale: 'de' },
      data: {},
      secret: { code: CODE },
      expiresAt: w.clock.now() + 5 * MINUTE,
      ...message,
    };
    const [stored] = await store.commit([notify.message(whole)]);
    await w.settle();
    const asked = carrier.asked.at(-1);
    if (!stored || !asked) throw new Error('nothing was sent');
    const read = async () => (await store.get(outbox, stored.id)) ?? { state: 'gone' };
    return { asked, read, status: asked.fields['StatusCallback'] ?? '' };
  };
  const tell = async (url: string, fields: Fields, signature?: string): Promise<number> =>
    (await carrier.post(url, { AccountSid: carrier.account, ...fields }, signature)).status;
  const ask = async (url: string, fields: Fields = {}) => {
    const answer = await carrier.post(url, { AccountSid: carrier.account, CallStatus: 'in-progress', ...fields });
    return { status: answer.status, type: answer.headers.get('content-type'), xml: await answer.text() };
  };

  it('sends a text in the language of its reader, with the address for receipts at the issuer', async () => {
    const { asked, status } = await post();
    expect(asked.fields['Body']).to.match(/^407182 ist Ihr Code für Example\./);
    expect(asked.fields['Body']?.split('\n').at(-1)).to.equal(`@localhost #${CODE}`);
    expect(status.startsWith(`${w.issuer}/notify/sms/status?`)).to.equal(true);
  });

  it('takes in what became of a text from the carrier, and from nobody else', async () => {
    const { read, status } = await post();
    const said = { MessageStatus: 'undelivered', ErrorCode: '30005', MessageSid: 'SM1' };
    const other = (await post()).status;
    const forged: readonly (string | undefined)[] = [
      '',
      'AAAA',
      carrier.sign(other, { AccountSid: carrier.account, ...said }),
      carrier.sign(status, { AccountSid: carrier.account, ...said, ErrorCode: '30003' }),
    ];
    for (const signature of forged) expect(await tell(status, said, signature), signature).to.equal(403);
    const unsigned = await fetch(status, { method: 'POST', body: new URLSearchParams(said) });
    expect(unsigned.status).to.equal(403);
    expect(await read()).to.include({ state: 'delivered' });

    expect(await tell(status, { MessageStatus: 'sent' })).to.equal(204);
    expect(await read())
      .to.include({ state: 'delivered' })
      .and.not.have.property('arrivedAt');
    expect(await tell(status, said)).to.equal(204);
    expect(await read()).to.include({ state: 'failed', cause: '30005' });
    expect(await tell(status, { MessageStatus: 'delivered' })).to.equal(204);
    expect(await read(), 'the first word counts').to.include({ state: 'failed' });
  });

  it('is not moved by the host, scheme or address that a request claims to come to', async () => {
    const { status } = await post();
    const { host } = new URL(status);
    const fields = { AccountSid: carrier.account, MessageStatus: 'delivered' };
    using wire = new Wire();
    for (const [claimed, expected] of [
      ['127.0.0.1:8080', 403],
      [host, 204],
    ] as const) {
      const headers = {
        host: claimed,
        'content-type': 'application/x-www-form-urlencoded',
        'x-twilio-signature': carrier.sign(status.replace(host, claimed), fields),
      };
      const body = new URLSearchParams(fields).toString();
      expect((await wire.send(status, { method: 'POST', headers, body })).status, claimed).to.equal(expected);
    }
  });

  it('takes the same address with and without its port, as carriers sign either', async () => {
    const { read, status } = await post();
    const said = { AccountSid: carrier.account, MessageStatus: 'delivered' };
    const { host, hostname } = new URL(status);
    const signature = carrier.sign(status.replace(host, hostname), said);
    expect((await carrier.post(status, said, signature)).status).to.equal(204);
    expect(await read()).to.have.property('arrivedAt');
    const elsewhere = carrier.sign(status.replace(host, `${hostname}:1`), said);
    expect((await carrier.post(status, said, elsewhere)).status).to.equal(403);
  });

  it('tells of arrived texts, of those that failed for now, and knows none that it did not send', async () => {
    const arrived = await post();
    expect(await tell(arrived.status, { MessageStatus: 'delivered' })).to.equal(204);
    expect(await arrived.read()).to.include({ state: 'delivered', arrivedAt: w.clock.now() });
    const off = await post();
    expect(await tell(off.status, { MessageStatus: 'undelivered', ErrorCode: '30003' })).to.equal(204);
    expect(await off.read()).to.include({ state: 'failed', cause: '30003' });
    for (const id of ['none', '', '%F0%9F%98%80', 'x'.repeat(3000)]) {
      const url = `${w.issuer}/notify/sms/status?message=${id}`;
      expect(await tell(url, { MessageStatus: 'delivered' }), id).to.be.oneOf([403, 404]);
    }
    const call = `${w.issuer}/notify/voice/status?message=${new URL(arrived.status).searchParams.get('message') ?? ''}`;
    expect(await tell(call, { CallStatus: 'failed', SipResponseCode: '404' })).to.equal(404);
    expect(await arrived.read()).to.include({ state: 'delivered' });
  });

  it('says a code in a call twice, to the carrier alone and once', async () => {
    const { asked } = await post({ channel: 'voice' });
    const url = asked.fields['Url'] ?? '';
    expect(asked.resource).to.equal('Calls');
    expect(url).to.match(/\/notify\/voice\/[\w-]{43}$/);
    expect(JSON.stringify(asked.fields)).not.to.include(CODE);

    for (const method of ['GET', 'HEAD']) expect((await fetch(url, { method })).status).to.equal(405);
    expect((await carrier.post(url, {}, carrier.sign(`${url}x`, {}))).status).to.equal(403);

    const { status, type, xml } = await ask(url);
    expect(status).to.equal(200);
    expect(type).to.match(/^text\/xml/);
    const said = [...xml.matchAll(/<Say language="de-DE">([^<]*)<\/Say>/g)].map(([, words]) => words ?? '');
    expect(said.join('').replace(/\D/g, '')).to.equal(CODE + CODE);
    expect(said.slice(0, said.length / 2)).to.deep.equal(said.slice(said.length / 2));
    expect(said[0]).to.equal('Guten Tag. Hier ist Example.');

    const again = await ask(url);
    expect(again.xml).to.include('<Hangup/>').and.not.include('Say');
    expect((await ask(`${w.issuer}/notify/voice/${'A'.repeat(43)}`)).xml).to.include('<Hangup/>');
  });

  it('brings a code to whoever holds the telephone, by text as by call', async () => {
    await post({ secret: { code: '305117' } });
    expect(telephones.code(NUMBER)).to.equal('305117');
    await post({ channel: 'voice', secret: { code: '700142' } });
    expect(telephones.heard(await telephones.pickUp(NUMBER))).to.equal('700142');
    expect(await telephones.tell(NUMBER, { CallStatus: 'completed' })).to.equal(204);
  });

  it('says nothing after the code has expired, or to a machine that keeps what is said', async () => {
    const { asked } = await post({ channel: 'voice' });
    expect(asked.fields['MachineDetection']).to.equal('Enable');
    const machine = await ask(asked.fields['Url'] ?? '', { AnsweredBy: 'machine_start' });
    expect(machine.xml).to.include('<Hangup/>');
    w.clock.advance(5 * MINUTE);
    expect((await ask(asked.fields['Url'] ?? '')).xml).to.include('<Hangup/>');
  });

  it('rings an extension behind an office number', async () => {
    const { asked } = await post({ channel: 'voice', to: '+4930123456;ext=217' });
    expect(asked.fields)
      .to.include({ To: '+4930123456', SendDigits: 'wwww217' })
      .and.not.have.property('MachineDetection');
    expect((await ask(asked.fields['Url'] ?? '', { AnsweredBy: 'unknown' })).xml).to.include('<Say');
  });

  it('takes in what became of a call, and then knows no more what it would have said', async () => {
    const outcomes: readonly (readonly [Fields, Fields])[] = [
      [{ CallStatus: 'completed' }, { state: 'delivered' }],
      [
        { CallStatus: 'completed', AnsweredBy: 'machine_start' },
        { state: 'failed', cause: 'machine' },
      ],
      [{ CallStatus: 'busy' }, { state: 'failed', cause: 'busy' }],
      [{ CallStatus: 'no-answer' }, { state: 'failed', cause: 'no-answer' }],
      [
        { CallStatus: 'failed', SipResponseCode: '404' },
        { state: 'failed', cause: 'failed 404' },
      ],
      [{ CallStatus: 'ringing' }, { state: 'delivered' }],
    ];
    for (const [fields, becomes] of outcomes) {
      const { asked, read, status } = await post({ channel: 'voice' });
      expect(await tell(status, fields)).to.equal(204);
      expect(await read(), fields['CallStatus']).to.include(becomes);
      const speaks = fields['CallStatus'] === 'ringing';
      expect((await ask(asked.fields['Url'] ?? '')).xml.includes('<Say')).to.equal(speaks);
    }
    const events = w.lines.filter(({ message }) => message === 'a message was given up');
    expect(events).not.to.deep.equal([]);
  });

  it('sends to no country that is not named, whatever asks for it', async () => {
    const before = carrier.asked.length;
    for (const channel of ['sms', 'voice'] as const) {
      await post({ channel, to: '+37061234567' });
      expect(await w.app.foundation.notify.reaches(channel, '+37061234567')).to.equal(false);
      expect(await w.app.foundation.notify.reaches(channel, NUMBER)).to.equal(true);
    }
    expect(carrier.asked).to.have.length(before);
    const { docs } = await w.app.foundation.store.find(outbox, everything, { limit: 1000 });
    expect(docs.filter(({ cause }) => cause === 'country')).to.have.length(2);
  });

  it('shows no code, number or token of the carrier in its log', async () => {
    carrier.mood = { status: 500, body: `token ${carrier.token} code ${CODE} number ${NUMBER}` };
    await post();
    await w.later(DAY);
    const log = JSON.stringify(w.lines);
    for (const secret of [CODE, NUMBER, carrier.token]) expect(log).not.to.include(secret);
  });
});

describe('A server without carriers', function () {
  this.timeout(60_000);

  it('keeps texts and calls in the development mailbox', async () => {
    await using w = await world({ mailbox: true, config: { demo: { enabled: true } } });
    const { notify, store } = w.app.foundation;
    const common = { to: NUMBER, template: 'sspr/code', locale: 'en', data: {}, secret: { code: CODE } };
    await store.commit([
      notify.message({ channel: 'sms', ...common }),
      notify.message({ channel: 'voice', ...common }),
    ]);
    await w.settle();
    const answer = await w.browser().send(`${w.issuer}/dev/mailbox.json`);
    const entries = JSON.parse(answer.body) as readonly { to: string; channel: string; text: string }[];
    expect(entries.map(({ channel, to }) => [channel, to])).to.have.deep.members([
      ['sms', NUMBER],
      ['voice', NUMBER],
    ]);
    for (const { text } of entries) expect(text.replaceAll(/\D/g, '')).to.include(CODE);
    expect(notify.channels).to.deep.equal(['mail', 'sms', 'voice']);
    const post = await w.browser().send(`${w.issuer}/notify/sms/status`);
    expect(post.status, 'and nobody is served where carriers would call back').to.equal(404);
  });
});
