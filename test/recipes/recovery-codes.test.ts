import { expect } from 'chai';
import { DAY } from '../../src/kernel/clock.ts';
import { onEveryEngine } from '../support/engines.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import type { Person } from '../support/person.ts';
import { codesOn, hasRecoveryCodes } from '../support/recovery-codes.ts';
import { claimsOf, hasApp } from '../support/second-factor.ts';
import { useWorld } from '../support/world.ts';
import { sendForm } from '../support/send-form.ts';

const ARRIVED = 'Signed in to the app';
const CODE = 'one-time-code';
const CHOOSE = 'Choose a new password';
const PASSWORD = 'violet teapots at noon';

onEveryEngine('Dora, who trusts paper,', (store) => {
  const world = useWorld({ store, sspr: { policies: [{ name: 'everybody', methods: ['recovery'] }] } });

  const registered = async (): Promise<{ dora: Person; codes: readonly string[] }> => {
    const dora = await world().person('dora');
    await dora.signsIn();
    await dora.browser.submit({}, 'Show the codes');
    const codes = await codesOn(dora.browser);
    await dora.browser.submit({}, 'I have kept them');
    expect(await dora.browser.heading()).to.equal(ARRIVED);
    return { dora, codes };
  };

  const resets = async (dora: Person): Promise<void> => {
    await dora.opensReset();
    // Somebody is found beside the request.
    await world().settle();
    expect(await dora.browser.heading()).to.equal('Type a recovery code');
  };

  it('is shown ten codes once, and they count when she says that she has kept them', async () => {
    const dora = await world().person('dora');
    await dora.signsIn();
    expect(await dora.browser.heading()).to.equal('Make recovery codes');
    await dora.browser.submit({}, 'Show the codes');
    const codes = await codesOn(dora.browser);
    expect(new Set(codes).size).to.equal(10);
    expect(dora.browser.headers['cache-control']).to.equal('no-store');
    expect(dora.browser.body).to.contain('download="recovery-codes.txt"');
    for (const code of codes) expect(decodeURIComponent(dora.browser.body)).to.contain(code);
    await dora.browser.reload();
    expect(await codesOn(dora.browser)).to.deep.equal(codes);

    const early = dora.with(world().browser());
    await resets(early);
    await early.browser.submit({ [CODE]: codes[0] ?? '' });
    expect(await early.browser.title()).to.match(/^Error:/);

    await dora.browser.submit({}, 'I have kept them');
    expect(await dora.browser.heading()).to.equal(ARRIVED);
    await dora.browser.back();
    expect(await codesOn(dora.browser)).to.deep.equal([]);
    expect((await dora.inbox()).last.subject).to.equal('A way back into your account was added');
  });

  it('resets her password by one of them, however she types it, and is told how many are left', async () => {
    const { dora, codes } = await registered();
    const locked = dora.with(world().browser());
    await resets(locked);
    await locked.browser.submit({ [CODE]: ` ${(codes[3] ?? '').toLowerCase().replaceAll('-', ' ')} ` });
    expect(await locked.browser.heading()).to.equal(CHOOSE);
    const { last } = await dora.inbox();
    expect(last.subject).to.equal('A recovery code was used');
    expect(last.text).to.contain('9 are left.');
    await locked.choosesPassword(PASSWORD);
    expect(await locked.browser.text()).not.to.contain('recovery code');
  });

  it('cannot use a code twice', async () => {
    const { dora, codes } = await registered();
    const [code = ''] = codes;
    const locked = dora.with(world().browser());
    await resets(locked);
    await locked.browser.submit({ [CODE]: code });
    await locked.choosesPassword(PASSWORD);
    const again = dora.with(world().browser());
    await resets(again);
    await again.browser.submit({ [CODE]: code });
    expect(await again.browser.text()).to.contain('This code is not right, or it was used before.');
  });

  it('is reminded by the page and by mail when few are left, and after the last is asked to make new ones', async () => {
    const dora = await world().person('dora');
    const codes = await hasRecoveryCodes(world(), dora, 4);
    const reset = async (code = '', password = PASSWORD): Promise<HttpBrowser> => {
      const locked = dora.with(world().browser());
      await resets(locked);
      await locked.browser.submit({ [CODE]: code });
      await locked.choosesPassword(password);
      return locked.browser;
    };
    const browser = await reset(codes[0]);
    expect(await browser.text()).to.contain('You have 3 recovery codes left. Make new ones when you are signed in.');
    const used = (await dora.inbox()).mails.filter(({ subject }) => subject === 'A recovery code was used');
    expect(used.at(-1)?.text).to.contain('Three are left. Make new ones when you are signed in.');
    await reset(codes[1], 'velvet teapots at nine');
    await reset(codes[2], 'copper teapots at ten');
    const last = await reset(codes[3], 'wooden teapots at one');
    expect(await last.text()).to.contain('That was your last recovery code.');
    await world().later(DAY);
    await dora.signsIn();
    expect(await dora.browser.heading()).to.equal('Make recovery codes');
  });

  it('makes new ones, and the old ones no longer work', async () => {
    const { dora, codes } = await registered();
    await world().later(181 * DAY);
    await dora.signsIn();
    await dora.browser.follow('Change');
    expect(await dora.browser.text()).to.contain('the old ones no longer work');
    await dora.browser.submit({}, 'Show the codes');
    const fresh = await codesOn(dora.browser);
    await dora.browser.submit({}, 'I have kept them');
    const locked = dora.with(world().browser());
    await resets(locked);
    await locked.browser.submit({ [CODE]: codes[0] ?? '' });
    expect(await locked.browser.title()).to.match(/^Error:/);
    await locked.browser.submit({ [CODE]: fresh[0] ?? '' });
    expect(await locked.browser.heading()).to.equal(CHOOSE);
  });

  it('opens one gate with a code, of fifty tries at once in two resets', async () => {
    const { dora, codes } = await registered();
    const [code = ''] = codes;
    const two = [dora.with(world().browser()), dora.with(world().browser())];
    for (const each of two) await resets(each);
    await world().settle();
    const replies = await Promise.all(
      Array.from({ length: 50 }, async (_, at) => {
        const { browser } = two[at % 2] ?? dora;
        const { url, fields } = browser.prepared({ [CODE]: code });
        return sendForm(browser, url, new URLSearchParams(fields));
      }),
    );
    expect(replies.filter(({ status }) => status === 303)).to.have.length(1);
    for (const { status } of replies) expect([303, 409, 422]).to.include(status);
  });
});

onEveryEngine('Bob, whose codes are on paper,', (store) => {
  const world = useWorld({
    store,
    sspr: { policies: [{ name: 'everybody', methods: ['email', 'totp', 'recovery'] }] },
  });

  it('signs in with one where his phone is not at hand, which the app is told as a one-time password', async () => {
    const bob = await world().person('bob', { registered: true });
    await hasApp(world(), bob);
    const [code = ''] = await hasRecoveryCodes(world(), bob);
    await bob.signsIn();
    await bob.browser.follow('Choose another way');
    await bob.browser.submit({}, 'Type a recovery code');
    await bob.browser.submit({ [CODE]: code });
    expect(await bob.browser.heading()).to.equal(ARRIVED);
    expect(claimsOf(bob)).to.deep.include({ amr: ['pwd', 'otp', 'mfa'], acr: 'aal2' });
    expect((await bob.inbox()).last.subject).to.equal('A recovery code was used');
  });

  it('is asked for none where nothing else is registered: they are for the day when something is lost', async () => {
    const bob = await world().person('bob', { registered: true });
    await hasRecoveryCodes(world(), bob);
    await bob.signsIn();
    expect(await bob.browser.heading()).to.equal(ARRIVED);
    expect(claimsOf(bob)).to.deep.include({ amr: ['pwd'] });
  });

  it('gets in during a block: nobody can guess such codes, so nobody is kept from typing one', async () => {
    const bob = await world().person('bob', { registered: true });
    const [code = ''] = await hasRecoveryCodes(world(), bob);
    const locked = bob.with(world().browser());
    await locked.opensReset();
    await locked.browser.submit({}, 'Send a code');
    await world().settle();
    for (let count = 0; count < 5; count += 1) await locked.browser.submit({ [CODE]: '00000000' });
    expect(await locked.browser.field(CODE)).to.equal(undefined);
    await locked.browser.follow('Choose another way');
    await locked.browser.submit({}, 'Type a recovery code');
    await world().settle();
    await locked.browser.open('/reset/prove/recovery');
    await locked.browser.submit({ [CODE]: code });
    expect(await locked.browser.heading()).to.equal(CHOOSE);
  });
});

onEveryEngine('Where a second factor is required, somebody with nothing but recovery codes', (store) => {
  const world = useWorld({
    store,
    sspr: {
      policies: [{ name: 'everybody', gates: 2, secondFactor: 'required', methods: ['email', 'totp', 'recovery'] }],
    },
  });

  it('signs in by one, and is asked to set up what lasts', async () => {
    const gus = await world().person('gus', { registered: true });
    const [code = ''] = await hasRecoveryCodes(world(), gus);
    await gus.signsIn();
    await gus.browser.submit({ [CODE]: code });
    expect(await gus.browser.heading()).to.equal('Set up a second way to sign in');
    expect(await gus.browser.offers('Set up an app')).to.equal(true);
    expect(await gus.browser.offers('Not now')).to.equal(false);
  });
});
