import { expect } from 'chai';
import { DAY, HOUR, MINUTE } from '../../src/kernel/clock.ts';
import { registrationNow } from '../sspr/registering.ts';
import { onEveryEngine } from '../support/engines.ts';
import { casesOf, disowns, FROZEN, isRobbed, linkOf, NOT_SIGNED_IN, resetsByTwo } from '../support/not-me.ts';
import type { Person, Somebody } from '../support/person.ts';
import { hasApp, shownCode } from '../support/second-factor.ts';
import { useWorld } from '../support/world.ts';

const ARRIVED = 'Signed in to the app';
const DEAD = 'This link no longer works';

onEveryEngine('Bob, whose password was reset by somebody else', (store) => {
  const world = useWorld({
    store,
    sspr: {
      policies: [{ name: 'everybody', methods: ['email', 'totp'], secondFactor: 'off' }],
      cases: { mail: ['security@example.test'] },
    },
  });

  /** With two ways back, registered a while ago. */
  const bobWithTwo = async (somebody: Somebody = {}): Promise<Person> => {
    const bob = await world().person('bob', { registered: true, ...somebody });
    await hasApp(world(), bob);
    await world().later(HOUR);
    return bob;
  };

  const robbed = async (somebody: Somebody = {}) => {
    const bob = await bobWithTwo(somebody);
    return { bob, thief: await isRobbed(world(), bob) };
  };

  it('sees whose account it is about, masked, what happened, when and from where, and nothing has changed yet', async () => {
    const { bob, thief } = await robbed();
    const browser = world().browser();
    await browser.open(await linkOf(bob));
    const text = await browser.text();
    expect(text).to.contain('b•••').and.not.to.contain(bob.userName);
    expect(text)
      .to.contain('Your password was reset')
      .and.to.contain('Firefox')
      .and.to.match(/127\.0\.0\.1|::1/);
    expect((await browser.url()).pathname, 'the address is clean').to.equal('/not-me');
    await thief.signsIn();
    expect(await thief.browser.heading()).to.equal(ARRIVED);
    expect(await casesOf(world(), bob)).to.deep.equal([]);
  });

  it('ends the thief’s session by one button, without signing in, and nobody gets in with the right password', async () => {
    const { bob, thief } = await robbed();
    await thief.signsIn();
    const there = await disowns(world(), await linkOf(bob));
    expect(await there.heading()).to.equal(FROZEN);
    await thief.startsSignIn();
    expect(await thief.browser.heading()).to.equal('Sign in');
    await thief.givesPassword('a wrong one');
    expect(await thief.browser.heading(), 'told to nobody else').to.equal('Sign in');
    await thief.givesPassword();
    expect(await thief.browser.heading()).to.equal(NOT_SIGNED_IN);
    expect(thief.browser.status).to.equal(403);
  });

  it('opens it again with two ways that were there before, though one was enough otherwise', async () => {
    const { bob } = await robbed();
    await disowns(world(), await linkOf(bob));
    const owner = await resetsByTwo(world(), bob);
    expect(await owner.browser.heading()).to.equal('Your password is changed');
    await owner.signsIn();
    expect(await owner.browser.heading()).to.equal(ARRIVED);
  });

  it('is told at the end of an unlock that only a new password opens it, and is led there', async () => {
    const { bob } = await robbed();
    await disowns(world(), await linkOf(bob));
    const owner = bob.with(world().browser());
    await owner.opensUnlock();
    await owner.browser.submit({}, 'Send a code');
    await owner.typesCode();
    await owner.browser.submit({ 'one-time-code': shownCode(world(), bob) });
    await owner.browser.submit({}, 'Unlock the account');
    expect(await owner.browser.heading()).to.equal(NOT_SIGNED_IN);
    await owner.browser.follow('Reset the password');
    expect((await owner.browser.url()).pathname).to.equal('/reset');
  });

  it('is told by the sign-in that is refused how to go on, and ends on it', async () => {
    const { bob } = await robbed();
    await disowns(world(), await linkOf(bob));
    const owner = bob.with(world().browser());
    await owner.signsIn();
    expect(await owner.browser.heading()).to.equal(NOT_SIGNED_IN);
    expect(owner.browser.body.match(/class="button"/g), 'one way on').to.have.length(1);
    await owner.browser.follow('Reset the password');
    expect((await owner.browser.url()).pathname).to.equal('/reset');
  });

  it('learns after the first proof that one way does not open it, and where there is help', async () => {
    const bob = await world().person('bob', { registered: true });
    await world().later(HOUR);
    await isRobbed(world(), bob);
    await disowns(world(), await linkOf(bob));
    const owner = bob.with(world().browser());
    await owner.opensReset();
    await owner.browser.submit({}, 'Send a code');
    await owner.typesCode();
    expect(await owner.browser.text())
      .to.contain('This account is frozen')
      .and.to.contain('help@example.test');
  });

  it('is not let in by what was registered with or after what he disowned', async () => {
    const bob = await world().person('bob', { registered: true });
    await world().later(HOUR);
    const thief = await isRobbed(world(), bob);
    const link = await linkOf(bob);
    await world().later(MINUTE);
    await hasApp(world(), bob);
    await disowns(world(), link);
    await thief.opensReset();
    await thief.browser.submit({}, 'Send a code');
    await thief.typesCode();
    expect(await thief.browser.heading()).to.equal('You need help with this reset');
    const { methods } = await registrationNow(world(), bob);
    expect(methods.map(({ method, stale }) => [method, stale?.reason])).to.deep.equal([
      ['email', undefined],
      ['totp', 'disowned'],
    ]);
  });

  it('may use the link for seven days, once, and from any of his addresses', async () => {
    const { bob } = await robbed();
    const late = await robbed();
    const [first, other] = [await linkOf(bob), (await bob.alternateInbox()).link];
    expect(first).not.to.equal(other);
    await world().later(7 * DAY - HOUR - MINUTE);
    await disowns(world(), first);
    await resetsByTwo(world(), bob);
    const again = world().browser();
    await again.open(other);
    expect(await again.heading(), 'done already').to.equal('This was reported already');
    expect(await again.offers('This was not me')).to.equal(false);
    expect(await casesOf(world(), bob)).to.have.length(1);
    const tooLate = await linkOf(late.bob);
    await world().later(2 * HOUR);
    await again.open(tooLate);
    expect(await again.heading()).to.equal(DEAD);
    expect(again.status).to.equal(410);
  });

  it('may use it after he signed in, after another reset, and after his address changed', async () => {
    const { bob, thief } = await robbed();
    const link = await linkOf(bob);
    await thief.signsIn();
    await isRobbed(world(), bob, 'another one entirely');
    const { directory, store: documents } = world().app.foundation;
    const person = await directory.people.byId(bob.id);
    if (!person) throw new Error('nobody');
    const emails = [{ value: 'other@example.test', primary: true }];
    await documents.commit(directory.people.updating(person, { emails }, { actor: 'cli' }));
    expect(await (await disowns(world(), link)).heading()).to.equal(FROZEN);
  });

  it('has the earliest of several things counted, so that what was set up between them opens nothing', async () => {
    const bob = await bobWithTwo();
    await isRobbed(world(), bob);
    const early = await linkOf(bob);
    await world().later(MINUTE);
    await hasApp(world(), bob, 'thief');
    await world().later(MINUTE);
    await isRobbed(world(), bob, 'another one entirely');
    await disowns(world(), await linkOf(bob));
    await disowns(world(), early);
    expect((await casesOf(world(), bob)).map(({ outcome }) => outcome)).to.have.members(['frozen', 'frozen before']);
    const { methods } = await registrationNow(world(), bob);
    expect(methods.filter(({ stale }) => stale).map(({ id }) => id)).to.deep.equal([`thief of ${bob.userName}`]);
  });

  it('is told of the freeze at every address, by a mail that has no such link', async () => {
    const { bob } = await robbed();
    await disowns(world(), await linkOf(bob));
    for (const { last } of [await bob.inbox(), await bob.alternateInbox()]) {
      expect(last.subject).to.equal('Your account was frozen');
      expect(last.text).not.to.contain('/not-me/');
    }
  });

  it('is reported to every administrator and to whoever the operator named', async () => {
    const carol = await world().person('carol', { adminRoles: ['owner'] });
    const { bob } = await robbed();
    await disowns(world(), await linkOf(bob));
    for (const address of [carol.mail, 'security@example.test']) {
      const { last } = await world().mail.to(address);
      expect(last.subject).to.equal(`${bob.userName} reported: this was not me`);
      expect(last.text).to.contain('Your password was reset').and.to.contain('latchkey user cases');
    }
  });

  it('has the German pages and mails where he reads German', async () => {
    const { bob } = await robbed();
    const browser = world().browser('de');
    await browser.open(await linkOf(bob));
    expect(await browser.heading()).to.equal('Waren Sie das nicht?');
    await browser.submit({}, 'Das war ich nicht');
    expect(await browser.heading()).to.equal('Das Konto ist eingefroren');
  });
});

onEveryEngine('Administrators', (store) => {
  const world = useWorld({
    store,
    sspr: { policies: [{ name: 'everybody', methods: ['email', 'totp'], secondFactor: 'off' }] },
  });

  it('are told when the password of another was reset; the one concerned hears of it as everybody does', async () => {
    const carol = await world().person('carol', { adminRoles: ['owner'] });
    const dora = await world().person('dora', { adminRoles: ['help desk'], registered: true });
    const bob = await world().person('bob', { registered: true });
    for (const person of [dora, bob]) {
      await hasApp(world(), person);
      await world().later(HOUR);
    }
    await resetsByTwo(world(), dora);
    expect((await carol.inbox()).last.subject).to.equal(`The password of ${dora.userName} was reset`);
    expect((await dora.inbox()).mails.map(({ subject }) => subject)).to.deep.equal(['Your password was reset']);
    await isRobbed(world(), bob);
    expect((await carol.inbox()).mails, 'Bob is none').to.have.length(1);
  });

  it('are not locked out all together: the last owner is signed out and not frozen, and all are alarmed', async () => {
    const { directory, store: documents } = world().app.foundation;
    for (const { id } of (await directory.accounts.administrators?.()) ?? []) {
      const person = await directory.people.byId(id);
      if (person) await documents.commit(directory.people.settingRoles(person, [], { actor: 'cli' }));
    }
    const owner = await world().person('olga', { adminRoles: ['owner'], registered: true });
    const dora = await world().person('dora', { adminRoles: ['help desk'] });
    await hasApp(world(), owner);
    await world().later(HOUR);
    const thief = await resetsByTwo(world(), owner, 'the thief has chosen it');
    await thief.signsIn();
    const there = await disowns(world(), await linkOf(owner));
    expect(await there.heading()).to.equal('Everybody was signed out');
    await thief.startsSignIn();
    expect(await thief.browser.heading()).to.equal('Sign in');
    await thief.givesPassword();
    expect(await thief.browser.heading()).to.equal(ARRIVED);
    expect((await dora.inbox()).last.text).to.contain('no other owner could sign in');
    expect((await casesOf(world(), owner)).map(({ outcome }) => outcome)).to.deep.equal(['spared']);
  });
});
