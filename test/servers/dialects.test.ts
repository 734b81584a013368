import { expect } from 'chai';
import { writebacks } from '../../plugins/ldap/collections.ts';
import { everything } from '../../src/store/query.ts';
import { PASSWORD } from '../support/directories/directory-server.ts';
import type { DirectoryServer } from '../support/directories/directory-server.ts';
import { describeOnDs389 } from '../support/directories/on-ds389.ts';
import { describeOnSamba } from '../support/directories/on-samba.ts';
import { describeOnSlapd } from '../support/directories/on-slapd.ts';
import type { Person } from '../support/person.ts';
import { allowMore } from '../ldap/ds389-rights.ts';
import { accountOf, useDirectoryWorld } from '../ldap/directory-world.ts';

const NEXT = 'Violet-Teapots-7-At-Noon';
const OTHER = 'Amber-Kettles-9-At-Dawn';

/** What every dialect promises, whichever server speaks it. */
const everyDialect = (server: () => DirectoryServer): void => {
  const world = useDirectoryWorld(server);

  beforeEach(() => server().admin.clear());

  const passwords = () => world().app.foundation.directory.passwords;
  const judged = async (person: Person, password = PASSWORD) =>
    passwords().verify(await accountOf(world(), person), password);
  const reset = async (person: Person, password: string) => {
    const changes = await passwords().set(await accountOf(world(), person), password, 'reset');
    await world().app.foundation.store.commit(changes);
  };
  const change = async (person: Person, current: string, next: string) => {
    const changes = await passwords().change(await accountOf(world(), person), current, next);
    await world().app.foundation.store.commit(changes);
  };
  const refusal = async (work: Promise<unknown>) => {
    const error = await work.then(
      () => undefined,
      (reason: unknown) => reason as { reason?: string; facts?: object },
    );
    expect(await world().app.foundation.store.count(writebacks, everything)).to.equal(0);
    return { reason: error?.reason, facts: error?.facts };
  };
  const binds = async (dn: string, password: string) => (await server().bind(dn, password)).ok;

  it('tells a right password from a wrong one', async () => {
    const { person } = await world().joins({ name: 'ada' });
    expect(await judged(person)).to.deep.equal({ outcome: 'right' });
    expect(await judged(person, OTHER)).to.deep.equal({ outcome: 'wrong' });
  });

  it('tells a locked account, and ends the lock', async () => {
    const { dn, person } = await world().joins({ name: 'bert' });
    await server().admin.lock(dn);
    expect(await judged(person)).to.deep.equal({ outcome: 'locked' });
    const { wasLocked, changes } = (await passwords().unlock?.(await accountOf(world(), person))) ?? {};
    expect(wasLocked).to.equal(true);
    await world().app.foundation.store.commit(changes ?? []);
    expect(await judged(person)).to.deep.equal({ outcome: 'right' });
  });

  it('locks nobody out by wrong passwords, however many are tried', async () => {
    await server().admin.setPolicy({ lockoutThreshold: 4, lockoutWindow: 1800 });
    await world().later(6 * 60_000);
    const { dn, person } = await world().joins({ name: 'zoe' });
    const account = await accountOf(world(), person);
    const guesses = Array.from({ length: 30 }, (_, at) =>
      passwords().verify(account, `Guess-${String(at)}-Of-30`, { known: at % 2 === 0 }),
    );
    expect((await Promise.all(guesses)).map(({ outcome }) => outcome)).to.include('paused');
    expect(await binds(dn, PASSWORD)).to.equal(true);
    await server().admin.setPolicy({ lockoutThreshold: 0 });
    await world().later(6 * 60_000);
  });

  it('lets nobody in to a disabled account, says so only to whoever knows its password, and enables none', async () => {
    const { dn, person } = await world().joins({ name: 'cara' });
    await server().admin.disable(dn);
    // Some refuse such an account before they look at the password: then nobody has proved it.
    expect((await judged(person)).outcome).to.be.oneOf(['disabled', 'locked']);
    expect((await judged(person, OTHER)).outcome).to.be.oneOf(['wrong', 'locked']);
    expect((await refusal(reset(person, NEXT))).reason).to.equal('disabled');
    const unlocking = passwords().unlock?.(await accountOf(world(), person)) ?? Promise.resolve();
    expect((await refusal(unlocking)).reason).to.equal('disabled');
    expect(await binds(dn, PASSWORD)).to.equal(false);
  });

  it('tells a password that must be changed from one that has expired', async () => {
    const { dn, person } = await world().joins({ name: 'dora' });
    await server().admin.mustChange(dn);
    expect(await judged(person)).to.deep.equal({ outcome: 'must-change', reason: 'set-by-administrator' });
    expect(await judged(person, OTHER)).to.deep.equal({ outcome: 'wrong' });
    await change(person, PASSWORD, NEXT);
    expect(await judged(person, NEXT)).to.deep.equal({ outcome: 'right' });
    const { dn: old, person: emil } = await world().joins({ name: 'emil' });
    await server().admin.expirePassword(old);
    expect(await judged(emil)).to.deep.equal({ outcome: 'must-change', reason: 'expired' });
    expect(await judged(emil, OTHER)).to.deep.equal({ outcome: 'wrong' });
    await change(emil, PASSWORD, NEXT);
    expect(await judged(emil, NEXT)).to.deep.equal({ outcome: 'right' });
  });

  it('writes a reset, after which the old password opens nothing here', async () => {
    const { dn, person } = await world().joins({ name: 'fay' });
    await reset(person, NEXT);
    expect(await binds(dn, NEXT)).to.equal(true);
    // Nor is it a change by others, which would end everything once more.
    expect(await judged(person, NEXT)).to.deep.equal({ outcome: 'right' });
    expect(await judged(person)).to.deep.equal({ outcome: 'wrong' });
  });

  it('ends a lock along with a reset', async () => {
    const { dn, person } = await world().joins({ name: 'gus' });
    await server().admin.lock(dn);
    await reset(person, NEXT);
    expect(await judged(person, NEXT)).to.deep.equal({ outcome: 'right' });
  });

  it('asks for no other password after a reset by its owner, also where others’ must be changed', async () => {
    const { dn, person } = await world().joins({ name: 'hal' });
    await server().admin.mustChange(dn);
    await reset(person, NEXT);
    expect(await judged(person, NEXT)).to.deep.equal({ outcome: 'right' });
  });

  it('writes a change to whoever knows the old password, and to nobody else', async () => {
    const { dn, person } = await world().joins({ name: 'ida' });
    expect(await refusal(change(person, OTHER, NEXT))).to.include({ reason: 'wrong_password' });
    expect(await binds(dn, PASSWORD)).to.equal(true);
    await change(person, PASSWORD, NEXT);
    expect(await binds(dn, NEXT)).to.equal(true);
  });

  it('refuses a short password with the number, and one that was used before with how many are remembered', async () => {
    const { person } = await world().joins({ name: 'jan' });
    await server().admin.setPolicy({ minLength: 20, history: 4 });
    expect(await refusal(reset(person, 'Short-7-Words'))).to.deep.equal({ reason: 'too_short', facts: { least: 20 } });
    await server().admin.setPolicy({ minLength: 8 });
    await change(person, PASSWORD, NEXT);
    await change(person, NEXT, OTHER);
    expect(await refusal(change(person, OTHER, NEXT))).to.deep.equal({ reason: 'history', facts: { remembered: 4 } });
  });

  it('refuses what is too young with the time from when on it may be changed', async () => {
    await server().admin.setPolicy({ minAge: 3600 });
    const { dn, person } = await world().joins({ name: 'kim', password: OTHER });
    await server().admin.setPassword(dn, PASSWORD);
    await world().later(6 * 60_000);
    const { reason, facts } = await refusal(change(person, PASSWORD, NEXT));
    expect(reason).to.equal('too_young');
    const { until = 0 } = facts as { until?: number };
    expect(until - world().clock.now()).to.be.within(40 * 60_000, 61 * 60_000);
  });

  it('refuses where the service account has no rights, and where nobody is', async () => {
    const { admin, outsideDn } = server();
    const { person } = await world().joins({ name: 'lea', parentDn: outsideDn });
    expect((await refusal(reset(person, NEXT))).reason).to.equal('no_permission');
    const { dn, person: max } = await world().joins({ name: 'max' });
    await admin.remove(dn);
    expect((await refusal(reset(max, NEXT))).reason).to.equal('not_found');
    await admin.addPerson({ name: 'max' });
    expect((await refusal(reset(max, NEXT))).reason).to.equal('not_found');
  });

  it('finds somebody who was renamed and moved, and writes to them', async () => {
    const { admin, peopleDn } = server();
    const { dn, person } = await world().joins({ name: 'nia' });
    const renamed = await admin.rename(dn, 'niamh', 'Niamh, "x" + #1');
    const unit = await admin.addUnit('Moved', peopleDn);
    const moved = await admin.move(renamed, unit);
    await reset(person, NEXT);
    expect(await binds(moved, NEXT)).to.equal(true);
  });

  it('notices that others set a password, and ends everything once', async () => {
    const { dn, person } = await world().joins({ name: 'ole' });
    // Times of passwords are in seconds, and this is quicker.
    await server().admin.agePassword(dn, 60);
    if (server().kind === 'ds389') await server().admin.replace(dn, { pwdUpdateTime: '20260101000000Z' });
    expect(await judged(person)).to.deep.equal({ outcome: 'right' });
    await server().admin.setPassword(dn, NEXT);
    // 389 DS notes the time after it has answered: what is not seen yet is seen at the next sign-in.
    let first = await judged(person, NEXT);
    for (let looks = 0; looks < 20 && !('renewed' in first); looks += 1) first = await judged(person, NEXT);
    expect(first).to.deep.equal({ outcome: 'right', renewed: true });
    expect(await judged(person, NEXT)).to.deep.equal({ outcome: 'right' });
  });
};

describeOnSamba('The dialect of Active Directory', everyDialect);
describeOnSlapd('The dialect of OpenLDAP', everyDialect);

describeOnDs389('The dialect of 389 DS', (server) => {
  before(() => allowMore(server()));
  everyDialect(server);
});
