import { expect } from 'chai';
import { writebacks } from '../../plugins/ldap/collections.ts';
import { HOUR, MINUTE, systemClock } from '../../src/kernel/clock.ts';
import { everything } from '../../src/store/query.ts';
import { testClock } from '../support/clock.ts';
import type { TestClock } from '../support/clock.ts';
import { PASSWORD } from '../support/directories/directory-server.ts';
import { describeOnSamba } from '../support/directories/on-samba.ts';
import { openPremises } from '../support/premises.ts';
import type { Premises } from '../support/premises.ts';
import { accountOf, CORP, directorySection, directoryWorldOn, eventsOf } from '../ldap/directory-world.ts';
import type { DirectoryWorld } from '../ldap/directory-world.ts';
import { dyingAt, Killed, placesOf } from '../ldap/dying-store.ts';
import type { IsLast } from '../ldap/dying-store.ts';

const NEXT = 'Violet-Teapots-7-At-Noon';
const THEIRS = 'Copper-Kettles-3-At-Dusk';

const { begins, sends, notes, settles } = placesOf(writebacks);

describeOnSamba('A process that dies while it writes a password to a Samba domain', (samba) => {
  let premises: Premises;
  let clock: TestClock;

  beforeEach(async () => {
    await samba().admin.clear();
    clock = testClock(systemClock.now());
    premises = await openPremises({
      config: { plugins: { ldap: { directories: { [CORP]: directorySection(samba()) } } } },
    });
    clock.install();
  });
  afterEach(async () => {
    clock[Symbol.dispose]();
    await premises[Symbol.asyncDispose]();
  });

  /** Lets a process die at that write of a reset, and tells what the next one makes of it. */
  const reborn = async (
    isLast: IsLast,
    look: (world: DirectoryWorld, id: string, before: number, dn: string) => Promise<void>,
  ): Promise<void> => {
    let dn = '';
    let id = '';
    let before = 0;
    {
      await using world = await directoryWorldOn(samba(), premises, clock);
      const joined = await world.joins({ name: 'ada' });
      dn = joined.dn;
      id = joined.person.id;
      const { passwords } = world.app.foundation.directory;
      // What the first sight of a password is, it was before.
      await passwords.verify(await accountOf(world, joined.person), PASSWORD);
      before = (await accountOf(world, joined.person)).epoch;
    }
    {
      await using world = await directoryWorldOn(samba(), premises, clock, { wrapStore: dyingAt(isLast) });
      const { directory, store } = world.app.foundation;
      const writing = async () =>
        store.commit(await directory.passwords.set(await accountOf(world, { id }), NEXT, 'reset'));
      expect(await writing().catch((error: unknown) => error)).to.be.instanceOf(Killed);
    }
    await using world = await directoryWorldOn(samba(), premises, clock);
    await look(world, id, before, dn);
    expect(await world.app.foundation.store.count(writebacks, everything)).to.equal(0);
  };

  const judged = async (world: DirectoryWorld, id: string, password: string) =>
    world.app.foundation.directory.passwords.verify(await accountOf(world, { id }), password);
  const mailsOf = async (world: DirectoryWorld) => (await world.mail.to('ada@example.test')).mails;

  it('between the answer of the domain and the store is found out by the next, which ends and tells everything, once', () =>
    reborn(settles, async (world, id, before, dn) => {
      expect(await samba().bind(dn, NEXT)).to.include({ ok: true });
      await world.settle();
      expect((await accountOf(world, { id })).epoch, 'nobody knows yet that it died').to.equal(before);
      await world.later(10 * MINUTE);
      expect((await accountOf(world, { id })).epoch).to.equal(before + 1);
      expect(await mailsOf(world)).to.have.length(1);
      await world.later(10 * MINUTE);
      expect((await accountOf(world, { id })).epoch).to.equal(before + 1);
      expect(await mailsOf(world)).to.have.length(1);
      expect(await eventsOf(world, { id }, 'directory.password_seen')).to.have.length(1);
      // The domain still takes the old one; here it has ended.
      expect(await judged(world, id, PASSWORD)).to.deep.equal({ outcome: 'wrong' });
      expect(await judged(world, id, NEXT)).to.deep.equal({ outcome: 'right' });
    }));

  it('before it could note the answer of the domain is found out as well, and the password before ends at once', () =>
    reborn(notes, async (world, id, before, dn) => {
      expect(await samba().bind(dn, PASSWORD), 'the domain takes both').to.include({ ok: true });
      expect(await judged(world, id, PASSWORD), 'before anybody found it out').to.deep.equal({ outcome: 'wrong' });
      expect(await judged(world, id, NEXT)).to.deep.equal({ outcome: 'right' });
      await world.later(10 * MINUTE);
      expect(await judged(world, id, PASSWORD), 'after that').to.deep.equal({ outcome: 'wrong' });
      expect((await accountOf(world, { id })).epoch).to.equal(before + 1);
      expect(await mailsOf(world)).to.have.length(1);
      expect(await judged(world, id, NEXT)).to.deep.equal({ outcome: 'right' });
    }));

  it('before anything left has changed nothing, and nobody hears of it', () =>
    reborn(begins, async (world, id, before, dn) => {
      await world.later(10 * MINUTE);
      expect((await accountOf(world, { id })).epoch).to.equal(before);
      expect(await mailsOf(world)).to.deep.equal([]);
      expect(await samba().bind(dn, PASSWORD)).to.include({ ok: true });
    }));

  it('and wrote nothing keeps nobody out with the password that somebody else sets later', () =>
    reborn(sends(), async (world, id, before, dn) => {
      const { store } = world.app.foundation;
      const intent = (await store.get(writebacks, id)) ?? expect.fail();
      // Begun an hour ago by the clock of the domain.
      await store.swap(writebacks, { ...intent, since: (intent.since ?? expect.fail()) - HOUR });
      await samba().admin.setPassword(dn, THEIRS);
      expect(await judged(world, id, THEIRS)).to.deep.equal({ outcome: 'right' });
      await world.later(10 * MINUTE);
      expect((await accountOf(world, { id })).epoch).to.equal(before + 1);
      expect(await judged(world, id, THEIRS)).to.deep.equal({ outcome: 'right' });
      expect(await judged(world, id, NEXT)).to.deep.equal({ outcome: 'wrong' });
    }));

  it('is no change by others to whoever signs in meanwhile', () =>
    reborn(settles, async (world, id, before) => {
      expect(await judged(world, id, PASSWORD), 'the one before').to.deep.equal({ outcome: 'wrong' });
      expect(await judged(world, id, NEXT)).to.deep.equal({ outcome: 'right' });
      expect((await accountOf(world, { id })).epoch).to.equal(before);
      await world.later(10 * MINUTE);
      expect((await accountOf(world, { id })).epoch).to.equal(before + 1);
    }));

  it('is in nobody’s way: the person may reset at once when it is known to be dead', () =>
    reborn(settles, async (world, id, _before, dn) => {
      const { directory, store } = world.app.foundation;
      clock.advance(10 * MINUTE);
      await store.commit(await directory.passwords.set(await accountOf(world, { id }), `${NEXT}!`, 'reset'));
      expect(await samba().bind(dn, `${NEXT}!`)).to.include({ ok: true });
      expect(await judged(world, id, `${NEXT}!`)).to.deep.equal({ outcome: 'right' });
    }));
});
