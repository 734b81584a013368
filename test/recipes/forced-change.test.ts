import { expect } from 'chai';
import { DAY, MINUTE } from '../../src/kernel/clock.ts';
import { onEveryEngine } from '../support/engines.ts';
import { givenPassword } from '../support/given-password.ts';
import type { Person } from '../support/person.ts';
import { claimsOf, hasApp, shownCode } from '../support/second-factor.ts';
import { useWorld } from '../support/world.ts';

const ASKED = 'Choose a new password';
const CODE = 'Enter the code from your app';
const ARRIVED = 'Signed in to the app';
const NEXT = 'violet teapots at noon';

onEveryEngine('Nora has to choose a new password at sign-in', (store) => {
  const world = useWorld({
    store,
    sspr: {
      scope: 'all',
      exclude: ['outside'],
      policies: [
        { name: 'aging', groups: ['aging'], methods: ['email', 'totp'], passwordMaxAgeDays: 90 },
        { name: 'everybody', methods: ['email', 'totp'] },
      ],
    },
  });

  const somebody = async (groups: readonly string[] = []): Promise<Person> =>
    world().person('nora', { registered: true, groups });

  const given = async (groups?: readonly string[]): Promise<Person> => {
    const nora = await somebody(groups);
    await givenPassword(world(), nora);
    return nora;
  };

  it('where an administrator set hers, and reaches the app by the same state and nonce', async () => {
    const nora = await given();
    await nora.signsIn();
    expect(await nora.browser.heading()).to.equal(ASKED);
    expect(await nora.browser.text()).to.include('set for you by somebody else');
    const came = world().party.outcomes.length;
    await nora.changesPassword(NEXT);
    expect(await nora.browser.heading()).to.equal(ARRIVED);
    expect(world().party.outcomes.slice(came)).to.have.lengthOf(1);
    expect(claimsOf(nora)).to.deep.include({ sub: nora.id, acr: 'aal1', auth_time: world().clock.now() / 1000 });
    await nora.startsSignIn({ prompt: 'none' });
    expect(nora.outcome().kind).to.equal('signed-in');
    await nora.browser.open(`${world().issuer}/security-info`);
    expect(await nora.browser.text()).to.include('Password changed');
  });

  it('proves the second factor first, once, and is told as who proved both', async () => {
    const nora = await given();
    await hasApp(world(), nora);
    await nora.signsIn();
    expect(await nora.browser.heading()).to.equal(CODE);
    await nora.browser.submit({ 'one-time-code': shownCode(world(), nora) });
    expect(await nora.browser.heading()).to.equal(ASKED);
    await nora.changesPassword(NEXT);
    expect(await nora.browser.heading()).to.equal(ARRIVED);
    expect(claimsOf(nora)).to.deep.include({ acr: 'aal2', amr: ['pwd', 'otp', 'mfa'] });
  });

  it('also where no policy speaks of her', async () => {
    const nora = await given(['outside']);
    await nora.signsIn();
    expect(await nora.browser.heading()).to.equal(ASKED);
    await nora.changesPassword(NEXT);
    expect(await nora.browser.heading()).to.equal(ARRIVED);
  });

  it('is told at once what is wrong with it, on the same page, and goes on', async () => {
    const nora = await given();
    await nora.signsIn();
    await nora.browser.submit({ 'current-password': '', 'new-password': NEXT });
    expect(await nora.browser.text()).to.include('Enter your current password');
    await nora.browser.submit({ 'current-password': 'something else', 'new-password': NEXT });
    expect(await nora.browser.text()).to.include('This is not your current password');
    await nora.browser.submit({ 'current-password': nora.password, 'new-password': 'short' });
    expect(await nora.browser.text()).to.include('Choose a password that meets every rule below');
    await nora.browser.submit({ 'current-password': nora.password, 'new-password': nora.password });
    expect(await nora.browser.text()).to.match(/Not met:\s*Not one of your earlier passwords/);
    await nora.changesPassword(NEXT);
    expect(await nora.browser.heading()).to.equal(ARRIVED);
  });

  it('comes back to the page by every way to the app, and is signed in nowhere before', async () => {
    const nora = await given();
    await nora.signsIn();
    await nora.startsSignIn();
    expect(await nora.browser.heading()).to.equal('Sign in');
    await nora.startsSignIn({ prompt: 'none' });
    expect(claimsOf(nora)).to.deep.equal({ error: 'login_required' });
  });

  it('has to begin again with the password after a quarter of an hour', async () => {
    const nora = await given();
    await nora.signsIn();
    world().clock.advance(16 * MINUTE);
    await nora.changesPassword(NEXT);
    expect(await nora.browser.heading()).to.equal('Sign in');
  });

  it('ends everything that was signed in before, and is told by mail', async () => {
    const nora = await somebody();
    await nora.signsIn();
    const desk = nora.with(world().browser());
    await desk.signsIn();
    await givenPassword(world(), nora);
    await nora.startsSignIn({ prompt: 'login' });
    await nora.givesPassword();
    await nora.changesPassword(NEXT);
    expect(await nora.browser.heading()).to.equal(ARRIVED);
    await desk.startsSignIn({ prompt: 'none' });
    expect(claimsOf(desk)).to.deep.equal({ error: 'login_required' });
    expect((await nora.inbox()).last.subject).to.equal('Your password was changed');
    expect((await nora.alternateInbox()).last.text).to.include('changed by somebody who knew the old one');
  });

  it('where hers is as old as her policy lets it become, and not before', async () => {
    const nora = await somebody(['aging']);
    await nora.signsIn();
    expect(await nora.browser.heading()).to.equal(ARRIVED);
    await world().later(89 * DAY);
    await nora.startsSignIn({ prompt: 'login' });
    await nora.givesPassword();
    expect(await nora.browser.heading()).to.equal(ARRIVED);
    await world().later(DAY);
    await nora.startsSignIn({ prompt: 'login' });
    await nora.givesPassword();
    expect(await nora.browser.heading()).to.equal(ASKED);
    expect(await nora.browser.text()).to.include('yours is due');
    await nora.changesPassword(NEXT);
    expect(await nora.browser.heading()).to.equal(ARRIVED);
    await nora.startsSignIn({ prompt: 'login' });
    await nora.givesPassword();
    expect(await nora.browser.heading()).to.equal(ARRIVED);
  });

  it('can reset one that has expired, as any other', async () => {
    const nora = await somebody(['aging']);
    await world().later(91 * DAY);
    await nora.startsSignIn();
    await nora.forgetsPassword();
    await nora.browser.submit({ method: 'email' });
    await nora.typesCode();
    await nora.choosesPassword(NEXT);
    await nora.browser.follow('Go back and sign in');
    await nora.givesPassword();
    expect(await nora.browser.heading()).to.equal(ARRIVED);
  });
});
