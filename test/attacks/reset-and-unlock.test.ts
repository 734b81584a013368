import { expect } from 'chai';
import { auditEvents } from '../../src/audit/record.ts';
import { eq } from '../../src/store/query.ts';
import { liveFlows } from '../../plugins/sspr/live-flows.ts';
import { givesCode, opens, startsReset, startsUnlock } from '../sspr/registering.ts';
import { onEveryEngine } from '../support/engines.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import type { Person } from '../support/person.ts';
import { useWorld } from '../support/world.ts';

const WRONG = '00000000';
const ALLOWED = 5;
const STOLEN = 'the password of a thief';

/** Puts what is the value of one cookie into another that is there already. */
const plant = ({ cookies }: HttpBrowser, name: string, value: string): void => {
  cookies.replace(name, value);
  expect(cookies.value(name)).to.equal(value);
  expect(value).not.to.equal('');
};

const cookie = ({ cookies }: HttpBrowser, name: string): string => cookies.value(name) ?? '';

onEveryEngine('Somebody who goes back and forth between a reset and an unlock', (store) => {
  // An unlock takes one gate here and a reset two: whatever counted for both would be worth stealing.
  const world = useWorld({
    store,
    sspr: { policies: [{ name: 'everybody', gates: 2, unlockGates: 1, methods: ['email', 'totp'] }] },
  });

  const dora = (): Promise<Person> => world().person('dora', { registered: true });

  /** To the code of the only method that is offered first with a mail. */
  const begins = async (person: Person, way: 'reset' | 'unlock'): Promise<void> => {
    await (way === 'reset' ? person.opensReset() : person.opensUnlock());
    await person.browser.submit({}, 'Send a code');
    await world().settle();
  };

  it('goes on in no reset with the cookie of an unlock, nor the other way round', async () => {
    const thief = await dora();
    await startsReset(world(), thief.browser, 'nobody-at-all');
    await begins(thief, 'unlock');
    await thief.typesCode();
    expect(await thief.browser.heading()).to.equal('Unlock your account');
    const csrf = (await thief.browser.field('csrf')) ?? '';
    plant(thief.browser, 'reset', cookie(thief.browser, 'unlock'));
    for (const path of ['/reset/prove', '/reset/password', '/reset/done', '/reset/word']) {
      await thief.browser.open(path);
      expect((await thief.browser.url()).pathname, path).to.equal('/reset');
    }
    await thief.browser.post('/reset/password', { csrf, password: STOLEN });
    expect(await thief.browser.heading()).to.equal('This took too long');
    expect(await opens(world(), thief, STOLEN)).to.equal(false);

    const other = await dora();
    await startsUnlock(world(), other.browser, 'nobody-at-all');
    await begins(other, 'reset');
    await other.typesCode();
    plant(other.browser, 'unlock', cookie(other.browser, 'reset'));
    for (const path of ['/unlock/prove', '/unlock/confirm', '/unlock/done']) {
      await other.browser.open(path);
      expect((await other.browser.url()).pathname, path).to.equal('/unlock');
    }
    await other.browser.post('/unlock/confirm', { csrf: (await other.browser.field('csrf')) ?? '' });
    expect(await other.browser.heading()).to.equal('This took too long');
  });

  const unlocks = async (person: Person): Promise<string> => {
    const thief = person.with(world().browser());
    await begins(thief, 'unlock');
    await thief.typesCode();
    await thief.browser.submit({}, 'Unlock the account');
    return thief.browser.heading();
  };

  it('ends five pauses in a day and no more: one way alone does not make guesses at the password free', async () => {
    const victim = await dora();
    const guesser = victim.with(world().browser());
    for (let times = 1; times <= 5; times += 1) {
      await guesser.startsSignIn();
      await guesser.isPaused();
      expect(await unlocks(victim), String(times)).to.equal('Your account is unlocked');
    }
    await guesser.startsSignIn();
    await guesser.isPaused();
    expect(await unlocks(victim)).to.equal('Unlock your account');
    await guesser.givesPassword();
    expect(await guesser.browser.heading(), 'paused all the same').to.equal('Sign in');
  });

  it('takes no guesses at the password back where there is no pause to end', async () => {
    const victim = await dora();
    const guesser = victim.with(world().browser());
    await guesser.startsSignIn();
    await guesser.isPaused(9);
    expect(await unlocks(victim)).to.equal('Your account was not locked');
    await guesser.givesPassword('the tenth that is wrong');
    await guesser.givesPassword();
    expect(await guesser.browser.heading(), 'paused').to.equal('Sign in');
  });

  it('opens nothing in one by the mailed link of the other, whichever path or cookie it is put into', async () => {
    for (const [way, wrong] of [['unlock', 'reset'] as const, ['reset', 'unlock'] as const]) {
      const person = await dora();
      await begins(person, way);
      const { link } = await person.alternateInbox();
      expect(link).to.contain(`/${way}/link/`);
      const thief = world().browser();
      await thief.open(link.replace(`/${way}/`, `/${wrong}/`));
      expect(await thief.heading(), way).to.equal('This link no longer works');
      await thief.open(link);
      plant(thief, `${wrong}-link`, cookie(thief, `${way}-link`));
      await thief.open(`/${wrong}/link`);
      expect(await thief.heading(), way).to.equal('This link no longer works');
      await thief.open(link);
      expect(thief.status, 'the link itself is as good as before').to.equal(200);
    }
  });

  it('opens nothing in one by the mailed code of the other', async () => {
    for (const [way, wrong] of [['unlock', 'reset'] as const, ['reset', 'unlock'] as const]) {
      const person = await dora();
      await begins(person, way);
      const { code } = await person.alternateInbox();
      const thief = person.with(world().browser());
      await begins(thief, wrong);
      await givesCode(thief.browser, code);
      expect(await thief.browser.text(), way).to.contain('This code is not right');
    }
  });

  it('has no more guesses than at one of them, and none is judged in the other after the last', async () => {
    const person = await dora();
    await begins(person, 'unlock');
    const { code } = await person.alternateInbox();
    for (let count = 0; count < 2 * ALLOWED; count += 1) {
      const stranger = person.with(world().browser());
      await begins(stranger, count % 2 === 0 ? 'reset' : 'unlock');
      await givesCode(stranger.browser, WRONG);
      await world().settle();
    }
    const { docs } = await world().app.foundation.store.find(auditEvents, eq('subject', person.id), { limit: 1000 });
    const wrong = docs.filter(({ type, reason }) => type.endsWith('.failed') && reason === 'wrong');
    expect(wrong).to.have.length(ALLOWED);
    expect(wrong.map(({ type }) => type)).to.include.members(['reset.failed', 'unlock.failed']);
    await givesCode(person.browser, code);
    expect(await person.browser.text()).to.contain('This code is not right');
    const told = (await person.inbox()).mails.filter(({ subject }) => subject.startsWith('Too many wrong codes'));
    expect(told).to.have.length(1);
  });

  it('has no more flows open, and no more messages sent, than by one of them', async () => {
    const person = await dora();
    for (let count = 0; count < 6; count += 1) {
      const browser = person.with(world().browser());
      await begins(browser, count % 2 === 0 ? 'reset' : 'unlock');
    }
    expect(await liveFlows(world().app.foundation.store, person.id)).to.have.length(3);
    for (let count = 0; count < 6; count += 1) {
      const browser = person.with(world().browser());
      await begins(browser, count % 2 === 0 ? 'reset' : 'unlock');
    }
    expect((await person.alternateInbox()).mails).to.have.length(10);
  });

  it('clears by an unlock no guesses that were counted, since only a finished reset does', async () => {
    const person = await dora();
    for (let count = 0; count < ALLOWED; count += 1) {
      const stranger = person.with(world().browser());
      await begins(stranger, 'reset');
      await givesCode(stranger.browser, WRONG);
      await world().settle();
    }
    await begins(person, 'unlock');
    await person.usesLink();
    await person.browser.submit({}, 'Unlock the account');
    expect(await person.browser.heading()).to.equal('Your account was not locked');
    const stranger = person.with(world().browser());
    await begins(stranger, 'reset');
    expect((await person.alternateInbox()).last.code, 'guessing is blocked still').to.equal(undefined);
  });

  it('ends an unlock that is open by a finished reset, with its link', async () => {
    const person = await world().person('erin', { registered: true, groups: [] });
    const unlocking = person.with(world().browser());
    await startsUnlock(world(), unlocking.browser, person.userName);
    await unlocking.browser.submit({}, 'Send a code');
    const { link } = await person.alternateInbox();
    const { store: documents, directory } = world().app.foundation;
    const account = await directory.accounts.byId(person.id);
    if (!account) throw new Error('nobody');
    await documents.commit(await directory.passwords.set(account, 'violet teapots at noon', 'reset'));
    await unlocking.browser.open(link);
    expect(await unlocking.browser.heading()).to.equal('This link no longer works');
    await startsReset(world(), unlocking.browser, person.userName);
  });
});
