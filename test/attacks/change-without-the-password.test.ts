import { expect } from 'chai';
import { opens } from '../sspr/registering.ts';
import { givenPassword } from '../support/given-password.ts';
import type { Person } from '../support/person.ts';
import { hasApp, shownCode } from '../support/second-factor.ts';
import { useWorld } from '../support/world.ts';
import { sendForm } from '../support/send-form.ts';

const PAGE = '/change-password';
const STOLEN = 'teapots of a thief at noon';

describe('Somebody who wants to set the password of another person', () => {
  const world = useWorld({ sspr: { policies: [{ name: 'everybody', methods: ['email', 'totp'] }] } });

  const posts = async (person: Person, path: string, fields: Readonly<Record<string, string>>) => {
    const csrf = (await person.browser.field('csrf')) ?? '';
    return sendForm(person.browser, world().issuer + path, new URLSearchParams({ csrf, ...fields }).toString());
  };

  const uidOf = async (person: Person): Promise<string> => (await person.browser.url()).pathname.split('/')[2] ?? '';

  const atOpenBrowser = async (): Promise<Person> => {
    const victim = await world().person('vera', { registered: true });
    await victim.signsIn();
    await victim.browser.open(world().issuer + PAGE);
    return victim;
  };

  it('and found a browser open does not get past the question for the present one, and is paused', async () => {
    const victim = await atOpenBrowser();
    for (let at = 0; at < 10; at += 1) {
      await victim.browser.submit({ 'current-password': `guess ${String(at)}`, 'new-password': STOLEN });
    }
    expect(victim.browser.status).to.equal(429);
    expect(await victim.browser.text()).to.include('Too many wrong passwords');
    await victim.browser.submit({ 'current-password': victim.password, 'new-password': STOLEN });
    expect(victim.browser.status, 'a right one is not told from a wrong one').to.equal(429);
    expect(await opens(world(), victim, STOLEN)).to.equal(false);
  });

  it('and found a browser open learns nothing of her passwords from the rules', async () => {
    const victim = await atOpenBrowser();
    const texts = [];
    for (const guess of [victim.password, 'never a password of hers']) {
      await victim.browser.submit({ 'current-password': 'a guess', 'new-password': guess });
      texts.push(await victim.browser.text());
    }
    expect(texts[0]).to.equal(texts[1]);
  });

  it('and found a browser open guesses at the sign-in page as though it had guessed there', async () => {
    const victim = await atOpenBrowser();
    for (let at = 0; at < 5; at += 1) {
      await victim.browser.submit({ 'current-password': `guess ${String(at)}`, 'new-password': STOLEN });
    }
    await victim.startsSignIn({ prompt: 'login' });
    for (let at = 5; at < 10; at += 1) await victim.givesPassword(`guess ${String(at)}`);
    expect(victim.browser.status).to.equal(429);
  });

  it('and has the password set for once alone is asked for the second factor, whatever is posted', async () => {
    const victim = await world().person('vera', { registered: true });
    await hasApp(world(), victim);
    await givenPassword(world(), victim);
    const thief = victim.with(world().browser());
    await thief.signsIn();
    const uid = await uidOf(thief);
    const path = `/interaction/${uid}/change-password`;
    const answer = await posts(thief, path, { current: victim.password, password: STOLEN });
    expect(answer).to.deep.include({ status: 303 });
    expect(answer.headers.location).to.equal(`/interaction/${uid}`);
    await thief.browser.open(world().issuer + path);
    expect(await thief.browser.heading()).to.equal('Enter the code from your app');
    expect(await opens(world(), victim, STOLEN)).to.equal(false);
  });

  it('cannot skip the step by any later address of the sign-in', async () => {
    const victim = await world().person('vera', { registered: true });
    await givenPassword(world(), victim);
    await victim.signsIn();
    const uid = await uidOf(victim);
    for (const path of ['', '/factor', '/register', '/confirm', '/factor/totp']) {
      await victim.browser.open(`${world().issuer}/interaction/${uid}${path}`);
      expect(await victim.browser.heading(), path).to.equal('Choose a new password');
    }
    for (const path of ['/consent', '/factor/leave', '/register/later', '/confirm']) {
      await posts(victim, `/interaction/${uid}${path}`, {});
    }
    await victim.browser.open(`${world().issuer}/auth/${uid}`);
    expect(await victim.browser.heading()).to.equal('Sign in');
    await victim.startsSignIn({ prompt: 'none' });
    expect(victim.outcome()).to.deep.include({ kind: 'error', error: 'login_required' });
  });

  it('cannot use a form that another person’s page held, nor their sign-in', async () => {
    const victim = await world().person('vera', { registered: true });
    await givenPassword(world(), victim);
    await victim.signsIn();
    const path = (await victim.browser.url()).pathname;
    const flow = (await victim.browser.field('flow')) ?? '';
    const thief = await world().person('theo', { registered: true });
    await thief.signsIn();
    await thief.browser.open(world().issuer + PAGE);
    const fields = { current: thief.password, password: STOLEN };
    expect((await posts(thief, path, { ...fields, flow })).status).to.equal(400);
    await posts(thief, PAGE, { ...fields, flow });
    expect(await opens(world(), victim, STOLEN)).to.equal(false);
    expect(await opens(world(), thief, STOLEN), 'it is about whoever is signed in').to.equal(true);
  });

  it('and knows both factors changes it once: what was posted does nothing when it is posted again', async () => {
    const victim = await world().person('vera', { registered: true });
    await hasApp(world(), victim);
    await givenPassword(world(), victim);
    await victim.signsIn();
    await victim.browser.submit({ 'one-time-code': shownCode(world(), victim) });
    const { url, fields } = victim.browser.prepared({ 'current-password': victim.password, 'new-password': STOLEN });
    const both = await Promise.all(
      [1, 2].map(() => sendForm(victim.browser, url, new URLSearchParams(fields).toString())),
    );
    expect(both.map(({ status }) => status)).to.include(303);
    const again = { ...fields, current: STOLEN, password: 'quite another one, at dusk' };
    await sendForm(victim.browser, url, new URLSearchParams(again).toString());
    expect(await opens(world(), victim, STOLEN)).to.equal(true);
  });
});
