import { expect } from 'chai';
import { accountOf, useDirectoryWorld } from '../ldap/directory-world.ts';
import { PASSWORD } from '../support/directories/directory-server.ts';
import type { DirectoryServer } from '../support/directories/directory-server.ts';
import { describeOnSamba } from '../support/directories/on-samba.ts';
import { describeOnSlapd } from '../support/directories/on-slapd.ts';
import { onEveryEngine } from '../support/engines.ts';
import type { Engine } from '../support/engines.ts';

const NEXT = 'Violet-Teapots-7-At-Noon';
const WRONG = 'We could not sign you in with this user name and password.';

/** Everything that RFC 4515 and RFC 4514 give a meaning, where it would have it. */
const HOSTILE = [
  ...['*', 'victi*', '*ictim', 'v*m', '*)(objectClass=*', 'victim)(|(objectClass=*', 'victim))(|(cn=*'],
  ...['\\2a', '\\76ictim', 'victim\\', '\\', '(', ')', '&', '|', '!', 'victim*)(!(cn=x)'],
  ...['victim,dc=corp', 'uid=victim', '"victim"', '#766963', 'victim+cn=x', '<GUID=0000>', 'victim;x', 'victim\\00'],
];

const suite = (server: () => DirectoryServer, store: Engine): void => {
  const world = useDirectoryWorld(server, { store });
  const reasonOf = (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => 'done',
      (error: unknown) => (error as { reason?: string }).reason ?? error,
    );

  it('find nobody else, whatever they are made of', async () => {
    const { dn, person: victim } = await world().joins({ name: 'victim' });
    await world().joins({ name: 'victim2' });
    const { passwords, people } = world().app.foundation.directory;
    const before = await accountOf(world(), victim);
    for (const name of HOSTILE) {
      // Whom another source calls so, and says to be of this directory.
      const { person, changes } = people.creating({ userName: name, authority: 'corp' }, { actor: 'cli' });
      await world().app.foundation.store.commit(changes);
      const account = await accountOf(world(), person);
      expect(await passwords.verify(account, PASSWORD), name).to.deep.equal({ outcome: 'wrong' });
      expect(await passwords.preflight?.(account), name).to.include({ works: false, reason: 'not_found' });
      expect(await reasonOf(passwords.set(account, NEXT, 'reset')), name).to.equal('not_found');
      expect(await reasonOf(passwords.change(account, PASSWORD, NEXT)), name).to.equal('not_found');
      expect(await reasonOf(passwords.unlock?.(account) ?? Promise.resolve()), name).to.equal('not_found');
    }
    expect(await server().bind(dn, PASSWORD)).to.include({ ok: true });
    expect(await accountOf(world(), victim)).to.deep.equal(before);
  });

  it('are answered like any other name that nobody bears, at a sign-in, a reset and an unlock', async function () {
    this.timeout(60_000);
    await world().joins({ name: 'target' });
    const someone = await world().person('someone');
    const reset: string[] = [];
    for (const name of ['nobody', 'targe*', 'target)(cn=*', ...HOSTILE.filter((one) => !one.includes('victim'))]) {
      const visitor = someone.with(world().browser());
      await visitor.startsSignIn();
      await visitor.browser.submit({ username: name, 'current-password': PASSWORD });
      expect(await visitor.browser.text(), name).to.include(WRONG);
      for (const path of ['/reset', '/unlock']) {
        await visitor.browser.open(`${world().issuer}${path}`);
        await visitor.browser.submit({ username: name });
        reset.push(`${path} ${await visitor.browser.heading()}`);
      }
    }
    expect(new Set(reset).size).to.equal(2);
  });

  it('of NUL or of half a character are none', async () => {
    const { people } = world().app.foundation.directory;
    await world().joins({ name: 'wanda' });
    for (const name of ['wanda\0', '\0', 'wanda\0*', 'wanda\ud800']) {
      expect(await people.byName(name), JSON.stringify(name)).to.equal(undefined);
      expect(() => people.creating({ userName: name, authority: 'corp' }, { actor: 'cli' })).to.throw(
        /visible characters/,
      );
    }
  });
};

onEveryEngine('Names with a meaning', (engine) => {
  describeOnSamba('Names that mean something to a Samba domain', (samba) => {
    suite(samba, engine);
  });
  describeOnSlapd('Names that mean something to slapd', (slapd) => {
    suite(slapd, engine);
  });
});
