import { expect } from 'chai';
import { openFoundation } from '../../src/foundation.ts';
import type { Foundation } from '../../src/foundation.ts';
import { loadConfig } from '../../src/config/load.ts';
import { plugins, serverCollections } from '../../src/installed.ts';
import { MINUTE } from '../../src/kernel/clock.ts';
import { PASSWORD } from '../support/directories/directory-server.ts';
import type { SambaServer } from '../support/directories/directory-server.ts';
import { describeOnSamba } from '../support/directories/on-samba.ts';
import type { Person } from '../support/person.ts';
import { CHEAP } from '../support/rooms.ts';
import { accountOf, useDirectoryWorld } from '../ldap/directory-world.ts';
import type { DirectoryWorld } from '../ldap/directory-world.ts';

const NEXT = 'Violet-Teapots-7-At-Noon';
const WINDOW_S = 600;

const tryingOn = (samba: () => SambaServer, world: () => DirectoryWorld) => ({
  stateOf: (dn: string): Promise<{ readonly locked: boolean; readonly wrong: number }> =>
    samba().admin.during(async (client) => {
      const { searchEntries } = await client.search(dn, { scope: 'base', attributes: ['lockoutTime', 'badPwdCount'] });
      const [entry] = searchEntries;
      return { locked: Number(entry?.['lockoutTime'] ?? 0) > 0, wrong: Number(entry?.['badPwdCount'] ?? 0) };
    }),
  tries: async (person: Person, password: string, known = false) =>
    (await world().app.foundation.directory.passwords.verify(await accountOf(world(), person), password, { known }))
      .outcome,
});

describeOnSamba('Wrong passwords of people of a Samba domain', (samba) => {
  const world = useDirectoryWorld(samba);
  const policy = (lockoutThreshold: number) =>
    samba().admin.setPolicy({ lockoutThreshold, lockoutWindow: WINDOW_S, lockoutDuration: WINDOW_S });

  /** The policy is believed for some minutes. */
  const setThreshold = async (threshold: number): Promise<void> => {
    await policy(threshold);
    await world().later(6 * MINUTE);
  };
  after(() => policy(0));

  const { stateOf, tries } = tryingOn(samba, world);

  /** Another node: everything of a process but its server, on the same store. */
  const anotherNode = async (): Promise<Foundation> => {
    const config = await loadConfig(world().premises.environment, plugins);
    const { clock, log } = world().app.foundation;
    return openFoundation(config, plugins, serverCollections, { clock, log, argon2: CHEAP });
  };

  for (const threshold of [5, 10]) {
    it(`are 200 over many browsers and two nodes, and lock nobody out at ${String(threshold)}`, async function () {
      this.timeout(120_000);
      await setThreshold(threshold);
      const { dn, person } = await world().joins({ name: `owner${String(threshold)}` });
      await person.signsIn();
      const account = await accountOf(world(), person);
      const other = await anotherNode();
      try {
        const guess = (at: number) => {
          const node = at % 2 === 0 ? world().app.foundation : other;
          return node.directory.passwords.verify(account, `Guess-${String(at)}-Of-Many`, { known: false });
        };
        const throughPages = async (at: number): Promise<void> => {
          const stranger = person.with(world().browser());
          await stranger.startsSignIn();
          await stranger.givesPassword(`Page-${String(at)}-Of-Many`);
        };
        const outcomes = await Promise.all([
          ...Array.from({ length: 180 }, async (_, at) => (await guess(at)).outcome),
          ...Array.from({ length: 20 }, (_, at) => throughPages(at)),
        ]);
        expect(outcomes).to.include('paused');
        expect(outcomes).not.to.include.members(['right']);
        const { locked, wrong } = await stateOf(dn);
        expect(locked).to.equal(false);
        expect(wrong).to.be.within(1, Math.floor(threshold / 2));
        await person.startsSignIn({ prompt: 'login' });
        await person.givesPassword();
        expect(person.outcome().kind).to.equal('signed-in');
      } finally {
        await other.close();
      }
    });
  }

  it('are fewer than half of those that lock, also where the owner’s own browser joins in', async () => {
    await setThreshold(10);
    const { dn, person } = await world().joins({ name: 'ada' });
    for (let at = 0; at < 20; at += 1) await tries(person, `Stranger-${String(at)}`);
    for (let at = 0; at < 20; at += 1) await tries(person, `Owner-${String(at)}`, true);
    expect(await stateOf(dn)).to.deep.equal({ locked: false, wrong: 5 });
    expect(await tries(person, PASSWORD, true)).to.equal('paused');
    await world().later(WINDOW_S * 1000 + MINUTE);
    expect(await tries(person, PASSWORD, true)).to.equal('right');
  });

  it('leave to known browsers what strangers could spend', async () => {
    await setThreshold(5);
    const { person } = await world().joins({ name: 'bert' });
    expect(await tries(person, 'Stranger-1')).to.equal('wrong');
    expect(await tries(person, PASSWORD)).to.equal('paused');
    expect(await tries(person, PASSWORD, true)).to.equal('right');
  });

  it('cost nothing a second time, as long as it is one of the last three', async () => {
    await setThreshold(10);
    const { dn, person } = await world().joins({ name: 'cara' });
    for (const password of ['One-1', 'Two-2', 'Three-3']) await tries(person, password, true);
    for (const password of ['One-1', 'Two-2', 'Three-3']) expect(await tries(person, password, true)).to.equal('wrong');
    expect((await stateOf(dn)).wrong).to.equal(3);
    // A password that somebody sets makes wrong ones right.
    await samba().admin.setPassword(dn, NEXT);
    expect(await tries(person, NEXT, true)).to.equal('right');
  });

  it('are not taken away from by right ones, which cost nothing', async () => {
    await setThreshold(10);
    const { dn, person } = await world().joins({ name: 'dora' });
    for (let at = 0; at < 4; at += 1) expect(await tries(person, `Wrong-${String(at)}`, true)).to.equal('wrong');
    for (let at = 0; at < 20; at += 1) expect(await tries(person, PASSWORD, true)).to.equal('right');
    expect(await tries(person, 'Wrong-5', true)).to.equal('wrong');
    expect(await tries(person, PASSWORD, true)).to.equal('paused');
    expect((await stateOf(dn)).locked).to.equal(false);
  });

  it('with an old password from a phone take nothing from its owner after a reset', async () => {
    await setThreshold(5);
    const { dn, person } = await world().joins({ name: 'fay' });
    const { passwords } = world().app.foundation.directory;
    await world().app.foundation.store.commit(await passwords.set(await accountOf(world(), person), NEXT, 'reset'));
    for (let at = 0; at < 20; at += 1) expect(await tries(person, PASSWORD)).to.equal('wrong');
    expect((await stateOf(dn)).wrong).to.equal(0);
    expect(await tries(person, NEXT)).to.equal('right');
    // Once the domain takes it no more, it costs one.
    await world().later(61 * MINUTE);
    await samba().admin.setPolicy({ lockoutThreshold: 5 });
    expect(await tries(person, NEXT)).to.equal('right');
  });
});

/** By a clock that goes with the domain's: how long it counts them is for the domain to say. */
describeOnSamba('Wrong passwords at other desks of a Samba domain', (samba) => {
  before(() => samba().admin.setPolicy({ lockoutThreshold: 5, lockoutWindow: WINDOW_S, lockoutDuration: WINDOW_S }));
  after(() => samba().admin.setPolicy({ lockoutThreshold: 0 }));
  const world = useDirectoryWorld(samba);
  const { stateOf, tries } = tryingOn(samba, world);

  it('include those at other desks, as the domain counts them', async () => {
    const { dn, person } = await world().joins({ name: 'emil' });
    for (let at = 0; at < 4; at += 1) await samba().bind(dn, `Desk-${String(at)}`);
    expect(await tries(person, 'Here-1', true)).to.equal('paused');
    expect(await stateOf(dn)).to.deep.equal({ locked: false, wrong: 4 });
  });

  it('count no more after an unlock, and after a reset', async () => {
    const { dn, person } = await world().joins({ name: 'gus' });
    const { store, directory } = world().app.foundation;
    for (let at = 0; at < 4; at += 1) await samba().bind(dn, `Desk-${String(at)}`);
    expect(await tries(person, PASSWORD, true)).to.equal('paused');
    const { changes = [] } = (await directory.passwords.unlock?.(await accountOf(world(), person))) ?? {};
    await store.commit(changes);
    expect(await tries(person, PASSWORD, true)).to.equal('right');
    for (let at = 0; at < 4; at += 1) await samba().bind(dn, `Desk-${String(at)}`);
    await store.commit(await directory.passwords.set(await accountOf(world(), person), NEXT, 'reset'));
    expect(await tries(person, NEXT)).to.equal('right');
  });
});
