import { expect } from 'chai';
import { DAY } from '../../src/kernel/clock.ts';
import type { Log } from '../../src/kernel/log.ts';
import { createLimits } from '../../src/limits/counters.ts';
import type { Attempt, Channel, Outgoing } from '../../src/notify/channel.ts';
import { guarded } from '../../src/notify/guarded.ts';
import { readNumber } from '../../src/notify/phone-number.ts';
import { isWithin } from '../../src/notify/reach.ts';
import type { Countries, Reach } from '../../src/notify/reach.ts';
import { rooms } from '../support/rooms.ts';
import type { Rooms } from '../support/rooms.ts';

const GERMAN = '+491701234567';

const reach = (sms: Countries, voice: Countries = sms): Reach => ({
  channels: ['mail', 'sms', 'voice'],
  countries: { sms, voice },
});

describe('where telephones are reached', () => {
  it('numbers are read as people write them', async () => {
    for (const typed of ['+49 170 123 45 67', '0170/1234567', '0049 170 1234567', '(0170) 123-4567']) {
      expect(await readNumber(typed, 'DE'), typed).to.deep.equal({
        e164: GERMAN,
        country: 'DE',
        mobile: true,
        premium: false,
      });
    }
    expect(await readNumber('030 123456', 'DE')).to.include({ e164: '+4930123456', mobile: false });
    for (const typed of ['', 'call me', '0170 1234567', '+49 170', '110', `${GERMAN};ext=1`, `+49${'1'.repeat(500)}`]) {
      expect(await readNumber(typed), typed).to.equal(undefined);
    }
    expect(await readNumber('0170 1234567', '__proto__')).to.equal(undefined);
  });

  it('are the countries that the operator named, for each channel its own', async () => {
    const within = (to: string, channel: 'sms' | 'voice' = 'sms') => isWithin(reach(['DE', 'AT'], ['DE']), channel, to);
    expect(await within(GERMAN)).to.equal(true);
    expect(await within('+436641234567')).to.equal(true);
    expect(await within('+436641234567', 'voice')).to.equal(false);
    expect(await within('+4930123456;ext=17', 'voice')).to.equal(true);
    for (const abroad of ['+12025550123', '+447400123456', '+37061234567'])
      expect(await within(abroad)).to.equal(false);
  });

  it('are never numbers at a premium rate, satellites and other networks without a country', async () => {
    for (const dear of ['+499001234567', '+881612345678', '+870773111632', '+882161234567', '+979123456789']) {
      expect(await isWithin(reach('all'), 'voice', dear), dear).to.equal(false);
    }
    expect(await isWithin(reach('all'), 'sms', '+12025550123')).to.equal(true);
    expect(await isWithin({ ...reach('all'), channels: ['mail'] }, 'sms', GERMAN)).to.equal(false);
  });
});

describe('what keeps the bill of telephones small', () => {
  let r: Rooms;
  let sent: string[];
  let answer: Attempt;
  let warnings: string[];
  beforeEach(async () => {
    r = await rooms();
    sent = [];
    answer = { outcome: 'taken' };
    warnings = [];
  });
  afterEach(async () => {
    await r[Symbol.asyncDispose]();
  });

  const channel = (perDay: number): Channel => {
    const note = (_: unknown, message: string): void => void warnings.push(message);
    const log: Log = { debug: note, info: note, warn: note, error: note };
    const carrier: Channel = {
      send({ to }) {
        sent.push(to);
        return Promise.resolve(answer);
      },
    };
    return guarded(carrier, {
      ...{ name: 'sms', perDay, store: r.store, log },
      limits: createLimits(r.store, r.clock, r.secrets),
      reaches: (to) => isWithin(reach(['DE']), 'sms', to),
    });
  };
  const to = (number: string): Outgoing => ({ id: 'x', to: number, subject: '', text: 'code', locale: 'en' });

  it('sends nothing to a country that is not named, without blaming the number for it', async () => {
    expect(await channel(9).send(to('+37061234567'))).to.deep.equal({
      outcome: 'refused',
      cause: 'country',
      about: 'message',
    });
    expect(sent).to.deep.equal([]);
  });

  it('sends so many a day in the whole installation, also from several nodes at once, and says so to operators', async () => {
    const [one, other] = [channel(3), channel(3)];
    const attempts = await Promise.all(Array.from({ length: 8 }, (_, n) => (n % 2 ? one : other).send(to(GERMAN))));
    expect(sent).to.have.length(3);
    expect(attempts.filter((each) => each.outcome === 'failed')).to.have.length(5);
    expect(attempts).to.deep.include({ outcome: 'failed', cause: 'daily limit' });
    expect(warnings).to.have.length(5);
    r.clock.advance(DAY);
    expect(await one.send(to(GERMAN))).to.deep.equal({ outcome: 'taken' });
  });

  it('does not count what was not sent, and counts what may have been', async () => {
    const node = channel(2);
    answer = { outcome: 'failed', cause: 'ECONNREFUSED' };
    for (let n = 0; n < 5; n += 1) await node.send(to(GERMAN));
    answer = { outcome: 'failed', cause: 'timeout', unsure: true };
    await node.send(to(GERMAN));
    await node.send(to(GERMAN));
    expect(await node.send(to(GERMAN))).to.deep.equal({ outcome: 'failed', cause: 'daily limit' });
    expect(sent).to.have.length(7);
  });
});
