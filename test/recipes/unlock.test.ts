import { expect } from 'chai';
import { auditEvents } from '../../src/audit/record.ts';
import { eq } from '../../src/store/query.ts';
import { onEveryEngine } from '../support/engines.ts';
import type { Person } from '../support/person.ts';
import { useWorld } from '../support/world.ts';

const ARRIVED = 'Signed in to the app';

const isKeptOut = async (person: Person): Promise<boolean> => {
  await person.givesPassword();
  return (await person.browser.heading()) === 'Sign in';
};

onEveryEngine('Bob mistyped his password until sign-ins were paused', (store) => {
  const world = useWorld({ store });

  const pausedBob = async (): Promise<Person> => {
    const bob = await world().person('bob', { registered: true });
    await bob.startsSignIn();
    await bob.isPaused();
    return bob;
  };

  it('unlocks his account from that very page, and goes on to the app with the password he has', async () => {
    const bob = await pausedBob();
    expect(await isKeptOut(bob)).to.equal(true);
    const before = await bob.browser.url();
    await bob.browser.submit({}, 'Unlock your account');
    expect(await bob.browser.heading()).to.equal('Enter the code from the mail');
    expect((await bob.browser.url()).href).not.to.contain(bob.userName);
    await bob.typesCode();
    expect(await bob.browser.heading()).to.equal('Unlock your account');
    expect(await bob.browser.title()).to.contain('Step 3 of 3');
    await bob.browser.submit({}, 'Unlock the account');
    expect(await bob.browser.heading()).to.equal('Your account is unlocked');
    await bob.browser.follow('Go back and sign in');
    expect((await bob.browser.url()).href).to.equal(before.href);
    expect(await bob.browser.field('username')).to.equal(bob.userName);
    expect(await bob.browser.offers('Unlock your account')).to.equal(false);
    await bob.givesPassword();
    expect(await bob.browser.heading()).to.equal(ARRIVED);
  });

  it('is offered the unlock only while sign-ins are paused', async () => {
    const bob = await world().person('bob', { registered: true });
    await bob.startsSignIn();
    expect(await bob.browser.offers('Unlock your account')).to.equal(false);
    await bob.isPaused(9);
    expect(await bob.browser.offers('Unlock your account')).to.equal(false);
    await bob.givesPassword('wrong again');
    expect(await bob.browser.offers('Unlock your account')).to.equal(true);
  });

  it('is let in again everywhere he was kept out: at his desk and in a strange browser', async () => {
    const bob = await world().person('bob', { registered: true });
    await bob.signsIn();
    const strange = bob.with(world().browser());
    for (const each of [bob, strange]) {
      await each.startsSignIn({ prompt: 'login' });
      await each.isPaused();
      expect(await isKeptOut(each)).to.equal(true);
    }
    const unlocking = bob.with(world().browser());
    await unlocking.opensUnlock();
    await unlocking.typesCode();
    await unlocking.browser.submit({}, 'Unlock the account');
    for (const each of [bob, strange]) {
      await each.givesPassword();
      expect(await each.browser.heading()).to.equal(ARRIVED);
    }
  });

  it('stays signed in where he is, and the browsers that are known stay known', async () => {
    const bob = await world().person('bob', { registered: true });
    await bob.signsIn();
    const outcome = bob.outcome();
    const unlocking = bob.with(world().browser());
    await unlocking.startsSignIn();
    await unlocking.isPaused();
    await unlocking.opensUnlock();
    await unlocking.typesCode();
    await unlocking.browser.submit({}, 'Unlock the account');
    expect(await unlocking.browser.heading()).to.equal('Your account is unlocked');

    await bob.startsSignIn({ prompt: 'none' });
    expect(bob.outcome().kind).to.equal('signed-in');
    if (outcome.kind !== 'signed-in') throw new Error('the first sign-in failed');
    const refreshed = await world().party.refresh(outcome.tokens.refresh_token ?? '');
    expect(refreshed.kind).to.equal('signed-in');
    await bob.opensReset();
    expect(await bob.browser.text()).to.contain('b•••@elsewhere.test');
  });

  it('is told of it at both of his addresses, and the log tells what was proved', async () => {
    const bob = await pausedBob();
    await bob.opensUnlock();
    await bob.typesCode();
    await bob.browser.submit({}, 'Unlock the account');
    for (const inbox of [await bob.inbox(), await bob.alternateInbox()]) {
      expect(inbox.last.subject).to.equal('Your account was unlocked');
    }
    const { docs } = await world().app.foundation.store.find(auditEvents, eq('subject', bob.id), { limit: 100 });
    const told = docs.filter(({ type }) => type.startsWith('unlock.'));
    expect(told.map(({ type }) => type)).to.deep.equal(['unlock.asked', 'unlock.proved', 'unlock.finished']);
    expect(told.at(-1)).to.deep.include({ result: 'success', reason: 'email' });
  });

  it('hears the truth where nothing was locked, and nothing is changed', async () => {
    const bob = await world().person('bob', { registered: true });
    await bob.opensUnlock();
    await bob.typesCode();
    await bob.browser.submit({}, 'Unlock the account');
    expect(await bob.browser.heading()).to.equal('Your account was not locked');
    expect((await bob.inbox()).last.subject).to.equal('Someone wanted to unlock your account');
    await bob.browser.follow('Forgot your password? Choose a new one');
    expect(await bob.browser.heading()).to.equal('Reset your password');
    await bob.signsIn();
    expect(await bob.browser.heading()).to.equal(ARRIVED);
  });

  it('goes on in the browser where he opens the mailed link, and ends there with the way to his app', async () => {
    const bob = await pausedBob();
    await bob.browser.submit({}, 'Unlock your account');
    const phone = bob.with(world().browser());
    const { link } = await bob.alternateInbox();
    expect(new URL(link).pathname).to.match(/^\/unlock\/link\//);
    await phone.browser.open(link);
    expect(await phone.browser.heading()).to.equal('Unlock your account?');
    expect(await phone.browser.text())
      .to.contain(bob.userName)
      .and.to.contain('The password stays as it is');
    await phone.browser.submit();
    await phone.browser.submit({}, 'Unlock the account');
    expect(await phone.browser.text()).to.contain('go back to your app on the other device');
    await bob.startsSignIn();
    await bob.givesPassword();
    expect(await bob.browser.heading()).to.equal(ARRIVED);
  });

  it('presses twice without harm', async () => {
    const bob = await pausedBob();
    await bob.opensUnlock();
    await bob.typesCode();
    const { url, fields } = bob.browser.prepared({}, 'Unlock the account');
    await bob.browser.submit({}, 'Unlock the account');
    await bob.browser.post(url, fields);
    expect(await bob.browser.heading()).to.equal('Your account is unlocked');
    expect((await bob.inbox()).mails.filter(({ subject }) => subject === 'Your account was unlocked')).to.have.length(
      1,
    );
  });
});

onEveryEngine('Where an unlock needs another number of gates than a reset', (store) => {
  const world = useWorld({
    store,
    sspr: {
      policies: [
        { name: 'strict', groups: ['Strict'], gates: 1, unlockGates: 2, methods: ['email', 'totp'] },
        {
          name: 'everybody',
          gates: 2,
          unlockGates: 1,
          methods: ['email', 'questions'],
          questionsAlone: 'answers can be guessed, and the page tells who exists',
        },
      ],
    },
  });

  it('one is enough to unlock where a reset takes two', async () => {
    const dora = await world().person('dora', { registered: true });
    await dora.opensUnlock();
    await dora.browser.open('/unlock/prove/email');
    if (await dora.browser.offers('Send the code')) await dora.browser.submit();
    await dora.typesCode();
    expect(await dora.browser.heading()).to.equal('Unlock your account');
    await dora.opensReset();
    await dora.browser.open('/reset/prove/email');
    if (await dora.browser.offers('Send the code')) await dora.browser.submit();
    await dora.typesCode();
    expect(await dora.browser.heading()).to.equal('You need help with this reset');
  });

  it('two are asked for where a reset takes one, and of administrators', async () => {
    const strict = await world().person('strict', { registered: true, groups: ['Strict'] });
    const admin = await world().person('admin', { registered: true, adminRoles: ['owner'] });
    for (const person of [strict, admin]) {
      await person.opensUnlock();
      await person.browser.open('/unlock/prove/email');
      if (await person.browser.offers('Send the code')) await person.browser.submit();
      await person.typesCode();
      expect(await person.browser.heading()).to.equal('You need help to unlock the account');
      await person.browser.open('/unlock/confirm');
      expect(await person.browser.offers('Unlock the account')).to.equal(false);
    }
  });
});
