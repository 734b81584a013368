import { expect } from 'chai';
import { HOUR, MINUTE } from '../../src/kernel/clock.ts';
import { directoryLinks, writebacks } from '../../plugins/ldap/collections.ts';
import { everything } from '../../src/store/query.ts';
import { PASSWORD } from '../support/directories/directory-server.ts';
import { describeOnSamba } from '../support/directories/on-samba.ts';
import type { Person } from '../support/person.ts';
import { accountOf, eventsOf, useDirectoryWorld } from '../ldap/directory-world.ts';

const NEXT = 'Violet-Teapots-7-At-Noon';
const OTHER = 'Amber-Kettles-9-At-Dawn';
const ARRIVED = 'Signed in to the app';

describeOnSamba('Passwords written to a Samba domain', (samba) => {
  const world = useDirectoryWorld(samba);

  afterEach(() =>
    samba().admin.setPolicy({ lockoutThreshold: 0, minAge: 0, history: 3, minLength: 8, complexity: true }),
  );

  const proved = async (person: Person): Promise<void> => {
    await person.opensReset();
    await person.typesCode();
    expect(await person.browser.heading()).to.equal('Choose a new password');
  };
  const passwords = () => world().app.foundation.directory.passwords;
  const attributeOf = (dn: string, name: string): Promise<string> =>
    samba().admin.during(async (client) => {
      const { searchEntries } = await client.search(dn, { scope: 'base', attributes: [name] });
      return String(searchEntries[0]?.[name] ?? '');
    });

  it('are there when the page says so: a reset, and the sign-in after it', async () => {
    const { dn, person } = await world().joins({ name: 'ada' });
    await proved(person);
    await person.choosesPassword(NEXT);
    expect(await person.browser.heading()).to.equal('Your password is changed');
    expect(await samba().bind(dn, NEXT)).to.deep.equal({ ok: true });
    await person.signsIn();
    expect(await person.browser.heading()).to.equal(ARRIVED);
    const [event] = await eventsOf(world(), person, 'directory.written');
    expect(event).to.include({ result: 'success', method: 'corp' });
    expect(event?.reason).to.equal(`reset ${samba().ldapsUrl} active-directory no control code 0`);
    expect(await world().app.foundation.store.count(writebacks, everything)).to.equal(0);
  });

  it('end the old one here at once, also while the domain still takes it', async () => {
    const { dn, person } = await world().joins({ name: 'bert' });
    await proved(person);
    await person.choosesPassword(NEXT);
    const account = await accountOf(world(), person);
    expect(await passwords().verify(account, PASSWORD)).to.deep.equal({ outcome: 'wrong' });
    // Not one wrong bind: what is known to be old is not asked about.
    expect(await attributeOf(dn, 'badPwdCount')).to.equal('0');
    expect(await passwords().verify(account, NEXT)).to.deep.equal({ outcome: 'right' });
    // OldPasswordAllowedPeriod, as Samba keeps it too.
    expect(await samba().bind(dn, PASSWORD)).to.deep.equal({ ok: true });
  });

  it('are for the domain to judge again once others set another one', async () => {
    const { dn, person } = await world().joins({ name: 'carl' });
    await proved(person);
    await person.choosesPassword(NEXT);
    await samba().admin.setPassword(dn, OTHER);
    const account = await accountOf(world(), person);
    expect(await passwords().verify(account, OTHER)).to.deep.equal({ outcome: 'right', renewed: true });
    expect((await world().app.foundation.store.get(directoryLinks, person.id))?.fresh).to.equal(undefined);
  });

  it('end everything of a person, and are no change by others at the next sign-in', async () => {
    const { person } = await world().joins({ name: 'dora' });
    await person.signsIn();
    const { epoch } = await accountOf(world(), person);
    const other = person.with(world().browser());
    await proved(other);
    await other.choosesPassword(NEXT);
    expect((await accountOf(world(), person)).epoch).to.equal(epoch + 1);
    await other.signsIn();
    expect(await other.browser.heading()).to.equal(ARRIVED);
    expect((await accountOf(world(), person)).epoch).to.equal(epoch + 1);
    expect((await person.inbox()).last.subject).to.equal('Your password was reset');
  });

  it('are changed by their owner, who knows the old one', async () => {
    const { dn, person } = await world().joins({ name: 'emil' });
    await person.browser.open(`${world().issuer}/change-password`);
    await person.givesPassword();
    await person.changesPassword(NEXT);
    expect(await samba().bind(dn, NEXT)).to.deep.equal({ ok: true });
    expect(await eventsOf(world(), person, 'directory.written')).to.have.length(1);
    const other = person.with(world().browser());
    await other.signsIn();
    expect(await other.browser.heading()).to.equal(ARRIVED);
  });

  it('are changed at the sign-in where they must be: set by an administrator, and expired', async () => {
    const { admin } = samba();
    for (const [name, prepare] of [
      ['fay', admin.mustChange],
      ['gus', admin.expirePassword],
    ] as const) {
      const { dn, person } = await world().joins({ name });
      await prepare(dn);
      await person.signsIn();
      expect(await person.browser.heading(), name).to.equal('Choose a new password');
      await person.changesPassword(NEXT);
      expect(await person.browser.heading(), name).to.equal(ARRIVED);
      expect(await samba().bind(dn, NEXT), name).to.deep.equal({ ok: true });
      await admin.setPolicy({ maxAge: 0 });
    }
  });

  it('stay what they are by an unlock, which ends the lock in the domain', async () => {
    const { dn, person } = await world().joins({ name: 'hal' });
    await samba().admin.lock(dn);
    await person.opensUnlock();
    await person.typesCode();
    await person.browser.submit({}, 'Unlock the account');
    expect(await person.browser.heading()).to.equal('Your account is unlocked');
    expect(await attributeOf(dn, 'lockoutTime')).to.equal('0');
    await person.signsIn();
    expect(await person.browser.heading()).to.equal(ARRIVED);
    expect((await eventsOf(world(), person, 'directory.written'))[0]?.reason).to.include('unlock');
  });

  it('come with an unlock, and the account is as disabled as it was', async () => {
    const { dn, person } = await world().joins({ name: 'ida' });
    await samba().admin.lock(dn);
    await proved(person);
    await person.choosesPassword(NEXT);
    expect(await attributeOf(dn, 'lockoutTime')).to.equal('0');
    const { dn: off, person: jan } = await world().joins({ name: 'jan' });
    const control = await attributeOf(off, 'userAccountControl');
    await samba().admin.disable(off);
    const refused = await passwords()
      .set(await accountOf(world(), jan), NEXT, 'reset')
      .catch((error: unknown) => error);
    expect(refused).to.include({ reason: 'disabled' });
    expect(Number(await attributeOf(off, 'userAccountControl'))).to.equal(Number(control) | 2);
  });

  describe('are refused for what it was', () => {
    const refusedFor = async (person: Person, password = NEXT) => {
      try {
        await passwords().set(await accountOf(world(), person), password, 'reset');
      } catch (error) {
        expect(await world().app.foundation.store.count(writebacks, everything)).to.equal(0);
        return { reason: (error as { reason?: string }).reason, facts: (error as { facts?: object }).facts };
      }
      throw new Error('it was taken');
    };

    it('too short, with the number of the domain', async () => {
      const { person } = await world().joins({ name: 'kim' });
      await samba().admin.setPolicy({ minLength: 30 });
      expect(await refusedFor(person)).to.deep.equal({ reason: 'too_short', facts: { least: 30 } });
      const [event] = await eventsOf(world(), person, 'directory.refused');
      expect(event?.reason).to.match(/^reset ldaps:\/\/.* code 19: 0000052D/);
    });

    it('not complex enough', async () => {
      const { person } = await world().joins({ name: 'lea' });
      expect(await refusedFor(person, 'onlysmalllettershere')).to.deep.equal({ reason: 'complexity', facts: {} });
    });

    it('used before, by a change, which the domain holds to its history', async () => {
      const { dn, person } = await world().joins({ name: 'max' });
      await samba().admin.setPassword(dn, NEXT);
      const account = await accountOf(world(), person);
      const refused = await passwords()
        .change(account, NEXT, PASSWORD)
        .catch((error: unknown) => error);
      expect(refused).to.deep.include({ reason: 'history', facts: { remembered: 3 } });
    });

    it('too young, with the time from when on it may be changed', async () => {
      const { dn, person } = await world().joins({ name: 'nia' });
      await samba().admin.setPolicy({ minAge: 24 * 3600 });
      await world().later(6 * MINUTE);
      const account = await accountOf(world(), person);
      const { changeableFrom = 0, ...rules } = (await passwords().rules?.(account)) ?? {};
      expect(rules).to.deep.equal({ minLength: 8, complexity: true, history: 3 });
      const refused = await passwords()
        .change(account, PASSWORD, NEXT)
        .catch((error: unknown) => error);
      expect(refused).to.deep.include({ reason: 'too_young', facts: { until: changeableFrom } });
      expect(changeableFrom - world().clock.now()).to.be.closeTo(24 * HOUR, HOUR);
      expect(await samba().bind(dn, PASSWORD)).to.deep.equal({ ok: true });
    });

    it('changed by somebody who does not know the old one', async () => {
      const { person } = await world().joins({ name: 'ole' });
      const account = await accountOf(world(), person);
      const refused = await passwords()
        .change(account, OTHER, NEXT)
        .catch((error: unknown) => error);
      expect(refused).to.deep.include({ reason: 'wrong_password' });
    });

    it('not ours to write: a protected account, and one where the service account has no rights', async () => {
      const { admin, outsideDn } = samba();
      const { dn, person } = await world().joins({ name: 'pia' });
      await admin.protect(dn);
      expect(await refusedFor(person)).to.deep.equal({ reason: 'no_permission', facts: {} });
      const { person: quin } = await world().joins({ name: 'quin', parentDn: outsideDn });
      expect(await refusedFor(quin)).to.deep.equal({ reason: 'no_permission', facts: {} });
    });

    it('gone, and never there', async () => {
      const { dn, person } = await world().joins({ name: 'rob' });
      await samba().admin.remove(dn);
      expect(await refusedFor(person)).to.deep.equal({ reason: 'not_found', facts: {} });
    });

    it('by a fine-grained policy, of which nothing is said that the service account may not read', async () => {
      const { dn, person } = await world().joins({ name: 'sue' });
      await samba().admin.addFineGrainedPolicy('strict', { minLength: 40 }, [dn]);
      expect(await passwords().rules?.(await accountOf(world(), person))).to.deep.equal({});
      expect(await refusedFor(person)).to.deep.equal({ reason: 'too_short', facts: {} });
    });
  });
});
