import { expect } from 'chai';
import { DAY, HOUR } from '../../src/kernel/clock.ts';
import { outbox } from '../../src/notify/outbox.ts';
import { everything } from '../../src/store/query.ts';
import { disclaimers } from '../../plugins/sspr/not-me/collections.ts';
import { hasAlternateMail, registrationNow } from '../sspr/registering.ts';
import { Authenticator } from '../support/authenticator.ts';
import { onEveryEngine } from '../support/engines.ts';
import { casesOf, disowns, FROZEN, isRobbed, linkOf, NOT_SIGNED_IN, resetsByTwo } from '../support/not-me.ts';
import { pass } from '../support/passes.ts';
import { givesPasskey } from '../support/passkeys.ts';
import type { Person } from '../support/person.ts';
import { hasApp } from '../support/second-factor.ts';
import { useWorld } from '../support/world.ts';

const ARRIVED = 'Signed in to the app';

onEveryEngine('“This was not me”, in the wrong hands', (store) => {
  const world = useWorld({
    store,
    sspr: {
      policies: [
        { name: 'asked', groups: ['asked'], methods: ['email', 'totp', 'passkey'], rememberSecondFactorDays: 30 },
        { name: 'everybody', methods: ['email', 'totp'], secondFactor: 'off' },
      ],
    },
  });

  const victim = async (groups: readonly string[] = []): Promise<Person> => {
    const bob = await world().person('bob', { registered: true, groups });
    await hasApp(world(), bob);
    await world().later(HOUR);
    return bob;
  };

  const isFrozen = async ({ id }: Person): Promise<boolean> =>
    (await world().app.foundation.directory.freezes.of(id)) !== undefined;

  it('does nothing for programs that open links, by whatever they open them', async () => {
    const bob = await victim();
    await isRobbed(world(), bob);
    const link = await linkOf(bob);
    const scanner = world().browser();
    for (const method of ['GET', 'HEAD', 'GET', 'OPTIONS']) await scanner.send(link, { method });
    await scanner.open(link);
    await scanner.send(`${world().issuer}/not-me`, { method: 'HEAD' });
    await scanner.reload();
    // A form that was made nowhere here.
    const forged = await scanner.send(`${world().issuer}/not-me`, { method: 'POST', body: '' });
    expect(forged.status).to.be.within(400, 499);
    expect(await casesOf(world(), bob)).to.deep.equal([]);
    expect(await isFrozen(bob)).to.equal(false);
  });

  it('opens one case however many press it at once, by the links of every contact', async () => {
    const bob = await victim();
    await world().person('carol', { adminRoles: ['owner'] });
    await isRobbed(world(), bob);
    const links = [await linkOf(bob), (await bob.alternateInbox()).link];
    const before = (await world().app.foundation.directory.people.byId(bob.id))?.epoch ?? 0;
    const browsers = await Promise.all(
      Array.from({ length: 50 }, async (_, n) => {
        const browser = world().browser();
        await browser.open(links[n % 2] ?? '');
        return browser;
      }),
    );
    await Promise.all(browsers.map((browser) => browser.submit({}, 'This was not me')));
    for (const browser of browsers) expect(await browser.heading()).to.equal(FROZEN);
    expect(await casesOf(world(), bob)).to.have.length(1);
    expect((await world().app.foundation.directory.people.byId(bob.id))?.epoch).to.equal(before + 1);
    const told = (await bob.inbox()).mails.filter(({ subject }) => subject === 'Your account was frozen');
    expect(told).to.have.length(1);
  });

  it('is found by nobody who tries, and is no link of another purpose', async () => {
    const bob = await victim();
    const browser = world().browser();
    await isRobbed(world(), bob);
    const token = new URL(await linkOf(bob)).pathname.split('/').at(-1) ?? '';
    const others = [
      `${token.slice(0, -1)}${token.endsWith('0') ? '1' : '0'}`,
      token.slice(1),
      'x'.repeat(5000),
      '%0d%0a',
    ];
    for (const other of others) {
      await browser.open(`${world().issuer}/not-me/${other}`);
      expect(browser.status, other.slice(0, 20)).to.be.within(400, 499);
      expect(await browser.offers('This was not me')).to.equal(false);
    }
    expect(token).to.match(/^[0-9a-z]{16}$/);
    const docs = await Promise.all(
      [disclaimers, outbox].map((each) => world().app.foundation.store.find(each as typeof outbox, everything)),
    );
    expect(JSON.stringify(docs)).not.to.contain(token).and.not.to.contain(token.toUpperCase());
    expect(JSON.stringify(world().lines)).not.to.contain(token);
  });

  it('leaves the address of the page at once, and tells it to no other site', async () => {
    const bob = await victim();
    await isRobbed(world(), bob);
    const browser = world().browser();
    const reply = await browser.send(await linkOf(bob));
    expect(reply.status).to.equal(303);
    expect(reply.headers['location']).to.match(/\/not-me$/);
    expect(reply.headers['referrer-policy']).to.equal('no-referrer');
  });

  it('reaches no contact that came with what it is about', async () => {
    const bob = await world().person('bob');
    await bob.signsIn();
    await bob.browser.follow('Add an address');
    await bob.registersMail();
    expect((await bob.inbox()).last.text).to.contain('/not-me/');
    const subjects = (await bob.alternateInbox()).mails.map(({ subject }) => subject);
    expect(subjects).to.deep.equal(['Code to confirm your address']);
  });

  it('stops nobody by a session, a refresh token or a password that was right: all of it has ended', async () => {
    const bob = await victim();
    const thief = await isRobbed(world(), bob);
    await thief.signsIn({ scope: 'openid offline_access', prompt: 'consent' });
    const outcome = thief.outcome();
    const refreshToken = outcome.kind === 'signed-in' ? (outcome.tokens.refresh_token ?? '') : '';
    expect(refreshToken).not.to.equal('');
    const half = thief.with(world().browser());
    await half.startsSignIn();
    await disowns(world(), await linkOf(bob));
    expect(await world().party.refresh(refreshToken)).to.deep.include({ kind: 'error', error: 'invalid_grant' });
    await thief.startsSignIn({ prompt: 'none' });
    expect(thief.outcome()).to.deep.include({ kind: 'error', error: 'login_required' });
    await half.givesPassword();
    expect(await half.browser.heading()).to.equal(NOT_SIGNED_IN);
    await half.browser.open(`${world().issuer}/security-info`);
    expect((await half.browser.url()).pathname).to.match(/^\/interaction\//);
  });

  it('stops who has a passkey, a second factor, a remembered browser or a half-finished sign-in as well', async () => {
    const bob = await world().person('bob', { groups: ['asked'] });
    const authenticator = new Authenticator(world().issuer);
    await bob.signsIn();
    await bob.browser.follow('Set up a passkey');
    await givesPasskey(bob.browser, authenticator, {}, { name: 'laptop' });
    await hasApp(world(), bob);
    await hasAlternateMail(world(), bob);
    await world().later(HOUR);
    const remembered = bob.with(world().browser());
    await remembered.signsIn();
    await givesPasskey(remembered.browser, authenticator, {}, { remember: 'yes' });
    expect(await remembered.browser.heading()).to.equal(ARRIVED);
    await world().later(HOUR);
    const half = bob.with(world().browser());
    await half.signsIn();
    const passkey = bob.with(world().browser());
    await passkey.startsSignIn();
    await passkey.browser.follow('Sign in with a passkey');
    await isRobbed(world(), bob);
    await disowns(world(), await linkOf(bob));

    await half.browser.reload();
    expect(await half.browser.heading()).not.to.equal(ARRIVED);
    await givesPasskey(passkey.browser, authenticator);
    expect(await passkey.browser.heading()).to.equal(NOT_SIGNED_IN);
    await remembered.signsIn();
    expect(await remembered.browser.heading()).to.equal(NOT_SIGNED_IN);
  });

  it('registers nothing by a pass that was issued before the freeze', async () => {
    const bob = await victim();
    const issued = await pass(world(), bob, { for: 'registration', hours: '24' });
    await world().later(HOUR);
    await isRobbed(world(), bob);
    const subjects = (await bob.inbox()).mails.map(({ subject }) => subject);
    expect(subjects.at(-1)).to.equal('Your password was reset');
    await disowns(world(), await linkOf(bob));
    const browser = world().browser();
    await browser.open(`${world().issuer}/pass`);
    await browser.submit({ username: bob.userName, pass: issued });
    expect(await browser.heading()).to.equal(NOT_SIGNED_IN);
    await browser.open(`${world().issuer}/pass`);
    expect(await browser.offers('Set up an app')).to.equal(false);
  });

  it('keeps the owner out three times a day at most, and ends sessions and opens cases beyond', async () => {
    const bob = await victim();
    for (let times = 1; times <= 3; times += 1) {
      await isRobbed(world(), bob, `the thief has chosen ${String(times)}`);
      await disowns(world(), await linkOf(bob));
      expect(await isFrozen(bob), String(times)).to.equal(true);
      await resetsByTwo(world(), bob, `mine again time ${String(times)}`);
      expect(await isFrozen(bob), String(times)).to.equal(false);
      await world().later(HOUR);
    }
    const thief = await isRobbed(world(), bob, 'the thief has chosen 4');
    await thief.signsIn();
    const there = await disowns(world(), await linkOf(bob));
    expect(await there.heading()).to.equal('Everybody was signed out');
    expect(await isFrozen(bob)).to.equal(false);
    await thief.startsSignIn({ prompt: 'none' });
    expect(thief.outcome()).to.deep.include({ error: 'login_required' });
    expect((await casesOf(world(), bob)).map(({ outcome }) => outcome))
      .to.include('unfrozen')
      .and.have.length(4);
    await world().later(DAY);
    await isRobbed(world(), bob, 'the thief has chosen 5');
    await disowns(world(), await linkOf(bob));
    expect(await isFrozen(bob), 'the day after').to.equal(true);
  });

  it('keeps no administrator from hearing of somebody else, however many things of their own somebody disowns', async () => {
    const carol = await world().person('carol', { adminRoles: ['owner'] });
    const [mallory, bob] = [await victim(), await victim()];
    for (let times = 1; times <= 7; times += 1) {
      await pass(world(), mallory);
      await disowns(world(), await linkOf(mallory));
      const { store: documents, directory } = world().app.foundation;
      await documents.commit(await directory.freezes.ending(mallory.id, { actor: 'cli', reason: 'it was a mistake' }));
    }
    expect(await casesOf(world(), mallory)).to.have.length(7);
    await isRobbed(world(), bob);
    await disowns(world(), await linkOf(bob));
    const about = (await carol.inbox()).mails.map(({ subject }) => subject);
    expect(about.filter((subject) => subject.startsWith(`${mallory.userName} `))).to.have.length(5);
    expect(about.at(-1)).to.equal(`${bob.userName} reported: this was not me`);
  });

  it('ends no freeze by a reset that was begun before it, nor by one method used twice', async () => {
    const bob = await victim();
    await isRobbed(world(), bob);
    const link = await linkOf(bob);
    const begun = bob.with(world().browser());
    await begun.opensReset();
    await begun.browser.submit({}, 'Send a code');
    await begun.typesCode();
    expect(await begun.browser.heading()).to.equal('Choose a new password');
    await disowns(world(), link);
    await begun.browser.submit({ 'new-password': 'begun before it all' });
    expect(await begun.browser.heading()).not.to.equal('Your password is changed');
    const thief = bob.with(world().browser());
    await thief.opensReset();
    await thief.browser.submit({}, 'Send a code');
    await thief.typesCode();
    await thief.browser.open(`${world().issuer}/reset/prove/email`);
    expect(await thief.browser.heading()).not.to.equal('Choose a new password');
    await thief.browser.open(`${world().issuer}/reset/password`);
    expect(await thief.browser.heading()).not.to.equal('Choose a new password');
    expect(await isFrozen(bob)).to.equal(true);
    expect((await registrationNow(world(), bob)).methods.map(({ stale }) => stale)).to.deep.equal([
      undefined,
      undefined,
    ]);
  });
});

onEveryEngine('What somebody else set up a moment before its notice', (store) => {
  const world = useWorld({
    store,
    sspr: { policies: [{ name: 'everybody', methods: ['email', 'totp'], secondFactor: 'off' }] },
  });

  /** Time passes with every look at the clock, as it does outside of tests. */
  before(() => {
    const { clock } = world();
    const now = clock.now.bind(clock);
    clock.now = () => {
      clock.advance(1);
      return now();
    };
  });

  it('opens nothing once it is disowned, and hears nothing of that', async () => {
    const bob = await world().person('bob');
    await bob.signsIn();
    await bob.browser.follow('Add an address');
    await bob.registersMail();
    await disowns(world(), await linkOf(bob));
    expect((await bob.inbox()).last.subject).to.equal('Your account was frozen');
    const { methods } = await registrationNow(world(), bob);
    expect(methods.map(({ method, stale }) => [method, stale?.reason])).to.deep.equal([['email', 'disowned']]);
    const subjects = (await bob.alternateInbox()).mails.map(({ subject }) => subject);
    expect(subjects).to.deep.equal(['Code to confirm your address']);
  });

  it('is no pass that the help desk was talked into', async () => {
    const bob = await world().person('bob', { registered: true });
    await hasApp(world(), bob);
    await world().later(HOUR);
    await pass(world(), bob);
    await disowns(world(), await linkOf(bob));
    const { methods } = await registrationNow(world(), bob);
    expect(methods.map(({ method, stale }) => [method, stale?.reason])).to.deep.equal([
      ['email', undefined],
      ['totp', undefined],
      ['pass', 'disowned'],
    ]);
  });
});
