import { expect } from 'chai';
import { onEveryEngine } from '../support/engines.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import { useWorld, type World } from '../support/world.ts';

/** What differs for everyone: random values of this browser and this request, and the name that was typed. */
const comparable = (browser: HttpBrowser, typed: string): string =>
  browser.body.replaceAll(/name="csrf" value="[^"]*"/g, 'name="csrf"').replaceAll(typed, 'NAME');

/** Everything a stranger sees who types a name and then a wrong code, page by page. */
const seenBy = async (w: World, typed: string): Promise<readonly unknown[]> => {
  const browser = w.browser();
  const seen: unknown[] = [];
  const look = async () => {
    const { pathname, search } = await browser.url();
    const names = Object.keys(browser.headers).filter((name) => name !== 'date');
    seen.push({ status: browser.status, pathname, search, names, body: comparable(browser, typed) });
  };
  await browser.open(`${w.issuer}/reset`);
  await look();
  await browser.submit({ username: typed });
  await look();
  await w.settle();
  await browser.reload();
  await look();
  await browser.submit({ 'one-time-code': '00000000' });
  await look();
  await browser.submit({}, 'Send another mail');
  await w.settle();
  await look();
  return seen;
};

onEveryEngine('Somebody who cannot reset', (store) => {
  const world = useWorld({ store, sspr: { scope: 'all', exclude: ['Contractors'] } });

  const strangers = {
    'nobody bears the name': async () => Promise.resolve('nobody-at-all'),
    'the person is out of scope': async () =>
      (await world().person('contractor', { registered: true, groups: ['Contractors'] })).userName,
    'the person is disabled': async () => (await world().person('left', { registered: true, active: false })).userName,
    'nothing is registered': async () => (await world().person('newcomer')).userName,
    'it is a service account': async () =>
      (await world().person('robot', { registered: true, kind: 'service' })).userName,
  };

  for (const [why, make] of Object.entries(strangers)) {
    it(`sees what someone sees who can, byte for byte, when ${why}`, async () => {
      const able = await world().person('able', { registered: true });
      const typed = await make();
      expect(await seenBy(world(), typed)).to.deep.equal(await seenBy(world(), able.userName));
    });
  }

  for (const options of [{ groups: ['Contractors'] }, { active: false }, { kind: 'service' as const }]) {
    it(`gets no mail: ${JSON.stringify(options)}`, async () => {
      const somebody = await world().person('somebody', { registered: true, ...options });
      await somebody.opensReset();
      expect((await somebody.alternateInbox()).mails).to.deep.equal([]);
      expect((await somebody.inbox()).mails).to.deep.equal([]);
    });
  }

  it('is told nothing by the sign-in page either', async () => {
    const known = await world().person('known');
    const pages = [];
    for (const userName of [known.userName, 'nobody-at-all']) {
      const browser = world().browser();
      await browser.open(await world().party.authorizationUrl());
      const { pathname } = await browser.url();
      await browser.submit({ username: userName, 'current-password': 'not the password of anyone' });
      const uid = pathname.split('/').at(-1) ?? '';
      pages.push([browser.status, comparable(browser, userName).replaceAll(uid, 'UID')]);
    }
    expect(pages[0]).to.deep.equal(pages[1]);
  });

  it('does not become able by a change halfway: someone disabled after the proof sets no password', async () => {
    const bob = await world().person('bob', { registered: true });
    await bob.opensReset();
    await bob.typesCode();
    const { directory, store: documents } = world().app.foundation;
    const stored = await directory.people.byName(bob.userName);
    if (!stored) throw new Error('bob is missing');
    await documents.commit(directory.people.updating(stored, { active: false }, { actor: 'cli' }));
    await bob.browser.submit({ 'new-password': 'violet teapots at noon' });
    expect(await bob.browser.heading()).not.to.equal('Your password is changed');
    const account = await directory.accounts.byId(bob.id);
    expect(account && (await directory.passwords.verify(account, 'violet teapots at noon'))).not.to.deep.include({
      outcome: 'right',
    });
  });
});
