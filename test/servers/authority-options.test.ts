import { expect } from 'chai';
import { writebacks } from '../../plugins/ldap/collections.ts';
import { everything } from '../../src/store/query.ts';
import { PASSWORD } from '../support/directories/directory-server.ts';
import { describeOnSamba } from '../support/directories/on-samba.ts';
import type { Person } from '../support/person.ts';
import { accountOf, directoryWorld, eventsOf } from '../ldap/directory-world.ts';
import type { DirectoryWorld, DirectoryWorldOptions } from '../ldap/directory-world.ts';

const NEXT = 'Violet-Teapots-7-At-Noon';
const OTHER = 'Amber-Kettles-9-At-Dawn';

describeOnSamba('How passwords are written to a Samba domain', (samba) => {
  beforeEach(() => samba().admin.clear());

  const withWriteback = (writeback: Readonly<Record<string, unknown>>, more: DirectoryWorldOptions = {}) =>
    directoryWorld(samba(), { directory: { writeback: { enabled: true, ...writeback } }, ...more });
  const passwordsOf = (world: DirectoryWorld) => world.app.foundation.directory.passwords;
  const setting = async (world: DirectoryWorld, person: Person, password = NEXT) =>
    passwordsOf(world).set(await accountOf(world, person), password, 'reset');
  const commit = (world: DirectoryWorld, changes: Awaited<ReturnType<typeof setting>>) =>
    world.app.foundation.store.commit(changes);
  const judged = async (world: DirectoryWorld, person: Person, password: string) =>
    passwordsOf(world).verify(await accountOf(world, person), password);
  const setAt = (dn: string): Promise<string> =>
    samba().admin.during(async (client) => {
      const { searchEntries } = await client.search(dn, { scope: 'base', attributes: ['pwdLastSet'] });
      return String(searchEntries[0]?.['pwdLastSet']);
    });
  const reasonOf = (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => 'done',
      (error: unknown) => (error as { reason?: string; code?: string }).reason ?? (error as { code?: string }).code,
    );

  it('once, though the commit that belongs to it failed and is tried again', async () => {
    await using world = await withWriteback({});
    const { dn, person } = await world.joins({ name: 'ada' });
    const lost = await setting(world, person);
    const written = await setAt(dn);
    expect(lost).not.to.deep.equal([]);
    await commit(world, await setting(world, person));
    expect(await setAt(dn)).to.equal(written);
    expect(await judged(world, person, NEXT)).to.deep.equal({ outcome: 'right' });
    expect(await judged(world, person, PASSWORD)).to.deep.equal({ outcome: 'wrong' });
    expect(await world.app.foundation.store.count(writebacks, everything)).to.equal(0);
    expect(await eventsOf(world, person, 'directory.written')).to.have.length(1);
  });

  it('by one at a time: whoever comes meanwhile with another one is asked to wait', async () => {
    await using world = await withWriteback({});
    const { dn, person } = await world.joins({ name: 'bert' });
    const changes = await setting(world, person);
    expect(await reasonOf(setting(world, person, OTHER))).to.equal('busy');
    await commit(world, changes);
    expect(await samba().bind(dn, NEXT)).to.include({ ok: true });
    await commit(world, await setting(world, person, OTHER));
    expect(await samba().bind(dn, OTHER)).to.include({ ok: true });
  });

  it('to be changed at the next sign-in, where the operator wants that', async () => {
    await using world = await withWriteback({ mustChangeAtNextLogon: true });
    const { dn, person } = await world.joins({ name: 'cara' });
    await commit(world, await setting(world, person));
    expect(await setAt(dn)).to.equal('0');
    expect(await judged(world, person, NEXT)).to.deep.equal({ outcome: 'must-change', reason: 'set-by-administrator' });
    const { store, directory } = world.app.foundation;
    await store.commit(await directory.passwords.change(await accountOf(world, person), NEXT, OTHER));
    expect(await judged(world, person, OTHER)).to.deep.equal({ outcome: 'right' });
  });

  it('without a bind to prove it, where the operator wants that', async () => {
    await using world = await withWriteback({ verifyBind: false });
    const { dn, person } = await world.joins({ name: 'dora' });
    await commit(world, await setting(world, person));
    expect(await samba().bind(dn, NEXT)).to.include({ ok: true });
    expect(await judged(world, person, NEXT)).to.deep.equal({ outcome: 'right' });
  });

  it('and leave a lock, where the operator wants that', async () => {
    await using world = await withWriteback({ unlockWithReset: false });
    const { dn, person } = await world.joins({ name: 'emil' });
    await samba().admin.lock(dn);
    await commit(world, await setting(world, person));
    expect(await judged(world, person, NEXT)).to.deep.equal({ outcome: 'locked' });
  });

  it('not at all, unless the operator has said so', async () => {
    await using world = await directoryWorld(samba(), { directory: { writeback: {} } });
    const { dn, person } = await world.joins({ name: 'fay' });
    expect(await reasonOf(setting(world, person))).to.equal('read_only');
    const account = await accountOf(world, person);
    expect(await reasonOf(passwordsOf(world).change(account, PASSWORD, NEXT))).to.equal('read_only');
    expect(await reasonOf(passwordsOf(world).unlock?.(account) ?? Promise.resolve())).to.equal('read_only');
    expect(await samba().bind(dn, PASSWORD)).to.include({ ok: true });
  });

  it('exactly as they were typed, whatever they are made of', async () => {
    await using world = await withWriteback({});
    const { dn, person } = await world.joins({ name: 'gus' });
    // Decomposed and not, quotes, what means something in LDAP, and what LDAP has no letters for.
    for (const password of [
      'Cafe\u0301 "Noir" 7-ten',
      '7 *(\\)=,+<>;# Zz',
      'Пароль 7 \u{1F600} Violet',
      ' Blank 7 ends ',
    ]) {
      await commit(world, await setting(world, person, password));
      expect(await samba().bind(dn, password), password).to.include({ ok: true });
      expect(await judged(world, person, password), password).to.deep.equal({ outcome: 'right' });
    }
  });
});
