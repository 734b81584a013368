import { expect } from 'chai';
import { startsReset } from '../sspr/registering.ts';
import { onEveryEngine } from '../support/engines.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import type { Person } from '../support/person.ts';
import { hasApp } from '../support/second-factor.ts';
import { KeptKeys } from '../support/trusted-device.ts';
import { countedWork } from '../support/work.ts';
import { world } from '../support/world.ts';
import type { World, WorldOptions } from '../support/world.ts';
import { sendForm } from '../support/send-form.ts';

const NEXT = 'Choose a new password';
const USE = 'Use this device';
const REFUSED = 'That did not work.';

const POLICIES = {
  policies: [
    { name: 'factors', groups: ['factors'], methods: ['totp', 'device', 'email'] },
    { name: 'everybody', methods: ['device', 'email'], secondFactor: 'off' },
  ],
};

/** Somebody who trusts the browser at hand. */
const trusting = async (w: World, name: string, keys: KeptKeys, browser?: HttpBrowser): Promise<Person> => {
  const person = await w.person(name, { registered: true });
  const there = browser ? person.with(browser) : person;
  await there.signsIn({ prompt: 'login' });
  await there.browser.open(`${w.issuer}/security-info/device`);
  await keys.registers(there.browser);
  return there;
};

/** At the gate of whoever bears the name, in this browser. */
const opensGate = async (w: World, browser: HttpBrowser, name: string): Promise<void> => {
  await startsReset(w, browser, name);
  await browser.submit({}, USE);
  await w.settle();
  await browser.open('/reset/prove/device');
};

onEveryEngine('what a trusted device signed', (store) => {
  const opened = (more: WorldOptions = {}): Promise<World> => world({ store, sspr: POLICIES, ...more });

  it('opens no other reset: not a later one, nor one in another browser, nor the same a second time', async () => {
    await using w = await opened();
    const keys = new KeptKeys();
    const tom = await trusting(w, 'tom', keys);
    await opensGate(w, tom.browser, tom.userName);
    const { fields } = await keys.proving(tom.browser);

    await opensGate(w, tom.browser, tom.userName);
    await tom.browser.submit({ signature: fields['signature'] ?? '' }, USE);
    expect(await tom.browser.text(), 'a later one').to.contain(REFUSED);

    const thief = w.browser();
    await thief.open(w.issuer);
    for (const name of ['device', 'browser']) {
      thief.cookies.keep(await thief.url(), [`${name}=${tom.browser.cookies.value(name) ?? ''}; path=/`]);
    }
    await opensGate(w, thief, tom.userName);
    await thief.submit({ signature: fields['signature'] ?? '' }, USE);
    expect(await thief.text(), 'in another browser').to.contain(REFUSED);

    await opensGate(w, tom.browser, tom.userName);
    const { url, fields: right } = await keys.proving(tom.browser);
    await tom.browser.post(url, right);
    expect(await tom.browser.heading()).to.equal(NEXT);
    const again = await sendForm(tom.browser, url, new URLSearchParams(right).toString());
    expect(again.status, 'a second time').to.equal(409);
  });

  it('opens nothing of somebody else who trusts the same browser', async () => {
    await using w = await opened();
    const keys = new KeptKeys();
    const tom = await trusting(w, 'tom', keys);
    const una = await trusting(w, 'una', keys, tom.browser);
    await opensGate(w, tom.browser, una.userName);
    const { fields } = await keys.proving(tom.browser);
    const [hers = '', his = ''] = (fields['signature'] ?? '').split('.');
    for (const signature of [`${his}.${hers}`, `.${his}`, `${his}.`, his, `.${hers}`]) {
      await tom.browser.submit({ signature }, USE);
      expect(await tom.browser.text(), signature).to.contain(REFUSED);
    }
    await tom.browser.submit({ signature: hers }, USE);
    expect(await tom.browser.heading()).to.equal(NEXT);
  });

  it('opens no reset where it was signed at a sign-in, or to be set up', async () => {
    await using w = await opened();
    const keys = new KeptKeys();
    const tom = await w.person('tom', { registered: true, groups: ['factors'] });
    await tom.signsIn();
    await tom.browser.open(`${w.issuer}/security-info/device`);
    const setting = await keys.registering(tom.browser);
    await tom.browser.post(setting.url, setting.fields);
    await hasApp(w, tom);
    await tom.signsIn({ prompt: 'login' });
    await tom.browser.follow('Choose another way');
    await tom.browser.submit({}, USE);
    const signingIn = await keys.proving(tom.browser);
    await opensGate(w, tom.browser, tom.userName);
    for (const { fields } of [setting, signingIn]) {
      await tom.browser.submit({ signature: fields['signature'] ?? '' }, USE);
      expect(await tom.browser.text()).to.contain(REFUSED);
    }
    await keys.proves(tom.browser);
    expect(await tom.browser.heading()).to.equal(NEXT);
  });

  it('costs the same work, and shows the same, for somebody, for nobody, and for somebody without', async () => {
    const work = countedWork();
    await using w = await opened({ surroundings: work.surroundings });
    const keys = new KeptKeys();
    const { browser } = await trusting(w, 'mallory', keys);
    await trusting(w, 'somebody', new KeptKeys());
    await w.person('without');
    const shape = (): string => browser.body.replaceAll(/[\w-]{43}/g, 'x').replaceAll(/[0-9a-f-]{36}/g, 'c');

    const walk = async (name: string) => {
      await startsReset(w, browser, name);
      const steps = [await work.during(() => browser.submit({}, USE))];
      await w.settle();
      await browser.open('/reset/prove/device');
      const pages = [shape()];
      const { url, fields } = await keys.proving(browser);
      steps.push(await work.during(() => sendForm(browser, url, new URLSearchParams(fields).toString())));
      await browser.post(url, fields);
      pages.push(shape());
      return { steps, pages };
    };

    const nobody = await walk('nobody-of-that-name');
    expect(nobody.steps.flat()).not.to.deep.equal([]);
    for (const name of ['somebody', 'without']) expect(await walk(name), name).to.deep.equal(nobody);
  });
});
