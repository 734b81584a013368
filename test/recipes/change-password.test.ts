import { expect } from 'chai';
import { liveFlows } from '../../plugins/sspr/live-flows.ts';
import { DAY, MINUTE } from '../../src/kernel/clock.ts';
import { sendForm } from '../support/send-form.ts';
import { opens as opensWith } from '../sspr/registering.ts';
import { onEveryEngine } from '../support/engines.ts';
import type { Person } from '../support/person.ts';
import { claimsOf, hasApp, shownCode } from '../support/second-factor.ts';
import { useWorld } from '../support/world.ts';

const PAGE = '/change-password';
const ASKED = 'Choose a new password';
const CODE = 'Enter the code from your app';
const HERE = 'Your account’s security';
const ARRIVED = 'Signed in to the app';
const NEXT = 'violet teapots at noon';

onEveryEngine('Paul changes the password that he knows', (store) => {
  const world = useWorld({ store, sspr: { policies: [{ name: 'everybody', methods: ['email', 'totp'] }] } });

  const opens = (person: Person, path = PAGE): Promise<void> => person.browser.open(`${world().issuer}${path}`);

  const somebody = (): Promise<Person> => world().person('paul', { registered: true });

  const signedIn = async (): Promise<Person> => {
    const paul = await somebody();
    await paul.signsIn();
    return paul;
  };

  it('comes from the start page by a sign-in, and is told that it is changed', async () => {
    const paul = await somebody();
    await opens(paul, '/');
    await paul.browser.follow('Change your password');
    await paul.givesPassword();
    expect(await paul.browser.heading()).to.equal(ASKED);
    await paul.changesPassword(NEXT);
    expect(await paul.browser.heading()).to.equal(HERE);
    const text = await paul.browser.text();
    expect(text).to.include('Your password is changed, and you stay signed in here');
    expect(text).to.include('Password changed');
  });

  it('comes from where password managers lead, and from the page about the account', async () => {
    const paul = await signedIn();
    await opens(paul, '/.well-known/change-password');
    expect((await paul.browser.url()).pathname).to.equal(PAGE);
    await opens(paul, '/security-info');
    await paul.browser.follow('Change your password');
    expect(await paul.browser.heading()).to.equal(ASKED);
  });

  it('stays signed in here, under a new cookie, and nowhere else', async () => {
    const paul = await signedIn();
    const before = paul.outcome();
    const elsewhere = paul.with(world().browser());
    await elsewhere.signsIn();
    const copied = paul.browser.cookies.value('session') ?? '';
    await opens(paul);
    await paul.changesPassword(NEXT);
    await paul.startsSignIn({ prompt: 'none' });
    expect(paul.outcome().kind).to.equal('signed-in');
    await elsewhere.startsSignIn({ prompt: 'none' });
    expect(claimsOf(elsewhere)).to.deep.equal({ error: 'login_required' });
    expect(paul.browser.cookies.value('session')).to.not.equal(copied);
    const headers = { cookie: `session=${copied}` };
    const thief = await world().browser().send(`${world().issuer}/security-info`, { headers });
    expect(thief.headers.location).to.match(/^\/auth\?/);
    if (before.kind !== 'signed-in') throw new Error('the first sign-in failed');
    const refreshed = await world().party.refresh(before.tokens.refresh_token ?? '');
    expect(refreshed).to.deep.include({ kind: 'error', error: 'invalid_grant' });
  });

  it('signs in with the new one from then on, and not with the old', async () => {
    const paul = await signedIn();
    const old = paul.password;
    await opens(paul);
    await paul.changesPassword(NEXT);
    const elsewhere = paul.with(world().browser());
    await elsewhere.startsSignIn();
    await elsewhere.givesPassword(old);
    expect(await elsewhere.browser.heading()).to.equal('Sign in');
    await elsewhere.givesPassword();
    expect(await elsewhere.browser.heading()).to.equal(ARRIVED);
  });

  it('is asked for the second factor first where he has one, and not again where he proved it', async () => {
    const paul = await somebody();
    await hasApp(world(), paul);
    await opens(paul);
    await paul.givesPassword();
    expect(await paul.browser.heading()).to.equal(CODE);
    await paul.browser.submit({ 'one-time-code': shownCode(world(), paul) });
    expect(await paul.browser.heading()).to.equal(ASKED);
    await paul.changesPassword(NEXT);
    expect(await paul.browser.heading()).to.equal(HERE);
    await opens(paul);
    expect(await paul.browser.heading()).to.equal(ASKED);
  });

  it('may do so long after he signed in, since he is asked for the password itself', async () => {
    const paul = await signedIn();
    world().clock.advance(60 * MINUTE);
    await opens(paul);
    await paul.changesPassword(NEXT);
    expect(await paul.browser.heading()).to.equal(HERE);
  });

  it('is told what is wrong on the same page, with every rule met or not', async () => {
    const paul = await signedIn();
    await opens(paul);
    await paul.browser.submit({ 'current-password': 'not this', 'new-password': NEXT });
    expect(await paul.browser.text()).to.include('This is not your current password');
    await paul.browser.submit({ 'current-password': paul.password, 'new-password': 'short' });
    expect(await paul.browser.text()).to.match(/Not met:\s*At least 15 characters/);
    await paul.changesPassword(NEXT);
    await opens(paul);
    await paul.browser.submit({ 'current-password': paul.password, 'new-password': 'tea before dusk, always' });
    await opens(paul);
    await paul.browser.submit({ 'current-password': 'tea before dusk, always', 'new-password': NEXT });
    expect(await paul.browser.text()).to.match(/Not met:\s*Not one of your earlier passwords/);
  });

  it('presses the button twice, and it is changed once and said so', async () => {
    const paul = await signedIn();
    await opens(paul);
    const { url, fields } = paul.browser.prepared({ 'current-password': paul.password, 'new-password': NEXT });
    await paul.browser.post(url, fields);
    await paul.browser.post(url, fields);
    expect(await paul.browser.text()).to.include('Your password is changed');
    expect((await paul.inbox()).mails.filter(({ subject }) => subject === 'Your password was changed')).to.have.length(
      1,
    );
  });

  it('in two tabs at once gets one of the two passwords, and no third thing', async () => {
    const paul = await signedIn();
    await opens(paul);
    const passwords = [NEXT, 'tea before dusk, always'];
    const posts = passwords.map((password) => {
      const { url, fields } = paul.browser.prepared({ 'current-password': paul.password, 'new-password': password });
      return sendForm(paul.browser, url, new URLSearchParams(fields).toString());
    });
    const statuses = (await Promise.all(posts)).map(({ status }) => status);
    expect(statuses).to.include(303);
    const right = await Promise.all(passwords.map((password) => opensWith(world(), paul, password)));
    expect(right.filter(Boolean)).to.have.length(1);
    expect((await paul.inbox()).mails.filter(({ subject }) => subject === 'Your password was changed')).to.have.length(
      1,
    );
  });

  it('ends the resets that others have begun', async () => {
    const paul = await signedIn();
    const stranger = paul.with(world().browser());
    await stranger.opensReset();
    await stranger.browser.submit({ method: 'email' });
    await world().settle();
    const { store: documents } = world().app.foundation;
    expect(await liveFlows(documents, paul.id)).to.have.length(1);
    await opens(paul);
    await paul.changesPassword(NEXT);
    expect(await liveFlows(documents, paul.id)).to.have.length(0);
  });

  it('stays known in the browser at hand, so that no stranger’s guesses keep him from signing in', async () => {
    const paul = await signedIn();
    await opens(paul);
    await paul.changesPassword(NEXT);
    const stranger = paul.with(world().browser());
    await stranger.startsSignIn();
    for (let at = 0; at < 11; at += 1) await stranger.givesPassword(`wrong ${String(at)}`);
    expect(stranger.browser.status).to.equal(429);
    await paul.startsSignIn({ prompt: 'login' });
    await paul.givesPassword();
    expect(await paul.browser.heading()).to.equal(ARRIVED);
  });

  it('is never signed in for longer by it than the session would have lasted', async () => {
    const paul = await signedIn();
    await opens(paul);
    await paul.changesPassword(NEXT);
    await world().later(8 * DAY);
    await paul.startsSignIn({ prompt: 'none' });
    expect(claimsOf(paul)).to.deep.equal({ error: 'login_required' });
  });
});
