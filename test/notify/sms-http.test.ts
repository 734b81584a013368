import { expect } from 'chai';
import { MINUTE } from '../../src/kernel/clock.ts';
import type { Attempt, Outgoing } from '../../src/notify/channel.ts';
import type { Carrier } from '../../src/notify/carrier.ts';
import { smsOverHttp } from '../../src/notify/sms-http.ts';
import { refusal, startCarrier } from '../support/carrier.ts';
import type { CarrierServer } from '../support/carrier.ts';
import { LOCALHOST } from '../support/certificate.ts';
import { testClock } from '../support/clock.ts';

const clock = testClock();

const LETTER: Outgoing = {
  id: 'message-1',
  to: '+491701234567',
  subject: '',
  text: '407182 is your code.\n\n@login.example #407182',
  locale: 'en',
};

describe('SMS over HTTP', () => {
  let carrier: CarrierServer;
  beforeEach(async () => {
    carrier = await startCarrier();
  });
  afterEach(async () => {
    await carrier[Symbol.asyncDispose]();
  });

  const send = (outgoing: Partial<Outgoing> = {}, other: Partial<Carrier> = {}, from = 'Example'): Promise<Attempt> =>
    smsOverHttp({ carrier: { ...carrier, ...other }, from, issuer: 'https://login.example', clock }).send({
      ...LETTER,
      ...outgoing,
    });

  it("posts what Twilio's Messages ask for, with the address for receipts and the time it is good for", async () => {
    expect(await send({ expiresAt: clock.now() + 5 * MINUTE })).to.deep.equal({ outcome: 'taken' });
    expect(carrier.asked[0]?.fields).to.deep.equal({
      To: '+491701234567',
      From: 'Example',
      Body: '407182 is your code.\n\n@login.example #407182',
      StatusCallback: 'https://login.example/notify/sms/status?message=message-1',
      ValidityPeriod: '300',
    });
    await send({}, {}, `MG${'a'.repeat(32)}`);
    expect(carrier.asked[1]?.fields).to.include({
      MessagingServiceSid: `MG${'a'.repeat(32)}`,
      ValidityPeriod: '36000',
    });
  });

  it('tells numbers that nothing will reach from texts that are not taken, and both from what may pass', async () => {
    const expected: Readonly<Record<Attempt['outcome'] | 'message', readonly number[]>> = {
      taken: [],
      refused: [21211, 21610, 21614, 30005, 30006],
      message: [21617, 30007],
      failed: [20003, 20429, 21408, 21606, 30001, 30002, 30003, 30008, 99999],
    };
    for (const [outcome, codes] of Object.entries(expected)) {
      for (const code of codes) {
        carrier.mood = refusal(code);
        const about = { refused: 'destination', message: 'message' }[outcome];
        expect(await send(), String(code)).to.deep.equal({
          outcome: about === undefined ? 'failed' : 'refused',
          cause: String(code),
          ...(about === undefined ? {} : { about }),
        });
      }
    }
  });

  it('believes no answer that is none, whatever its status', async () => {
    const garbled = { outcome: 'failed', cause: 'garbled', unsure: true };
    const lies = ['', 'null', '[]', '{}', '{"sid":7}', '{"sid":"../x"}', '<html>', '{"sid":"CA00000000000"}'];
    for (const body of lies) {
      carrier.mood = { status: 200, body };
      expect(await send(), body).to.deep.equal(garbled);
    }
    carrier.mood = { status: 400, body: '{"code":"21211; DROP"}' };
    expect(await send()).to.deep.equal({ outcome: 'failed', cause: 'HTTP 400' });
    carrier.mood = { status: 201, body: { sid: `SM${'0'.repeat(32)}`, status: 'failed', error_code: 30005 } };
    expect(await send()).to.deep.equal({ outcome: 'refused', cause: '30005', about: 'destination' });
  });

  it('follows no redirect, so that nobody else sees the code or the account', async () => {
    const other = await startCarrier();
    carrier.mood = { status: 307, body: '', headers: { location: `${other.url}/2010-04-01/Accounts/x/Messages.json` } };
    expect(await send()).to.deep.equal({ outcome: 'failed', cause: 'HTTP 307' });
    expect(other.asked).to.deep.equal([]);
    await other[Symbol.asyncDispose]();
  });

  it('reads no answer that does not end', async () => {
    carrier.mood = { status: 201, body: 'x'.repeat(1024 * 1024) };
    expect(await send()).to.deep.equal({ outcome: 'failed', cause: 'too long', unsure: true });
  });

  it('waits for no answer for ever', async () => {
    carrier.mood = 'silent';
    expect(await send({}, { patience: 300 })).to.deep.equal({ outcome: 'failed', cause: 'timeout', unsure: true });
  });

  it('waits for an operator to mend a wrong account', async () => {
    expect(await send({}, { token: 'wrong' })).to.deep.equal({ outcome: 'failed', cause: '20003' });
    expect(carrier.asked).to.deep.equal([]);
  });

  it('speaks to a carrier whose certificate is right, and to no other', async () => {
    await carrier[Symbol.asyncDispose]();
    carrier = await startCarrier({ tls: LOCALHOST });
    const url = `https://localhost:${carrier.port}`;
    const cause = 'DEPTH_ZERO_SELF_SIGNED_CERT';
    expect(await send({}, { url })).to.deep.equal({ outcome: 'failed', cause });
    expect(carrier.asked).to.deep.equal([]);
    expect(await send({}, { url, ca: LOCALHOST.cert })).to.deep.equal({ outcome: 'taken' });
  });
});
