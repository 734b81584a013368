import { expect } from 'chai';
import { unlockings } from '../../plugins/ldap/collections.ts';
import { MINUTE, systemClock } from '../../src/kernel/clock.ts';
import { everything } from '../../src/store/query.ts';
import { accountOf, CORP, directorySection, directoryWorldOn, eventsOf } from '../ldap/directory-world.ts';
import type { DirectoryWorld } from '../ldap/directory-world.ts';
import { dyingAt, Killed, placesOf } from '../ldap/dying-store.ts';
import type { IsLast } from '../ldap/dying-store.ts';
import { testClock } from '../support/clock.ts';
import type { TestClock } from '../support/clock.ts';
import { PASSWORD } from '../support/directories/directory-server.ts';
import { describeOnSlapd } from '../support/directories/on-slapd.ts';
import { startUnrulyProxy } from '../support/directories/unruly-proxy.ts';
import { openPremises } from '../support/premises.ts';
import type { ConfigTree, Premises } from '../support/premises.ts';

const { sends, notes, settles } = placesOf(unlockings);

const ADDRESSES = ['ada@example.test', 'ada@elsewhere.test'];
const UNLOCKED = 'Your account was unlocked';
const OPEN = 'Your account is no longer locked';

describeOnSlapd('A process that dies while it unlocks an account in slapd', (slapd) => {
  let premises: Premises;
  let clock: TestClock;
  let member: { readonly dn: string; readonly id: string };

  const opened = (others: ConfigTree = {}) =>
    openPremises({ config: { plugins: { ldap: { directories: { [CORP]: directorySection(slapd(), others) } } } } });

  beforeEach(async () => {
    await slapd().admin.clear();
    // None ends by itself, and few wrong passwords before one would keep the product from trying any.
    await slapd().admin.setPolicy({ lockoutThreshold: 10, lockoutDuration: 0 });
    clock = testClock(systemClock.now());
    premises = await opened();
    clock.install();
    await using world = await directoryWorldOn(slapd(), premises, clock);
    const { dn, person } = await world.joins({ name: 'ada' });
    member = { dn, id: person.id };
    await slapd().admin.lock(dn);
  });
  afterEach(async () => {
    clock[Symbol.dispose]();
    await premises[Symbol.asyncDispose]();
  });

  const unlocked = async (world: DirectoryWorld) =>
    world.app.foundation.directory.passwords.unlock?.(await accountOf(world, member));
  const pending = (world: DirectoryWorld) => world.app.foundation.store.count(unlockings, everything);
  const isOpen = async () => (await slapd().bind(member.dn, PASSWORD)).ok;

  /** Lets a process die at that write of an unlock, and tells what the next one makes of it. */
  const reborn = async (isLast: IsLast, look: (world: DirectoryWorld) => Promise<void>): Promise<void> => {
    {
      await using world = await directoryWorldOn(slapd(), premises, clock, { wrapStore: dyingAt(isLast) });
      const unlocking = async () => world.app.foundation.store.commit([...((await unlocked(world))?.changes ?? [])]);
      expect(await unlocking().catch((error: unknown) => error)).to.be.instanceOf(Killed);
    }
    await using world = await directoryWorldOn(slapd(), premises, clock);
    await look(world);
    expect(await pending(world)).to.equal(0);
  };

  /** What log and mails say, after twice the time in which somebody looks into it. */
  const expectTold = async (
    world: DirectoryWorld,
    ...told: readonly (readonly [reason: string, subject: string])[]
  ) => {
    await world.later(10 * MINUTE);
    await world.later(10 * MINUTE);
    const events = await eventsOf(world, member, 'directory.unlock_found');
    expect(events.map(({ reason }) => reason)).to.deep.equal(told.map(([reason]) => `${slapd().ldapsUrl}: ${reason}`));
    expect(await eventsOf(world, member, 'person.unlock_found')).to.have.length(told.length);
    for (const address of ADDRESSES) {
      const { mails } = await world.mail.to(address);
      expect(
        mails.map(({ subject }) => subject),
        address,
      ).to.deep.equal(told.map(([, subject]) => subject));
    }
  };

  it('after the directory had confirmed it is told of by the next: in the log, and to the person, once', () =>
    reborn(settles, async (world) => {
      expect(await isOpen()).to.equal(true);
      await world.settle();
      expect(await pending(world), 'nobody knows yet that it died').to.equal(1);
      await expectTold(world, ['unlocked', UNLOCKED]);
    }));

  it('before it could note that is told of as what is seen: an account that is open', () =>
    reborn(notes, async (world) => {
      expect(await isOpen()).to.equal(true);
      await expectTold(world, ['open', OPEN]);
    }));

  it('before anything left has changed nothing, nobody hears of it, and the person may ask again at once', () =>
    reborn(sends(), async (world) => {
      await expectTold(world);
      expect(await isOpen()).to.equal(false);
      expect((await unlocked(world))?.wasLocked).to.equal(true);
      expect(await isOpen()).to.equal(true);
      await world.later(10 * MINUTE);
    }));

  it('claims nothing that somebody else did in the meantime', () =>
    reborn(sends(), async (world) => {
      await slapd().admin.unlock(member.dn);
      await expectTold(world, ['open', OPEN]);
    }));

  it('is asked about until the directory answers, and nobody is told anything before', () =>
    reborn(notes, async (world) => {
      await slapd().kill();
      try {
        await world.later(10 * MINUTE);
        expect(await pending(world)).to.equal(1);
        expect(await eventsOf(world, member, 'directory.unlock_found')).to.deep.equal([]);
      } finally {
        await slapd().restart();
      }
      await expectTold(world, ['open', OPEN]);
    }));

  it('has its unlock told by whoever goes on before anybody looked, as the unlock that it was', () =>
    reborn(notes, async (world) => {
      const again = await unlocked(world);
      expect(again?.wasLocked).to.equal(true);
      await world.app.foundation.store.commit([...(again?.changes ?? [])]);
      const [event] = await eventsOf(world, member, 'directory.written');
      expect(event?.reason).to.include('unlock').and.include('no answer, found by a look');
      await expectTold(world);
    }));

  it('or loses the answer says that the directory does not answer, and what became of it is told afterwards', async () => {
    const proxy = await startUnrulyProxy(slapd());
    try {
      await using behind = await opened({ servers: [proxy.ldapsUrl], serverName: 'localhost' });
      await using world = await directoryWorldOn(slapd(), behind, clock);
      const person = await world.linked({ name: 'ada' }, member.dn);
      proxy.resetAt({ atMessage: THE_UNLOCK, delivered: true });
      const { passwords } = world.app.foundation.directory;
      const refused = passwords.unlock?.(await accountOf(world, person));
      expect(await refused?.catch((error: unknown) => (error as { reason?: string }).reason)).to.equal('unreachable');
      expect(await isOpen()).to.equal(true);
      proxy.behave();
      await world.later(10 * MINUTE);
      expect(await eventsOf(world, person, 'directory.unlock_found')).to.have.length(1);
      expect((await world.mail.to('ada@example.test')).mails.map(({ subject }) => subject)).to.deep.equal([OPEN]);
    } finally {
      await proxy.close();
    }
  });
});

/** The bind of the service account, the entry, the root DSE and the policies come before it. */
const THE_UNLOCK = 5;
