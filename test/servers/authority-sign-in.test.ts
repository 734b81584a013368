import { expect } from 'chai';
import { directoryLinks } from '../../plugins/ldap/collections.ts';
import { change } from '../support/directories/common-work.ts';
import { PASSWORD } from '../support/directories/directory-server.ts';
import { describeOnSamba } from '../support/directories/on-samba.ts';
import type { Person } from '../support/person.ts';
import { useDirectoryWorld } from '../ldap/directory-world.ts';

const NEXT = 'Violet-Teapots-7-At-Noon';
const WRONG = 'We could not sign you in with this user name and password.';

describeOnSamba('Sign-in with the password of a Samba domain', (samba) => {
  const world = useDirectoryWorld(samba);

  const says = async ({ browser }: Person, sentence: string): Promise<void> => {
    expect(await browser.text()).to.include(sentence);
  };
  const passwords = () => world().app.foundation.directory.passwords;
  const judged = async ({ id }: Person, password = PASSWORD) => {
    const account = await world().app.foundation.directory.accounts.byId(id);
    if (!account) throw new Error('nobody');
    return passwords().verify(account, password);
  };

  it('leads to the app', async () => {
    const { person } = await world().joins({ name: 'ada' });
    await person.signsIn();
    expect(person.outcome().kind).to.equal('signed-in');
  });

  it('is refused with another password, and with none', async () => {
    const { person } = await world().joins({ name: 'bert' });
    await person.startsSignIn();
    await person.givesPassword(`${PASSWORD}!`);
    await says(person, WRONG);
    // An empty bind is an anonymous one, and would succeed (RFC 4513 section 5.1.2).
    expect(await judged(person, '')).to.deep.equal({ outcome: 'wrong' });
    expect(await judged(person, `${PASSWORD}\0`)).to.deep.equal({ outcome: 'wrong' });
  });

  it('tells apart why a bind fails', async () => {
    const { admin } = samba();
    const { dn, person } = await world().joins({ name: 'cara' });
    expect(await judged(person)).to.deep.equal({ outcome: 'right' });
    expect(await judged(person, 'wrong')).to.deep.equal({ outcome: 'wrong' });
    await admin.lock(dn);
    expect(await judged(person)).to.deep.equal({ outcome: 'locked' });
    await admin.unlock(dn);
    await admin.setPolicy({ lockoutThreshold: 0 });
    await admin.disable(dn);
    expect(await judged(person)).to.deep.equal({ outcome: 'disabled' });
    expect(await judged(person, 'wrong')).to.deep.equal({ outcome: 'wrong' });
    await admin.enable(dn);
    await admin.expirePassword(dn);
    expect(await judged(person)).to.include({ outcome: 'must-change', reason: 'expired' });
    await admin.setPassword(dn, PASSWORD);
    await admin.mustChange(dn);
    expect(await judged(person)).to.include({ outcome: 'must-change', reason: 'set-by-administrator' });
    await admin.setPassword(dn, PASSWORD);
    await admin.expireAccount(dn);
    expect(await judged(person)).to.include({ outcome: 'barred', reason: 'account-expired' });
  });

  it('tells who gave the right password that it is not good at this hour, or from here', async () => {
    const { admin } = samba();
    const { dn, person } = await world().joins({ name: 'carl' });
    const never = Buffer.alloc(21);
    await admin.during((client) => client.modify(dn, change('replace', 'logonHours', [never])));
    expect(await judged(person)).to.deep.equal({ outcome: 'barred', reason: 'hours' });
    expect(await judged(person, 'wrong')).to.deep.equal({ outcome: 'wrong' });
    await person.startsSignIn();
    await person.givesPassword();
    await says(person, 'This account may not sign in at this hour.');
    await admin.during((client) => client.modify(dn, change('replace', 'logonHours', [Buffer.alloc(21, 0xff)])));
    await admin.replace(dn, { userWorkstations: 'SOMEWHERE-ELSE' });
    expect(await judged(person)).to.deep.equal({ outcome: 'barred', reason: 'workstation' });
    expect(await judged(person, 'wrong')).to.deep.equal({ outcome: 'wrong' });
  });

  it('goes by the id of the entry, wherever it went and whatever it is called now', async () => {
    const { admin, outsideDn } = samba();
    const { dn, person } = await world().joins({ name: 'dora' });
    const renamed = await admin.rename(dn, 'dorothea');
    await admin.move(renamed, outsideDn);
    await person.signsIn();
    expect(person.outcome().kind).to.equal('signed-in');
    // Somebody new with the old name gets nothing of hers.
    await admin.addPerson({ name: 'dora', password: NEXT });
    expect(await judged(person, NEXT)).to.deep.equal({ outcome: 'wrong' });
    expect(await judged(person)).to.deep.equal({ outcome: 'right' });
  });

  it('is refused to somebody who is gone from the directory, and to whoever was never linked', async () => {
    const { admin } = samba();
    const { dn, person } = await world().joins({ name: 'emil' });
    await admin.remove(dn);
    await admin.addPerson({ name: 'emil' });
    expect(await judged(person)).to.deep.equal({ outcome: 'wrong' });
    await world().app.foundation.store.remove(directoryLinks, person.id);
    expect(await judged(person)).to.deep.equal({ outcome: 'wrong' });
  });

  it('takes names with everything that means something in a filter or a name', async () => {
    for (const name of ['a*(b)c\\d', 'e,f+g"h', '#i<j>k;l', ' m=n ']) {
      const commonName = `odd ${name}`;
      const { person } = await world().joins({ name: `odd${String(name.length)}${name.charCodeAt(0)}`, commonName });
      expect(await judged(person), name).to.deep.equal({ outcome: 'right' });
      expect(await judged(person, `${PASSWORD}*`), name).to.deep.equal({ outcome: 'wrong' });
    }
  });

  it('ends everything of a person whose password others set in the directory, once', async () => {
    const { admin } = samba();
    const { dn, person } = await world().joins({ name: 'fred' });
    const epoch = async () => (await world().app.foundation.directory.people.byId(person.id))?.epoch;
    await person.signsIn();
    const before = await epoch();
    await admin.setPassword(dn, NEXT);
    person.isTold(NEXT);
    const other = person.with(world().browser());
    await other.signsIn();
    expect(other.outcome().kind).to.equal('signed-in');
    expect(await epoch()).to.equal((before ?? 0) + 1);
    // The first session ended: the app has to ask for the password again.
    await person.startsSignIn();
    expect(await person.browser.field('current-password')).not.to.equal(undefined);
    await person.givesPassword();
    expect(await epoch()).to.equal((before ?? 0) + 1);
    expect((await person.inbox()).mails.map(({ subject }) => subject)).to.have.length(1);
  });

  it('says honestly that the directory does not answer, and that nothing is wrong', async () => {
    const { person } = await world().joins({ name: 'gerd' });
    const local = await world().person('hilde');
    await person.startsSignIn();
    await samba().kill();
    try {
      await person.givesPassword();
      await says(person, 'does not answer right now');
      await local.signsIn();
      expect(local.outcome().kind).to.equal('signed-in');
    } finally {
      await samba().restart();
    }
    await world().later(60_000);
    await person.givesPassword();
    expect(person.outcome().kind).to.equal('signed-in');
  });
});
