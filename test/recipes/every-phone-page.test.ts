import { expect } from 'chai';
import { examine, useChromium } from '../support/browser.ts';
import { ChromiumBrowser } from '../support/chromium-browser.ts';
import { openTelephones } from '../support/telephones.ts';
import type { Telephones } from '../support/telephones.ts';
import { world } from '../support/world.ts';
import type { World } from '../support/world.ts';

const ARRIVED = 'Signed in to the app';
const CODE = 'one-time-code';
const MOBILE = '+491701234567';
const OFFICE = '+49301234567';

describe('Every page about texts and calls reads well on a phone and on a desk', () => {
  const chromium = useChromium();
  let telephones: Telephones;
  let w: World;

  before(async () => {
    telephones = await openTelephones();
    const policies = [{ name: 'everybody', methods: ['sms', 'voice', 'office'], gates: 2, secondFactor: 'off' }];
    w = await world({ config: telephones.config, sspr: { policies, sms: { country: 'DE' } } });
  });
  after(async () => {
    await w[Symbol.asyncDispose]();
    await telephones[Symbol.asyncDispose]();
  });

  it('from registering a mobile and an office telephone to a reset by both', async () => {
    const { directory, store } = w.app.foundation;
    const known = await w.person('dora');
    const person = await directory.people.byId(known.id);
    if (!person) throw new Error('nobody');
    const phoneNumbers = [{ value: `${OFFICE} x42`, type: 'work' }];
    await store.commit(directory.people.updating(person, { phoneNumbers }, { actor: 'cli' }));
    const dora = known.with(new ChromiumBrowser(await chromium.page()));
    const { browser } = dora;
    const look = async (name: string): Promise<void> => {
      expect(await examine(browser.page, name), name).to.deep.equal([]);
    };
    const settled = async (): Promise<void> => {
      await w.settle();
    };

    await dora.signsIn();
    await browser.follow('Add a mobile phone');
    await look('sms-register');
    await browser.submit({ tel: '12' });
    await look('sms-register-wrong');
    await browser.submit({ tel: '0170 1234567' });
    await look('sms-confirm');
    await settled();
    await browser.submit({ [CODE]: telephones.code(MOBILE) });
    await browser.follow('Add the office phone');
    await look('office-register');
    await browser.submit();
    await look('office-confirm');
    await settled();
    await browser.submit({ [CODE]: telephones.heard(await telephones.pickUp(OFFICE)) });
    expect(await browser.heading()).to.equal(ARRIVED);

    await dora.opensReset();
    await look('phones-choose');
    await browser.submit({}, 'Send a code');
    await look('sms-prove');
    await settled();
    await browser.submit({ [CODE]: telephones.code(MOBILE) });
    await look('office-send');
    await browser.submit({}, 'Call now');
    await look('office-prove');
    await settled();
    await browser.submit({ [CODE]: telephones.heard(await telephones.pickUp(OFFICE)) });
    expect(await browser.heading()).to.equal('Choose a new password');
  });
});
