import { expect } from 'chai';
import { tokens } from '../../plugins/sspr/tokens/collection.ts';
import { onEveryEngine } from '../support/engines.ts';
import type { Person } from '../support/person.ts';
import { claimsOf } from '../support/second-factor.ts';
import { codeGenerator, tokenCommand } from '../support/tokens.ts';
import type { CodeGenerator } from '../support/tokens.ts';
import { useWorld } from '../support/world.ts';

const ARRIVED = 'Signed in to the app';
const CHOOSE = 'Choose a new password';
const CODE = 'one-time-code';
const WRONG = 'This code is not right, or it was used before.';
const MINUTE = 60_000;
const FORM = { 'content-type': 'application/x-www-form-urlencoded', origin: 'null', 'sec-fetch-site': 'same-origin' };

onEveryEngine('Erik gets a code generator from his organisation', (store) => {
  const world = useWorld({
    store,
    sspr: {
      policies: [{ name: 'everybody', methods: ['token', 'email'] }],
      limits: { failures: 100, failuresPerMethodAndHour: 100 },
    },
  });

  const token = (name: string, given: Readonly<Record<string, string>>) => tokenCommand(world(), name, given);

  let count = 0;

  const given = (person: Person, more?: Readonly<Record<string, string>>): Promise<CodeGenerator> => {
    count += 1;
    return codeGenerator(world(), person.userName, `G-${String(count)}`, more);
  };

  const beginsActivation = async (erik: Person): Promise<void> => {
    await erik.signsIn();
    await erik.browser.follow('Activate the device');
    await erik.browser.submit({}, 'Go on to the code');
  };

  const active = async () => {
    const erik = await world().person('erik');
    const generator = await given(erik);
    await beginsActivation(erik);
    await erik.browser.submit({ 'First code': generator.code(20), 'Next code': generator.code(21) });
    expect(await erik.browser.heading()).to.equal(ARRIVED);
    return { erik, ...generator };
  };

  const asStranger = async (somebody: Person): Promise<Person> => {
    const stranger = somebody.with(world().browser());
    await stranger.opensReset();
    await stranger.browser.submit({}, 'Type a code from the device');
    await world().settle();
    return stranger;
  };

  const tries = async (somebody: Person, code: string): Promise<string> => {
    const stranger = await asStranger(somebody);
    await stranger.browser.submit({ [CODE]: code });
    return stranger.browser.heading();
  };

  it('is offered nothing to activate before one is assigned to him', async () => {
    const erik = await world().person('erik');
    await erik.signsIn();
    expect(await erik.browser.offers('Activate the device')).to.equal(false);
    await erik.registersMail();
    expect(await erik.browser.heading()).to.equal(ARRIVED);
  });

  it('activates it by two codes in a row, wherever its button was pressed before', async () => {
    const erik = await world().person('erik');
    const { serial, code } = await given(erik);
    await beginsActivation(erik);
    expect(await erik.browser.text()).to.contain(serial);
    await erik.browser.submit({ 'First code': code(30), 'Next code': code(32) });
    expect(await erik.browser.text()).to.contain(WRONG);
    await erik.browser.submit({ 'First code': code(30), 'Next code': code(31) });
    expect(await erik.browser.heading()).to.equal(ARRIVED);
    const events = await world().app.foundation.store.get(tokens, serial.toLowerCase());
    expect(events?.device.next).to.equal(32);
  });

  it('resets his password by its next code, also some presses later', async () => {
    const { erik, code } = await active();
    expect(await tries(erik, code(21)), 'used').not.to.equal(CHOOSE);
    expect(await tries(erik, code(32)), 'too far').not.to.equal(CHOOSE);
    const stranger = await asStranger(erik);
    await stranger.browser.submit({ [CODE]: code(31) });
    await stranger.choosesPassword('violet teapots at noon');
    expect(await stranger.browser.heading()).to.equal('Your password is changed');
    expect(await tries(erik, code(31)), 'used').not.to.equal(CHOOSE);
  });

  it('signs in with its next code as second factor, and the app is told so', async () => {
    const { erik, code } = await active();
    const elsewhere = erik.with(world().browser());
    await elsewhere.signsIn();
    expect(await elsewhere.browser.heading()).to.equal('Enter the code from your code generator');
    await elsewhere.browser.submit({ [CODE]: code(21) });
    expect(await elsewhere.browser.text(), 'used').to.contain(WRONG);
    await elsewhere.browser.submit({ [CODE]: code(22) });
    expect(await elsewhere.browser.heading()).to.equal(ARRIVED);
    expect(claimsOf(elsewhere)).to.deep.include({ amr: ['pwd', 'otp', 'mfa'], acr: 'aal2' });
  });

  it('has it set right by the help desk after too many presses', async () => {
    const { erik, serial, code } = await active();
    expect(await tries(erik, code(80))).not.to.equal(CHOOSE);
    await token('resync', { serial, first: code(81), second: code(82) });
    expect(await tries(erik, code(82)), 'given to the help desk').not.to.equal(CHOOSE);
    expect(await tries(erik, code(83))).to.equal(CHOOSE);
  });

  it('opens nothing by it from the moment that it is taken back, in resets that have begun too', async () => {
    for (const how of ['unassign', 'remove']) {
      const { erik, serial, code } = await active();
      const begun = await asStranger(erik);
      await token(how, { serial });
      await world().settle();
      const { text } = (await erik.inbox()).last;
      expect(text)
        .to.contain('Code generator')
        .and.to.contain('The help desk or an administrator did this')
        .and.not.to.contain('network');
      await begun.browser.submit({ [CODE]: code(22) });
      expect(await begun.browser.heading(), how).not.to.equal(CHOOSE);
      expect(await tries(erik, code(22)), how).not.to.equal(CHOOSE);
    }
  });

  it('opens nothing by it once it belongs to somebody else', async () => {
    const { erik, serial, code } = await active();
    const begun = await asStranger(erik);
    const frida = await world().person('frida');
    await token('unassign', { serial });
    await token('assign', { serial, user: frida.userName });
    await begun.browser.submit({ [CODE]: code(22) });
    expect(await begun.browser.heading()).not.to.equal(CHOOSE);
    await beginsActivation(frida);
    await frida.browser.submit({ 'First code': code(20), 'Next code': code(21) });
    expect(await frida.browser.text(), 'used by Erik').to.contain(WRONG);
    await frida.browser.submit({ 'First code': code(22), 'Next code': code(23) });
    expect(await frida.browser.heading()).to.equal(ARRIVED);
    expect(await tries(erik, code(24))).not.to.equal(CHOOSE);
    expect(await tries(frida, code(24))).to.equal(CHOOSE);
  });

  it('activates one with a clock by one code, and its drift is followed', async () => {
    const erik = await world().person('erik');
    const { code } = await given(erik, { 'time interval': '60', algorithm: 'SHA-256', digits: '8' });
    const step = (): number => Math.floor(world().clock.now() / MINUTE);
    await beginsActivation(erik);
    await erik.browser.submit({ [CODE]: code(step() - 6) });
    expect(await erik.browser.heading()).to.equal(ARRIVED);
    await world().later(10 * MINUTE);
    expect(await tries(erik, code(step())), 'as though its clock were right').not.to.equal(CHOOSE);
    expect(await tries(erik, code(step() - 7)), 'a little later still').to.equal(CHOOSE);
    await world().later(10 * MINUTE);
    expect(await tries(erik, code(step() - 8)), 'followed').to.equal(CHOOSE);
    expect(await tries(erik, code(step() - 8)), 'used').not.to.equal(CHOOSE);
  });

  it('has each code counted once, over two resets and fifty answers at once', async () => {
    const { erik, code } = await active();
    const strangers = [await asStranger(erik), await asStranger(erik)];
    const replies = await Promise.all(
      Array.from({ length: 50 }, (_, at) => {
        const { browser } = strangers[at % 2] ?? erik;
        const csrf = browser.forms[0]?.fields.find(({ name }) => name === 'csrf')?.value ?? '';
        const cookie = browser.cookies.header(new URL(world().issuer)) ?? '';
        const body = new URLSearchParams({ csrf, code: code(22) }).toString();
        const headers = { ...FORM, cookie };
        return world().browser().send(`${world().issuer}/reset/prove/token`, { method: 'POST', headers, body });
      }),
    );
    expect(replies.filter(({ status }) => status === 303)).to.have.length(1);
    for (const { status } of replies) expect([303, 409, 422]).to.include(status);
  });
});
