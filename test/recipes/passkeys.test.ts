import { expect } from 'chai';
import { registrations } from '../../plugins/sspr/collections.ts';
import { passkeys } from '../../plugins/sspr/passkeys/reader.ts';
import { auditEvents } from '../../src/audit/record.ts';
import { everything } from '../../src/store/query.ts';
import { hasAlternateMail, registrationNow } from '../sspr/registering.ts';
import { Authenticator } from '../support/authenticator.ts';
import type { AuthenticatorTraits } from '../support/authenticator.ts';
import { onEveryEngine } from '../support/engines.ts';
import { askedOf, givesPasskey } from '../support/passkeys.ts';
import type { Person, Somebody } from '../support/person.ts';
import { useWorld } from '../support/world.ts';

const DAY = 24 * 60 * 60_000;
const ARRIVED = 'Signed in to the app';
const WITH_PASSKEY = 'Sign in with a passkey';
const NEW_PASSWORD = 'violet teapots at noon';

const policies = [
  { name: 'two gates', groups: ['careful'], gates: 2, methods: ['passkey', 'email'] },
  { name: 'without', groups: ['plain'], methods: ['email'] },
  { name: 'everybody', methods: ['passkey', 'email'], reconfirmDays: 90 },
];

onEveryEngine('Passkeys', (store) => {
  const world = useWorld({ store, sspr: { policies, exclude: ['outside'] } });

  const authenticatorOf = (traits?: AuthenticatorTraits) => new Authenticator(world().issuer, traits);

  /** Somebody who set up a passkey on the way into the app. */
  const holder = async (name: string, somebody: Somebody = {}, traits?: AuthenticatorTraits) => {
    const person = await world().person(name, somebody);
    const authenticator = authenticatorOf(traits);
    await person.signsIn();
    await person.browser.follow('Set up a passkey');
    await givesPasskey(person.browser, authenticator, {}, { name: 'My laptop' });
    return { person, authenticator };
  };

  const elsewhere = (person: Person): Person => person.with(world().browser());

  const registered = async ({ id }: Person) =>
    (await world().app.foundation.store.get(registrations, id))?.methods.filter(({ method }) => method === 'passkey') ??
    [];

  const events = async ({ id }: Person) => {
    const { docs } = await world().app.foundation.store.find(auditEvents, everything, { limit: 1000 });
    return docs.filter(({ subject }) => subject === id);
  };

  const people = () => world().app.foundation.directory.people;

  /** Opens the page of the way in, in a browser that nobody knows. */
  const opensWayIn = async (person: Person): Promise<Person> => {
    const stranger = elsewhere(person);
    await stranger.startsSignIn();
    await stranger.browser.follow(WITH_PASSKEY);
    return stranger;
  };

  const claims = (person: Person) => {
    const outcome = person.outcome();
    if (outcome.kind !== 'signed-in') throw new Error(JSON.stringify(outcome));
    return outcome.claims;
  };

  const isRefused = async (person: Person): Promise<void> => {
    expect(await person.browser.heading()).to.equal(WITH_PASSKEY);
    expect(await person.browser.text()).to.contain('That did not work.');
    expect(person.browser.status).to.equal(422);
  };

  it('somebody sets one up on the way into an app, is told by mail, and names it', async () => {
    const { person } = await holder('ann');
    expect(await person.browser.heading()).to.equal(ARRIVED);
    const [one, ...more] = await registered(person);
    expect(more).to.deep.equal([]);
    expect(one?.data).to.deep.include({ name: 'My laptop', transports: ['internal'], counter: 0, backedUp: false });
    expect((await person.inbox()).last.subject).to.equal('A way back into your account was added');
    expect((await events(person)).map(({ type }) => type)).to.include('method.added');
  });

  it('somebody signs in by one, without name and password, and the app is told how', async () => {
    const { person, authenticator } = await holder('bea');
    const stranger = await opensWayIn(person);
    await givesPasskey(stranger.browser, authenticator);
    expect(await stranger.browser.heading()).to.equal(ARRIVED);
    const told = claims(person);
    expect(told['sub']).to.equal(person.id);
    expect(told['amr']).to.have.members(['hwk', 'user', 'mfa']);
    expect(told['acr']).to.equal('phr');
    const success = (await events(person)).filter(({ type }) => type === 'signin.success');
    expect(success.at(-1)?.method).to.equal('hwk user');
    expect((await registered(person))[0]?.data).to.deep.include({ counter: 1 });
    expect((await registered(person))[0]?.usedAt).to.be.a('number');
  });

  it('a browser in which somebody signed in by one is a known one from then on', async () => {
    const { person, authenticator } = await holder('bess');
    const stranger = await opensWayIn(person);
    await givesPasskey(stranger.browser, authenticator);
    await stranger.opensReset();
    expect(askedOf(stranger.browser).options).to.contain(authenticator.credentials[0]);
  });

  it('it is the second factor of whoever gives the password, and the app is told of both', async () => {
    const { person, authenticator } = await holder('bert');
    const stranger = elsewhere(person);
    await stranger.signsIn();
    expect(await stranger.browser.heading()).to.equal('Use your passkey');
    expect(askedOf(stranger.browser).options).to.contain(authenticator.credentials[0]);
    const other = authenticatorOf();
    other.create(JSON.stringify({ challenge: '', rp: { id: 'localhost' }, user: { id: 'AAAA' } }));
    await stranger.browser.submit({
      credential: other.get(askedOf(stranger.browser).options, { credential: other.credentials[0] ?? '' }),
    });
    expect(await stranger.browser.text()).to.contain('That did not work.');
    await givesPasskey(stranger.browser, authenticator);
    expect(await stranger.browser.heading()).to.equal(ARRIVED);
    expect(claims(person)['amr']).to.have.members(['pwd', 'hwk', 'user', 'mfa']);
    expect(claims(person)['acr']).to.equal('phr');
  });

  it('one that is copied to other devices is told of as what it is', async () => {
    const traits = { backupEligible: true, backedUp: true, counts: false };
    const { person, authenticator } = await holder('bob', {}, traits);
    for (let count = 0; count < 2; count += 1) {
      const stranger = await opensWayIn(person);
      await givesPasskey(stranger.browser, authenticator);
      expect(claims(person)['amr']).to.have.members(['swk', 'user', 'mfa']);
    }
  });

  it('a pause after wrong passwords stops guessing, and not the owner of a passkey', async () => {
    const { person, authenticator } = await holder('bill');
    const guesser = elsewhere(person);
    await guesser.startsSignIn();
    for (let count = 0; count < 11; count += 1) await guesser.givesPassword(`wrong ${String(count)}`);
    expect(guesser.browser.status).to.equal(429);
    const stranger = await opensWayIn(person);
    await givesPasskey(stranger.browser, authenticator);
    expect(await stranger.browser.heading()).to.equal(ARRIVED);
  });

  it('an answer counts once: in no other sign-in, no other browser, and not again', async () => {
    const { person, authenticator } = await holder('cleo', {}, { counts: false });
    const stranger = await opensWayIn(person);
    const credential = authenticator.get(askedOf(stranger.browser).options);

    const other = await opensWayIn(person);
    await other.browser.submit({ credential });
    await isRefused(other);

    const again = await opensWayIn(person);
    const answer = authenticator.get(askedOf(again.browser).options);
    const { url, fields } = again.browser.prepared({ credential: answer });
    const replies = await Promise.all(
      Array.from({ length: 50 }, () =>
        again.browser.send(url, {
          method: 'POST',
          headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' },
          body: new URLSearchParams(fields).toString(),
        }),
      ),
    );
    expect(replies.filter(({ status }) => status === 303)).to.have.length(1);
  });

  it('somebody resets the password by one, in a browser that nobody knows', async () => {
    const { person, authenticator } = await holder('dan');
    const stranger = elsewhere(person);
    await stranger.opensReset();
    await stranger.browser.submit({}, 'Use a passkey');
    await world().settle();
    expect(askedOf(stranger.browser).options).to.contain('"allowCredentials":[]');
    await givesPasskey(stranger.browser, authenticator);
    await stranger.choosesPassword(NEW_PASSWORD);
    expect(await stranger.browser.heading()).to.equal('Your password is changed');
    const again = elsewhere(person);
    await again.signsIn();
    expect(await again.browser.heading()).not.to.equal('Sign in');
  });

  it('a stranger sees the same for somebody and for nobody, and opens nothing by a passkey of their own', async () => {
    const { person } = await holder('eve');
    const { authenticator } = await holder('mallory');
    const pages = [];
    for (const name of [person.userName, 'nobody-at-all']) {
      const browser = world().browser();
      await browser.open(`${world().issuer}/reset`);
      await browser.submit({ username: name });
      await browser.submit({}, 'Use a passkey');
      await world().settle();
      await givesPasskey(browser, authenticator);
      expect(await browser.text()).to.contain('That did not work.');
      pages.push({ status: browser.status, text: await browser.text() });
    }
    expect(pages[0]).to.deep.equal(pages[1]);
  });

  it('in a browser of theirs, only their own are asked for, also while codes are blocked', async () => {
    const { person, authenticator } = await holder('finn', { groups: ['careful'], registered: true });
    await world().later(91 * DAY);
    const { browser } = person;
    await person.opensReset();
    if (await browser.offers('Send a code')) await browser.submit({}, 'Send a code');
    for (let count = 0; count < 6 && (await browser.field('one-time-code')) !== undefined; count += 1) {
      await browser.submit({ 'one-time-code': '00000000' });
    }
    await world().settle();
    expect(await browser.text()).to.contain('we stopped taking codes');
    await browser.open('/reset/prove/passkey');
    expect(askedOf(browser).options).to.contain(authenticator.credentials[0]);
    await givesPasskey(browser, authenticator);
    const proved = (await events(person)).filter(({ type }) => type === 'reset.proved');
    expect(proved.map(({ method }) => method)).to.deep.equal(['passkey']);
  });

  it('one that was removed opens nothing any more', async () => {
    const { person, authenticator } = await holder('gus');
    // The last way in could only be changed.
    await hasAlternateMail(world(), person);
    await world().later(91 * DAY);
    const back = elsewhere(person);
    await back.signsIn();
    await givesPasskey(back.browser, authenticator);
    expect(await back.browser.text()).to.contain('My laptop');
    await back.browser.submit({}, 'Remove');
    expect(await registered(person)).to.deep.equal([]);
    const { docs } = await world().app.foundation.store.find(passkeys, everything, { limit: 1000 });
    expect(docs.filter(({ accountId }) => accountId === person.id)).to.deep.equal([]);

    const stranger = await opensWayIn(person);
    await givesPasskey(stranger.browser, authenticator);
    await isRefused(stranger);
    const resetting = elsewhere(person);
    await resetting.opensReset();
    await resetting.browser.submit({}, 'Use a passkey');
    await world().settle();
    await givesPasskey(resetting.browser, authenticator);
    expect(await resetting.browser.text()).to.contain('That did not work.');
  });

  /** Somebody with a passkey who then came into a group. */
  const moved = async (name: string, group: string) => {
    const held = await holder(name);
    const { directory, store: kept } = world().app.foundation;
    const by = { actor: 'cli' };
    await kept.commit(directory.groups.creating({ displayName: group }, by).changes);
    const [into, person] = await Promise.all([directory.groups.byName(group), people().byId(held.person.id)]);
    if (into && person) await kept.commit(directory.groups.adding(into, person, by));
    return held;
  };

  it('nobody signs in by one who was disabled, left the scope, or whose policy has none', async () => {
    const disabled = await holder('hal');
    const person = await people().byId(disabled.person.id);
    if (!person) throw new Error('nobody');
    await world().app.foundation.store.commit(people().updating(person, { active: false }, { actor: 'cli' }));
    for (const { person: one, authenticator } of [
      disabled,
      await moved('ida', 'outside'),
      await moved('ian', 'plain'),
    ]) {
      const stranger = await opensWayIn(one);
      await givesPasskey(stranger.browser, authenticator);
      await isRefused(stranger);
      const last = (await events(one)).filter(({ type }) => type === 'signin.failure').at(-1);
      expect(last).to.deep.include({ reason: 'not allowed', method: 'passkey', result: 'failure' });
    }
  });

  it('a copy of an authenticator wins one of two resets at once, and the other not', async () => {
    const { person, authenticator } = await holder('jan');
    const flows = await Promise.all(
      ['one', 'two'].map(async () => {
        const { browser } = elsewhere(person);
        await browser.open(`${world().issuer}/reset`);
        await browser.submit({ username: person.userName });
        await browser.submit({}, 'Use a passkey');
        return browser;
      }),
    );
    await world().settle();
    await Promise.all(flows.map((browser) => givesPasskey(browser, authenticator, { counter: 1 })));
    const headings = await Promise.all(flows.map((browser) => browser.heading()));
    expect(headings.filter((heading) => heading === 'Choose a new password')).to.have.length(1);
  });

  it('it ends the day of waiting after a reset by mail, and not after one by itself', async () => {
    const byMail = await holder('mia');
    await hasAlternateMail(world(), byMail.person);
    const byItself = await holder('max');
    for (const { person, authenticator } of [byMail, byItself]) {
      const stranger = elsewhere(person);
      await stranger.opensReset();
      await stranger.browser.submit({}, person === byMail.person ? 'Send a code' : 'Use a passkey');
      await world().settle();
      if (person === byMail.person) await stranger.typesCode();
      else await givesPasskey(stranger.browser, authenticator);
      await stranger.choosesPassword(NEW_PASSWORD);
      expect((await registrationNow(world(), person)).holdUntil).to.be.greaterThan(world().clock.now());
      const again = await opensWayIn(person);
      await givesPasskey(again.browser, authenticator);
      const held = (await registrationNow(world(), person)).holdUntil > world().clock.now();
      expect(held).to.equal(person === byItself.person);
    }
  });

  it('together with mail it opens two gates', async () => {
    const { person, authenticator } = await holder('kim', { groups: ['careful'], registered: true });
    const stranger = elsewhere(person);
    await stranger.opensReset();
    await stranger.browser.submit({}, 'Use a passkey');
    await world().settle();
    await givesPasskey(stranger.browser, authenticator);
    await stranger.browser.submit();
    await stranger.typesCode();
    await stranger.choosesPassword(NEW_PASSWORD);
    expect(await stranger.browser.heading()).to.equal('Your password is changed');
  });

  it('the page without a script says what is missing, and where the password is', async () => {
    const { person } = await holder('lea');
    const stranger = await opensWayIn(person);
    expect(await stranger.browser.text()).to.contain('Passkeys need JavaScript');
    await stranger.browser.submit();
    await isRefused(stranger);
    await stranger.browser.follow('Sign in with your password instead');
    expect(await stranger.browser.heading()).to.equal('Sign in');
  });
});

onEveryEngine('Where passkeys do not sign in by themselves', (store) => {
  const world = useWorld({ store, sspr: { policies, passkey: { signIn: false } } });

  it('the sign-in page offers none, and there is no page for it', async () => {
    const person = await world().person('ann');
    await person.startsSignIn();
    expect(await person.browser.offers(WITH_PASSKEY)).to.equal(false);
    const { pathname } = await person.browser.url();
    await person.browser.open(`${pathname}/passkey`);
    expect(person.browser.status).to.equal(404);
  });
});
