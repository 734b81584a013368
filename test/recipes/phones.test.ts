import { expect } from 'chai';
import { DAY, MINUTE } from '../../src/kernel/clock.ts';
import { onEveryEngine } from '../support/engines.ts';
import type { Person } from '../support/person.ts';
import { claimsOf, hasPhone } from '../support/second-factor.ts';
import { registrationNow } from '../sspr/registering.ts';
import { openTelephones } from '../support/telephones.ts';
import type { Telephones } from '../support/telephones.ts';
import { world } from '../support/world.ts';
import type { World } from '../support/world.ts';

const ARRIVED = 'Signed in to the app';
const CODE = 'one-time-code';
const WRONG = 'This code is not right';
const MOBILE = '+491701234567';
const OFFICE = '+49301234567;ext=42';

onEveryEngine('Dora has telephones', (store) => {
  let telephones: Telephones;
  let w: World;

  before(async function () {
    this.timeout(60_000);
    telephones = await openTelephones();
    const policies = [
      { name: 'texts', groups: ['Texts'], methods: ['sms'] },
      { name: 'calls', groups: ['Calls'], methods: ['voice', 'sms'], gates: 2, secondFactor: 'off' },
      { name: 'called', groups: ['Called'], methods: ['voice', 'office'] },
      { name: 'both', groups: ['Both'], methods: ['sms', 'voice'] },
      { name: 'desks', groups: ['Desks'], methods: ['office'], secondFactor: 'off' },
      { name: 'everybody', methods: ['email'] },
    ];
    const sspr = { policies, sms: { country: 'DE', suggest: 'directory' }, voice: { country: 'DE' } };
    w = await world({ store, config: telephones.config, sspr });
  });
  after(async () => {
    await w[Symbol.asyncDispose]();
    await telephones[Symbol.asyncDispose]();
  });

  const someone = async (group: string, phones: readonly { value: string; type: string }[] = []): Promise<Person> => {
    const dora = await w.person('dora', { groups: [group] });
    await knows(dora, phones);
    return dora;
  };

  /** What the directory knows of her telephones from now on. */
  const knows = async (dora: Person, phones: readonly { value: string; type: string }[]): Promise<void> => {
    const { directory, store: documents } = w.app.foundation;
    const person = await directory.people.byId(dora.id);
    if (!person) throw new Error('nobody');
    await documents.commit(directory.people.updating(person, { phoneNumbers: [...phones] }, { actor: 'cli' }));
  };

  const types = async (dora: Person, code: string): Promise<void> => {
    await dora.browser.submit({ [CODE]: code });
  };

  const hears = async (number: string): Promise<string> => {
    await w.settle();
    return telephones.heard(await telephones.pickUp(number));
  };

  const read = async (number = MOBILE): Promise<string> => {
    await w.settle();
    return telephones.code(number);
  };

  it('registers the mobile number that the directory suggests, once she proved that it is hers', async () => {
    const dora = await someone('Texts', [{ value: '0170 1234567', type: 'mobile' }]);
    await dora.signsIn();
    expect(await dora.browser.field('tel')).to.equal('0170 1234567');
    await dora.browser.submit({});
    expect((await dora.browser.text()).replaceAll('\u00a0', ' ')).to.contain('+49 ••• ••• 67');
    await types(dora, '000000');
    expect(await dora.browser.text()).to.contain('This code is not right');
    await types(dora, await read());
    expect(await dora.browser.heading()).to.equal(ARRIVED);
    expect((await dora.inbox()).last.text).to.contain('Text message');
  });

  it('signs in with a text message as second factor, and resets by one in a browser that nobody knows', async () => {
    const dora = await someone('Texts');
    await dora.signsIn();
    await dora.browser.submit({ tel: '0170 1234567' });
    await types(dora, await read());

    const elsewhere = dora.with(w.browser());
    await elsewhere.signsIn();
    if (await elsewhere.browser.offers('Send the code')) await elsewhere.browser.submit({}, 'Send the code');
    expect(await elsewhere.browser.heading()).to.equal('Enter the code from the text message');
    await types(elsewhere, await read());
    expect(claimsOf(elsewhere)).to.deep.include({ amr: ['pwd', 'sms', 'mfa'], acr: 'aal2' });

    const stranger = dora.with(w.browser());
    await stranger.opensReset();
    await stranger.browser.submit({}, 'Send a code');
    if (await stranger.browser.offers('Send the code')) await stranger.browser.submit({}, 'Send the code');
    const code = await read();
    await types(stranger, `${code.slice(0, 3)} ${code.slice(3)}`);
    await stranger.choosesPassword('violet teapots at noon');
    expect(await stranger.browser.heading()).to.equal('Your password is changed');
  });

  it('signs in with a call as second factor, to a number of hers or to her desk, and the app is told so', async () => {
    for (const [method, number, mobile] of [
      ['voice', MOBILE, 'mobile'],
      ['office', '+49307654321', 'work'],
    ] as const) {
      const dora = await someone('Called', [{ value: number, type: mobile }]);
      await hasPhone(w, dora, method, number);
      await dora.signsIn();
      if (await dora.browser.offers('Call now')) await dora.browser.submit({}, 'Call now');
      expect(await dora.browser.heading(), method).to.equal('Enter the code from the call');
      const code = await hears(number);
      await types(dora, code === '000000' ? '000001' : '000000');
      expect(await dora.browser.text(), method).to.contain('This code is not right');
      await types(dora, code);
      expect(await dora.browser.heading(), method).to.equal(ARRIVED);
      expect(claimsOf(dora), method).to.deep.include({ amr: ['pwd', 'tel', 'mfa'], acr: 'aal2' });
    }
  });

  it('finds a code of five minutes ago dead, and the earlier of two as well', async () => {
    const dora = await someone('Texts');
    await dora.signsIn();
    await dora.browser.submit({ tel: '0170 1234567' });
    const late = await read();
    await w.later(5 * MINUTE);
    await types(dora, late);
    expect(await dora.browser.heading(), 'from the start').to.equal('Add a mobile phone');

    const known = await someone('Texts');
    await hasPhone(w, known, 'sms');
    for (const minutes of [5, 4]) {
      const stranger = known.with(w.browser());
      await stranger.opensReset();
      await stranger.browser.submit({}, 'Send a code');
      if (await stranger.browser.offers('Send the code')) await stranger.browser.submit({}, 'Send the code');
      const earlier = await read();
      await stranger.browser.submit({}, 'Send another text message');
      const latest = await read();
      for (const code of [earlier, latest]) expect(code).to.match(/^\d{6}$/);
      expect(latest).not.to.equal(earlier);
      await types(stranger, earlier);
      expect(await stranger.browser.text(), 'the earlier one').to.contain(WRONG);
      await w.later(minutes * MINUTE);
      await types(stranger, latest);
      expect(await stranger.browser.heading(), `after ${String(minutes)} minutes`).to.equal(
        minutes < 5 ? 'Choose a new password' : 'Enter the code from the text message',
      );
    }
  });

  it('is called at a number of hers, and opens one gate by texts and calls to the same number', async () => {
    const dora = await someone('Calls');
    await dora.signsIn();
    await dora.browser.follow('Add a phone');
    await dora.browser.submit({ tel: '0170 1234567' });
    await types(dora, await hears(MOBILE));
    await dora.browser.follow('Add a mobile phone');
    await dora.browser.submit({ tel: '0170 1234567' });
    await types(dora, await read());

    await dora.opensReset();
    await dora.browser.submit({}, 'Call now');
    if (await dora.browser.offers('Call now')) await dora.browser.submit({}, 'Call now');
    await types(dora, await hears(MOBILE));
    expect(await dora.browser.heading()).to.equal('You need help with this reset');
  });

  it('is asked for no call to the number by whose text she reset, for a day', async () => {
    const dora = await someone('Both');
    await hasPhone(w, dora, 'sms');
    await hasPhone(w, dora, 'voice');
    await dora.opensReset();
    await dora.browser.submit({}, 'Send a code');
    if (await dora.browser.offers('Send the code')) await dora.browser.submit({}, 'Send the code');
    await types(dora, await read());
    await dora.choosesPassword('violet teapots at noon');
    await dora.signsIn();
    expect(await dora.browser.heading()).to.equal(ARRIVED);
    expect(claimsOf(dora)).to.deep.include({ amr: ['pwd'], acr: 'aal1' });
    const { holdUntil } = await registrationNow(w, dora);
    expect(holdUntil).to.be.greaterThan(w.clock.now());

    await w.later(DAY);
    await dora.signsIn({ prompt: 'login' });
    expect(await dora.browser.heading()).not.to.equal(ARRIVED);
  });

  it('is called at her desk at the number of the directory, which she cannot change', async () => {
    const dora = await someone('Desks', [{ value: 'tel:+49-30-1234567;ext=42', type: 'work' }]);
    await dora.signsIn();
    expect(await dora.browser.heading()).to.equal('Add your office phone');
    expect(await dora.browser.field('tel')).to.equal(undefined);
    await dora.browser.submit({});
    await w.settle();
    const [call] = telephones.carrier.asked.filter(({ resource }) => resource === 'Calls').slice(-1);
    expect(call?.fields).to.include({ To: '+49301234567' });
    await types(dora, telephones.heard(await telephones.pickUp(call?.fields['To'] ?? '')));
    expect(await dora.browser.heading()).to.equal(ARRIVED);

    await knows(dora, [{ value: '+49 30 7654321', type: 'work' }]);
    await dora.opensReset();
    expect(await dora.browser.text()).not.to.contain(OFFICE.slice(-2));
    const stranger = dora.with(w.browser());
    await stranger.opensReset();
    const calls = telephones.carrier.asked.length;
    await stranger.browser.submit({}, 'Call now');
    if (await stranger.browser.offers('Call now')) await stranger.browser.submit({}, 'Call now');
    await w.settle();
    expect(telephones.carrier.asked.length, 'nobody is called where the directory knows another number').to.equal(
      calls,
    );
  });
});
