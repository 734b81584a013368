import { expect } from 'chai';
import { registrations } from '../../plugins/sspr/collections.ts';
import { nothingRegistered } from '../../plugins/sspr/registrations.ts';
import { auditEvents } from '../../src/audit/record.ts';
import { and, eq } from '../../src/store/query.ts';
import type { Person } from '../support/person.ts';
import { openTelephones } from '../support/telephones.ts';
import type { Telephones } from '../support/telephones.ts';
import { world } from '../support/world.ts';
import type { World } from '../support/world.ts';
import { sendForm } from '../support/send-form.ts';

const ARRIVED = 'Signed in to the app';
const CODE = 'one-time-code';

describe('A text that is sent for a sign-in', () => {
  let telephones: Telephones;
  let w: World;
  let numbers = 0;

  before(async function () {
    this.timeout(60_000);
    telephones = await openTelephones();
    const policies = [{ name: 'everybody', methods: ['email', 'sms'] }];
    w = await world({ config: telephones.config, sspr: { policies, sms: { country: 'DE' } } });
  });

  after(async () => {
    await w[Symbol.asyncDispose]();
    await telephones[Symbol.asyncDispose]();
  });

  interface Reachable {
    readonly person: Person;
    readonly number: string;
  }

  const withPhone = async (): Promise<Reachable> => {
    const person = await w.person('dora');
    numbers += 1;
    const number = `+4917012345${String(numbers).padStart(2, '0')}`;
    const now = w.clock.now();
    const methods = [
      { id: `mail of ${person.userName}`, method: 'email', addedAt: now, data: { address: person.alternateMail } },
      { id: `phone of ${person.userName}`, method: 'sms', addedAt: now, data: { number } },
    ];
    const { store } = w.app.foundation;
    await store.insert(registrations, { ...nothingRegistered(person.id), methods, confirmedAt: now });
    return { person, number };
  };

  const textsTo = async (number: string): Promise<number> => {
    await w.settle();
    return telephones.texts(number).length;
  };

  /** At the code in a browser of its own, after the text was asked for. */
  const atTheCode = async ({ person, number }: Reachable): Promise<{ person: Person; code: string }> => {
    const elsewhere = person.with(w.browser());
    await elsewhere.signsIn();
    await elsewhere.browser.submit({}, 'Send the code');
    await w.settle();
    return { person: elsewhere, code: telephones.code(number) };
  };

  it('opens that one only, and not another of the same person at the same time', async () => {
    const dora = await withPhone();
    const [first, second] = [await atTheCode(dora), await atTheCode(dora)];
    expect(first.code).not.to.equal(second.code);
    await second.person.browser.submit({ [CODE]: first.code });
    expect(await second.person.browser.title()).to.match(/^Error: /);
    await first.person.browser.submit({ [CODE]: first.code });
    expect(await first.person.browser.heading()).to.equal(ARRIVED);
  });

  it('counts once, of fifty posts of it at once', async () => {
    const { person, code } = await atTheCode(await withPhone());
    const { url, fields } = person.browser.prepared({ [CODE]: code });
    const body = new URLSearchParams(fields).toString();
    await Promise.all(Array.from({ length: 50 }, () => sendForm(person.browser, url, body)));
    const proved = and(eq('type', 'signin.factor.proved'), eq('subject', person.id));
    expect((await w.app.foundation.store.find(auditEvents, proved)).docs).to.have.length(1);
  });

  it('is dead once another was sent for it', async () => {
    const dora = await withPhone();
    const { person, code } = await atTheCode(dora);
    await person.browser.submit({}, 'Send another text message');
    await w.settle();
    await person.browser.submit({ [CODE]: code });
    expect(await person.browser.title()).to.match(/^Error: /);
    await person.browser.submit({ [CODE]: telephones.code(dora.number) });
    expect(await person.browser.heading()).to.equal(ARRIVED);
  });

  it('is sent by a press only, and not more than ten times', async () => {
    const { person, number } = await withPhone();
    for (let left = 3; left > 0; left -= 1) await person.with(w.browser()).signsIn();
    expect(await textsTo(number)).to.equal(0);
    for (let left = 11; left > 0; left -= 1) {
      const elsewhere = person.with(w.browser());
      await elsewhere.signsIn();
      await elsewhere.browser.submit({}, 'Send the code');
    }
    expect(await textsTo(number)).to.equal(10);
  });

  it('is not sent while no codes are taken, and the page says so instead', async () => {
    const dora = await withPhone();
    const { person } = await atTheCode(dora);
    for (let left = 5; left > 0; left -= 1) await person.browser.submit({ [CODE]: '000000' });
    await w.settle();
    const before = await textsTo(dora.number);
    const elsewhere = dora.person.with(w.browser());
    await elsewhere.startsSignIn();
    const csrf = (await elsewhere.browser.field('csrf')) ?? '';
    await elsewhere.givesPassword();
    expect(await elsewhere.browser.text()).to.contain('You can enter codes again');
    expect(await elsewhere.browser.text()).not.to.contain('We sent');
    const { pathname } = await elsewhere.browser.url();
    await elsewhere.browser.post(`${pathname}/send`, { csrf });
    expect(await textsTo(dora.number)).to.equal(before);
  });
});
