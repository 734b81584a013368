import { expect } from 'chai';
import { directoryLinks } from '../../plugins/ldap/collections.ts';
import { MINUTE } from '../../src/kernel/clock.ts';
import { accountOf, CORP, eventsOf, useDirectoryWorld } from '../ldap/directory-world.ts';
import { change } from '../support/directories/common-work.ts';
import { describeOnSamba } from '../support/directories/on-samba.ts';
import { describeOnSlapd } from '../support/directories/on-slapd.ts';
import { subCode } from './answers.ts';

const NEXT = 'Violet-Teapots-7-At-Noon';
const WRONG = 'We could not sign you in with this user name and password.';

describeOnSamba('A password that a Samba domain took', (samba) => {
  const world = useDirectoryWorld(samba);
  const passwords = () => world().app.foundation.directory.passwords;

  const barred: readonly (readonly [string, string, (dn: string) => Promise<unknown>])[] = [
    ['701', 'the account has expired', (dn) => samba().admin.expireAccount(dn)],
    [
      '530',
      'it is not the hour',
      (dn) => samba().admin.during((client) => client.modify(dn, change('replace', 'logonHours', [Buffer.alloc(21)]))),
    ],
    ['531', 'it is not the workstation', (dn) => samba().admin.replace(dn, { userWorkstations: 'SOMEWHERE-ELSE' })],
  ];
  for (const [code, why, bar] of barred) {
    it(`is said to be set though nobody may sign in with it now, since ${why} (${code})`, async () => {
      const { dn, person } = await world().joins({ name: `p${code}` });
      await bar(dn);
      const account = await accountOf(world(), person);
      await world().app.foundation.store.commit(await passwords().set(account, NEXT, 'reset'));
      expect(subCode(await samba().bind(dn, NEXT))).to.equal(code);
      expect(await eventsOf(world(), person, 'directory.written')).to.have.length(1);
      expect(await passwords().verify(await accountOf(world(), person), NEXT)).to.include({ outcome: 'barred' });
    });
  }

  it('was held to the policy of now, which is asked for anew after five minutes, and not for every page', async () => {
    const { person } = await world().joins({ name: 'pat' });
    const account = await accountOf(world(), person);
    await world().later(6 * MINUTE);
    const least = async () => (await passwords().rules?.(account))?.minLength;
    expect(await least()).to.equal(8);
    await samba().admin.setPolicy({ minLength: 12 });
    await world().later(4 * MINUTE);
    expect(await least()).to.equal(8);
    await world().later(MINUTE + 1);
    expect(await least()).to.equal(12);
    await samba().admin.setPolicy({ minLength: 8 });
  });
});

describeOnSlapd('A name that several entries of a directory bear', (slapd) => {
  const world = useDirectoryWorld(slapd);

  it('says to whoever types it what a name that nobody bears says, and to the operator what is the matter, also in the log', async () => {
    const { dn, person } = await world().joins({ name: 'ada' });
    await slapd().admin.addPerson({ name: 'ada', parentDn: slapd().outsideDn });
    const { store, directory } = world().app.foundation;
    await store.remove(directoryLinks, person.id);
    await person.startsSignIn();
    await person.givesPassword();
    expect(await person.browser.text()).to.include(WRONG);
    const account = await accountOf(world(), person);
    expect(await directory.passwords.verify(account, person.password)).to.deep.equal({ outcome: 'wrong' });
    const events = await eventsOf(world(), person, 'directory.ambiguous');
    expect(events.map(({ result, method }) => ({ result, method }))).to.deep.equal([
      { result: 'failure', method: CORP },
      { result: 'failure', method: CORP },
    ]);
    expect(await directory.passwords.verifyNobody(person.password, 'nobody')).to.deep.equal({ outcome: 'wrong' });
    const failed = await directory.passwords.set(account, NEXT, 'reset').catch((error: unknown) => error);
    expect(failed).to.include({ reason: 'ambiguous' });
    // As `writeback check` tells it.
    expect(await directory.passwords.preflight?.(account)).to.include({ works: false, reason: 'ambiguous' });
    expect(await slapd().bind(dn, person.password)).to.include({ ok: true });
  });
});
