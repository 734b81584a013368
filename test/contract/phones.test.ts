import { expect } from 'chai';
import { MINUTE } from '../../src/kernel/clock.ts';
import type { Method } from '../../plugins/sspr/methods/method.ts';
import { maskNumber } from '../../plugins/sspr/methods/phone.ts';
import type { Phone } from '../../plugins/sspr/methods/phone.ts';
import { methodContract, sendingMethodContract } from './method.ts';
import { MOBILE, OFFICE, office, sms, voice } from './methods/phones.ts';
import { question } from './methods/ports.ts';

methodContract('sms', sms);
sendingMethodContract('sms', sms, 5 * MINUTE);
methodContract('voice', voice);
sendingMethodContract('voice', voice, 5 * MINUTE);
methodContract('office', office);
sendingMethodContract('office', office, 5 * MINUTE);

const starting = (method: Method<Phone>, tel: string, account = question.account) =>
  method.enrolment?.start({ ...question, account, held: [] }, { tel });

describe('telephones as proofs', () => {
  it('are read as people write their numbers, and stand as E.164', async () => {
    const { method } = await sms();
    for (const typed of ['0170 1234567', '+49 170 123 45 67', '0049 (170) 1234567', ' 0170/1234567 ']) {
      const started = await starting(method, typed);
      expect(started?.kind === 'pending' && started.pending['number'], typed).to.equal(MOBILE);
    }
  });

  it('are refused where they cannot be, take no texts, cost whoever calls, or lie in a country that is not allowed', async () => {
    const { method } = await sms();
    const reasons = { '030 1234567': 'notMobile', '0900 1234567': 'notMobile', '+33612345678': 'notReached' };
    for (const [typed, reason] of Object.entries(reasons)) {
      const started = await starting(method, typed);
      const key = started?.kind === 'refused' ? started.errors['tel']?.key : started?.kind;
      expect(key, typed).to.equal(`sspr.method.sms.${reason}`);
    }
    const called = await voice();
    const started = await starting(called.method, '0900 1234567');
    expect(started).to.deep.include({ kind: 'refused' });
  });

  it('prove the same by text and by call to one number, and another thing behind another extension', async () => {
    const [texted, called, there] = [(await sms()).method, (await voice()).method, (await office()).method];
    const one = { number: MOBILE };
    expect(texted.proves(one)).to.deep.equal(called.proves(one));
    expect(there.proves({ ...one, extension: '42' })).not.to.deep.equal(there.proves(one));
  });

  it('are shown so that their owner knows them and a stranger learns little', () => {
    const shown = (one: Phone): string => maskNumber(one).replaceAll('\u00a0', ' ');
    expect(shown({ number: MOBILE })).to.equal('+49 ••• ••• 67');
    expect(shown({ number: '+49301234567', extension: '42' })).to.equal('+49 ••• ••• 67 · •2');
  });
});

describe('the office telephone', () => {
  const accountWith = (value: string, type = 'work') => ({ ...question.account, phones: [{ value, type }] });

  it('is the one of the directory, with its extension, and called as such', async () => {
    const { method } = await office();
    for (const value of [OFFICE, '+49 30 1234567 ext. 42', '+49 30 1234567 x42']) {
      const started = await starting(method, '', accountWith(value));
      expect(started?.kind === 'pending' && started.message?.to, value).to.equal('+49301234567;ext=42');
    }
  });

  it('cannot be registered by whoever has none there', async () => {
    const { method } = await office();
    for (const account of [question.account, accountWith(OFFICE, 'mobile'), accountWith('nonsense')]) {
      expect(await method.enrolment?.open?.(account, [])).to.equal(false);
      expect(await starting(method, '', account)).to.deep.include({ kind: 'refused' });
    }
  });

  it('stands while the directory has that very number', async () => {
    const { method } = await office();
    const one = { number: '+49301234567', extension: '42' };
    expect(await method.stands?.(one, accountWith(OFFICE))).to.equal(true);
    expect(await method.stands?.(one, accountWith('tel:+49-30-1234567;ext=43'))).to.equal(false);
    expect(await method.stands?.(one, question.account)).to.equal(false);
  });

  it('is not confirmed once the directory has another number than the one that was called', async () => {
    const { method } = await office();
    const account = accountWith(OFFICE);
    const started = await starting(method, '', account);
    if (started?.kind !== 'pending') throw new Error('it was refused');
    const code = started.message?.secret['code'] ?? '';
    const confirm = (now: typeof account) =>
      method.enrolment?.confirmation?.confirm({ ...question, account: now, held: [] }, started.pending, { code });
    expect(await confirm(accountWith('tel:+49-30-7654321'))).to.equal(undefined);
    expect(await confirm(account)).to.deep.equal({ data: { number: '+49301234567', extension: '42' } });
  });
});
