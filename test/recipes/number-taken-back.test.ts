import { expect } from 'chai';
import { DAY, MINUTE } from '../../src/kernel/clock.ts';
import { registrationOf, replacing, withRegistered } from '../../plugins/sspr/registrations.ts';
import { onEveryEngine } from '../support/engines.ts';
import { pass } from '../support/passes.ts';
import type { Person } from '../support/person.ts';
import { hasRecoveryCodes } from '../support/recovery-codes.ts';
import { claimsOf, hasApp, shownCode } from '../support/second-factor.ts';
import { registrationNow } from '../sspr/registering.ts';
import { openTelephones } from '../support/telephones.ts';
import type { Telephones } from '../support/telephones.ts';
import { world } from '../support/world.ts';
import type { World } from '../support/world.ts';

const ARRIVED = 'Signed in to the app';
const TEXT = 'Enter the code from the text message';
const GONE = 'This no longer resets your password';
const CODE = 'one-time-code';
const MOBILE = '+491701234567';
const NEW_MOBILE = '+491709876543';

onEveryEngine('Somebody whose number the directory has taken back', (store) => {
  let telephones: Telephones;
  let w: World;

  before(async function () {
    this.timeout(60_000);
    telephones = await openTelephones();
    const methods = ['totp', 'sms', 'recovery', 'email'];
    const policies = [
      { name: 'never asked', groups: ['off'], methods: ['sms'], secondFactor: 'off' },
      { name: 'asked', groups: ['registered'], methods: ['sms'], secondFactor: 'registered' },
      { name: 'always asked', groups: ['required'], methods: ['sms', 'email'], gates: 2, secondFactor: 'required' },
      { name: 'everybody', methods, rememberSecondFactorDays: 30 },
    ];
    w = await world({ store, config: telephones.config, sspr: { policies, sms: { country: 'DE' } } });
  });
  after(async () => {
    await w[Symbol.asyncDispose]();
    await telephones[Symbol.asyncDispose]();
  });

  const knows = async ({ id }: Person, value: string): Promise<void> => {
    const { directory, store: documents } = w.app.foundation;
    const person = await directory.people.byId(id);
    if (!person) throw new Error('nobody');
    const phoneNumbers = [{ value, type: 'mobile' }];
    await documents.commit(directory.people.updating(person, { phoneNumbers }, { actor: 'cli' }));
  };

  /** Registered a number of the directory long ago, which has another now. */
  const renumbered = async (...groups: string[]): Promise<Person> => {
    const gil = await w.person('gil', { groups });
    const { store: documents } = w.app.foundation;
    const registration = await registrationOf(documents, gil.id);
    const at = w.clock.now();
    const mobile = { id: 'mobile', method: 'sms', addedAt: at, data: { number: MOBILE, from: 'directory' } };
    await documents.commit([replacing(registration, { ...withRegistered(registration, mobile, 1), confirmedAt: at })]);
    await knows(gil, NEW_MOBILE);
    await w.later(DAY);
    return gil;
  };

  const read = async (): Promise<string> => {
    await w.settle();
    return telephones.code(MOBILE);
  };

  const asksForText = async ({ browser }: Person): Promise<void> => {
    if (await browser.offers('Send the code')) await browser.submit({}, 'Send the code');
    expect(await browser.heading()).to.equal(TEXT);
  };

  const numberOf = async (gil: Person) =>
    (await registrationNow(w, gil)).methods.flatMap(({ method, data }) => (method === 'sms' ? [data['number']] : []));

  it('is asked for it beside the password all the same, and right after that whether it is still theirs', async () => {
    const gil = await renumbered('registered');
    await gil.signsIn();
    await asksForText(gil);
    await gil.browser.submit({ [CODE]: '000000' });
    expect(await gil.browser.text()).to.contain('This code is not right');
    await gil.browser.submit({ [CODE]: await read() });
    expect(await gil.browser.heading()).to.equal('Add a mobile phone');
    await gil.browser.submit({ tel: NEW_MOBILE });
    await w.settle();
    await gil.browser.submit({ [CODE]: telephones.code(NEW_MOBILE) });
    expect(await gil.browser.heading()).to.equal(ARRIVED);
    expect(claimsOf(gil)).to.deep.include({ amr: ['pwd', 'sms', 'mfa'], acr: 'aal2' });
    expect(await numberOf(gil)).to.deep.equal([NEW_MOBILE]);
  });

  it('sets up nothing by the password alone, whatever the policy says of second factors', async () => {
    for (const group of ['off', 'registered', 'required']) {
      const gil = await renumbered(group);
      await gil.signsIn();
      expect(await gil.browser.heading(), group).not.to.be.oneOf(['Add a mobile phone', ARRIVED]);
      const [, uid = ''] = /\/interaction\/([^/]+)/.exec((await gil.browser.url()).pathname) ?? [];
      for (const path of [
        `/interaction/${uid}/register/sms`,
        `/interaction/${uid}/confirm/sms`,
        '/security-info/sms',
      ]) {
        await gil.browser.open(w.issuer + path);
        expect(await gil.browser.field('tel'), `${group} ${path}`).to.equal(undefined);
      }
      expect(await numberOf(gil), group).to.deep.equal([MOBILE]);
    }
  });

  it('is asked for it also in a browser that is remembered, since a page that changes methods comes next', async () => {
    const gil = await renumbered();
    await knows(gil, MOBILE);
    await gil.signsIn();
    await asksForText(gil);
    await gil.browser.submit({ [CODE]: await read(), remember: 'yes' });
    expect(await gil.browser.heading()).to.equal(ARRIVED);
    await gil.signsIn({ prompt: 'login' });
    expect(await gil.browser.heading()).to.equal(ARRIVED);
    await knows(gil, NEW_MOBILE);
    await gil.signsIn({ prompt: 'login' });
    await asksForText(gil);
  });

  it('takes another way that is registered, which is asked for first, and is then asked about the number', async () => {
    const gil = await renumbered();
    await hasApp(w, gil);
    await gil.signsIn();
    expect(await gil.browser.heading()).to.equal('Enter the code from your app');
    await gil.browser.submit({ [CODE]: shownCode(w, gil) });
    expect(await gil.browser.heading()).to.equal(GONE);
  });

  it('takes a recovery code, or the pass of the help desk, where the number is lost', async () => {
    const gil = await renumbered();
    const [code = ''] = await hasRecoveryCodes(w, gil, 10);
    await gil.signsIn();
    await gil.browser.follow('Choose another way');
    await gil.browser.submit({}, 'Type a recovery code');
    await gil.browser.submit({ [CODE]: code });
    expect(await gil.browser.heading()).to.equal(GONE);

    const ida = await renumbered('registered');
    const typed = await pass(w, ida, { for: 'registration' });
    await ida.signsIn();
    await ida.browser.follow('Choose another way');
    await ida.browser.submit({}, 'Type the pass');
    await ida.browser.submit({ pass: typed });
    expect(await ida.browser.heading()).to.equal('Add a mobile phone');
  });

  it('has it noted once, however often the number is used: a use does not make it sound', async () => {
    const gil = await renumbered();
    await hasApp(w, gil);
    const usesTheNumber = async (): Promise<unknown> => {
      const there = gil.with(w.browser());
      await there.signsIn();
      await there.browser.follow('Choose another way');
      await there.browser.submit({}, 'Send a code');
      await asksForText(there);
      await there.browser.submit({ [CODE]: await read() });
      expect(await there.browser.heading()).to.equal(GONE);
      return (await registrationNow(w, gil)).methods.find(({ method }) => method === 'sms')?.stale;
    };
    const noted = await usesTheNumber();
    expect(noted).to.include({ reason: 'changed', dead: true, noted: true });
    await w.later(MINUTE);
    expect(await usesTheNumber()).to.deep.equal(noted);
  });
});
