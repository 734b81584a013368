import { expect } from 'chai';
import type { HttpBrowser } from '../support/http-browser.ts';
import { world, type World } from '../support/world.ts';

/** A world with the demo on, where nobody is asked to register anything on the way. */
const demoWorld = () => world({ config: { demo: { enabled: true } }, sspr: { scope: 'none' }, mailbox: true });

const passwordOf = (w: World, userName: string): string => {
  const found = w.app.firstPasswords.find((first) => first.userName === userName);
  if (!found) throw new Error(`${userName} has no first password`);
  return found.password;
};

const signIn = async (w: World, userName: string): Promise<HttpBrowser> => {
  const browser = w.browser();
  await browser.open(`${w.issuer}/demo`);
  await browser.submit();
  await browser.submit({ username: userName, 'current-password': passwordOf(w, userName) });
  return browser;
};

describe('the demo app', () => {
  it('shows who one can be, with the passwords of the first start', async () => {
    await using w = await demoWorld();
    const browser = w.browser();
    await browser.open(`${w.issuer}/demo`);
    const text = await browser.text();
    for (const userName of ['alice', 'bob', 'carol']) {
      expect(text).to.contain(userName).and.contain(passwordOf(w, userName));
    }
  });

  it('signs someone in and shows what it was told about them', async () => {
    await using w = await demoWorld();
    const browser = await signIn(w, 'alice');
    expect((await browser.url()).href).to.equal(`${w.issuer}/demo`);
    expect(await browser.heading()).to.equal('Hello, Alice Ahlberg');
    const text = await browser.text();
    expect(text).to.contain('email alice@demo.localhost').and.contain('amr ["pwd"]').and.contain(`iss ${w.issuer}`);
  });

  it('refreshes what it was told without asking anyone', async () => {
    await using w = await demoWorld();
    const browser = await signIn(w, 'alice');
    const { directory, store } = w.app.foundation;
    const alice = await directory.people.byName('alice');
    if (!alice) throw new Error('alice is missing');
    await store.commit(directory.people.updating(alice, { displayName: 'Alice Newname' }, { actor: 'cli' }));
    await browser.submit({}, 'Refresh what the app knows');
    expect(await browser.heading()).to.equal('Hello, Alice Newname');
  });

  it('signs someone out of the provider as well', async () => {
    await using w = await demoWorld();
    const browser = await signIn(w, 'alice');
    await browser.submit({}, 'Sign out');
    if (await browser.offers('logout=yes')) await browser.submit({}, 'logout=yes');
    expect((await browser.url()).pathname).to.equal('/demo');
    expect(await browser.heading()).to.equal('A demo app');
    await browser.submit();
    expect(await browser.field('current-password')).to.equal('');
  });

  it('stays signed in when its answer address is loaded again', async () => {
    await using w = await demoWorld();
    const browser = await signIn(w, 'alice');
    await browser.open(`${w.issuer}/demo/callback?code=stale&state=stale`);
    expect(await browser.heading()).to.equal('Hello, Alice Ahlberg');
  });

  it('tells calmly that everything ended, when somebody signed the person out everywhere', async () => {
    await using w = await demoWorld();
    const browser = await signIn(w, 'alice');
    const { directory, store } = w.app.foundation;
    const alice = await directory.people.byName('alice');
    await store.commit(directory.people.signingOut(alice?.id ?? ''));
    await browser.submit({}, 'Refresh what the app knows');
    expect(await browser.heading()).to.equal('The app could not sign you in');
    expect(await browser.text()).to.contain('invalid_grant');
    await browser.follow('Go back to the app');
    expect(await browser.heading()).to.equal('A demo app');
  });

  it('takes no answer that this very browser did not ask for', async () => {
    await using w = await demoWorld();
    const [attacker, victim] = [w.browser(), w.browser()];
    await attacker.open(`${w.issuer}/demo`);
    await attacker.submit();
    await victim.open(`${w.issuer}/demo`);
    await victim.submit();
    const { url, fields } = attacker.prepared({
      username: 'bob',
      'current-password': passwordOf(w, 'bob'),
    });
    const interaction = await attacker.send(url, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(fields).toString(),
    });
    const resumed = await attacker.send(interaction.headers.location ?? '');
    const answer = resumed.headers.location ?? '';
    expect(new URL(answer).pathname).to.equal('/demo/callback');
    await victim.open(answer);
    expect(await victim.heading()).to.equal('The app could not sign you in');
    await victim.open(`${w.issuer}/demo`);
    expect(await victim.heading()).to.equal('A demo app');
  });

  it('gives the browser another cookie when somebody has signed in', async () => {
    await using w = await demoWorld();
    const browser = w.browser();
    await browser.open(`${w.issuer}/demo`);
    await browser.submit();
    const before = browser.cookies.value('demo');
    await browser.submit({ username: 'alice', 'current-password': passwordOf(w, 'alice') });
    expect(before).to.match(/^[\w-]{43}$/);
    expect(browser.cookies.value('demo'))
      .to.match(/^[\w-]{43}$/)
      .and.not.to.equal(before);
  });

  it('keeps two people in two browsers apart', async () => {
    await using w = await demoWorld();
    const [one, other] = [await signIn(w, 'alice'), await signIn(w, 'bob')];
    await one.reload();
    await other.reload();
    expect(await one.heading()).to.equal('Hello, Alice Ahlberg');
    expect(await other.heading()).to.equal('Hello, Bob Bergmann');
  });
});

describe('without the demo', () => {
  const paths = ['/demo', '/demo/callback', '/dev/mailbox', '/dev/mailbox.json', '/dev/mailbox/some-id'];
  const profiles = {
    production: { profile: 'production', masterKey: 'env:MASTER_KEY' },
    development: { profile: 'development' },
  };

  for (const [profile, config] of Object.entries(profiles)) {
    it(`there is neither an app nor a mailbox nor a known password in ${profile}`, async () => {
      await using w = await world({ config });
      for (const path of paths) {
        expect((await w.browser().send(`${w.issuer}${path}`)).status, path).to.equal(404);
      }
      expect(w.app.firstPasswords).to.deep.equal([]);
      expect(await w.app.foundation.directory.people.byName('carol')).to.equal(undefined);
    });
  }
});
