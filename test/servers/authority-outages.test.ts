import { expect } from 'chai';
import { directoryLinks, writebacks } from '../../plugins/ldap/collections.ts';
import type { LdapOpened } from '../../plugins/ldap/index.ts';
import { HOUR, MINUTE } from '../../src/kernel/clock.ts';
import { everything } from '../../src/store/query.ts';
import { PASSWORD } from '../support/directories/directory-server.ts';
import type { DirectoryServer } from '../support/directories/directory-server.ts';
import { describeOnSamba } from '../support/directories/on-samba.ts';
import { startUnrulyProxy } from '../support/directories/unruly-proxy.ts';
import type { UnrulyProxy } from '../support/directories/unruly-proxy.ts';
import type { Person } from '../support/person.ts';
import { accountOf, CORP, directorySection, directoryWorld, eventsOf } from '../ldap/directory-world.ts';
import type { DirectoryWorld, DirectoryWorldOptions } from '../ldap/directory-world.ts';

const NEXT = 'Violet-Teapots-7-At-Noon';
const SHORT = { connect: '2s', answer: '2s' };

describeOnSamba('A Samba domain that fails', (samba) => {
  let proxy: UnrulyProxy;

  beforeEach(async () => {
    await samba().admin.clear();
    proxy = await startUnrulyProxy(samba());
  });
  afterEach(() => proxy.close());

  const through = (others: DirectoryWorldOptions['directory'] = {}): Promise<DirectoryWorld> =>
    directoryWorld(samba(), {
      directory: { servers: [proxy.ldapsUrl], serverName: 'localhost', timeouts: SHORT, ...others },
    });
  const passwordsOf = (world: DirectoryWorld) => world.app.foundation.directory.passwords;
  const set = async (world: DirectoryWorld, person: Person, password = NEXT): Promise<void> => {
    const changes = await passwordsOf(world).set(await accountOf(world, person), password, 'reset');
    await world.app.foundation.store.commit(changes);
  };
  const reasonOf = (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => 'done',
      (error: unknown) => (error as { reason?: string }).reason ?? error,
    );
  const judged = async (world: DirectoryWorld, person: Person, password = PASSWORD) =>
    passwordsOf(world).verify(await accountOf(world, person), password);
  const pending = (world: DirectoryWorld) => world.app.foundation.store.count(writebacks, everything);

  /** The bind of the service account, the entry, the root DSE, the policy and the clock come before it. */
  const THE_WRITE = 6;

  it('after it took a password, its answer lost: the bind tells, and so does the page', async () => {
    await using world = await through();
    const { dn, person } = await world.joins({ name: 'ada' });
    proxy.resetAt({ atMessage: THE_WRITE, delivered: true });
    await set(world, person);
    expect(await samba().bind(dn, NEXT)).to.include({ ok: true });
    expect(await pending(world)).to.equal(0);
    proxy.behave();
    const [event] = await eventsOf(world, person, 'directory.written');
    expect(event?.reason).to.include('no answer, found by a bind');
    expect(await judged(world, person)).to.deep.equal({ outcome: 'wrong' });
    expect(await judged(world, person, NEXT)).to.deep.equal({ outcome: 'right' });
  });

  it('before it took a password: nothing has changed, and it is said so', async () => {
    await using world = await through();
    const { dn, person } = await world.joins({ name: 'bert' });
    const { epoch } = await accountOf(world, person);
    proxy.resetAt({ atMessage: THE_WRITE, delivered: false });
    expect(await reasonOf(set(world, person))).to.equal('unreachable');
    expect(await samba().bind(dn, PASSWORD)).to.include({ ok: true });
    expect(await samba().bind(dn, NEXT)).to.include({ ok: false });
    expect(await pending(world)).to.equal(0);
    expect((await accountOf(world, person)).epoch).to.equal(epoch);
    proxy.behave();
    await set(world, person);
    expect(await judged(world, person, NEXT)).to.deep.equal({ outcome: 'right' });
  });

  it('in the middle, and stays away: what became of the password is found out when it is back', async () => {
    await using world = await through();
    const { person } = await world.joins({ name: 'cara' });
    const { epoch } = await accountOf(world, person);
    proxy.resetAt({ atMessage: THE_WRITE, delivered: true });
    const { link } = (world.app.foundation.opened.of({ name: 'ldap' }) as LdapOpened).directories.get(CORP) ?? {};
    if (!link) throw new Error('the directory is called corp');
    const { bindAs } = link;
    Object.assign(link, {
      bindAs: async (...given: Parameters<typeof bindAs>) => {
        await proxy.refuse();
        return bindAs(...given);
      },
    });
    expect(await reasonOf(set(world, person))).to.equal('unreachable');
    Object.assign(link, { bindAs });
    expect(await pending(world)).to.equal(1);
    await world.later(MINUTE);
    expect(await pending(world)).to.equal(1);
    proxy.behave();
    await proxy.accept();
    await world.later(10 * MINUTE);
    expect(await pending(world)).to.equal(0);
    expect((await accountOf(world, person)).epoch).to.equal(epoch + 1);
    expect(await judged(world, person, NEXT)).to.deep.equal({ outcome: 'right' });
  });

  for (const [what, misbehave] of [
    ['hangs', (it: UnrulyProxy) => it.hang()],
    ['answers with what is no LDAP', (it: UnrulyProxy) => it.babble()],
    ['refuses connections', (it: UnrulyProxy) => it.refuse()],
  ] as const) {
    it(`and ${what} calls no password wrong, and changes none`, async function () {
      this.timeout(30_000);
      await using world = await through();
      const { dn, person } = await world.joins({ name: 'dora' });
      expect(await judged(world, person)).to.deep.equal({ outcome: 'right' });
      await misbehave(proxy);
      expect(await judged(world, person)).to.deep.equal({ outcome: 'unavailable' });
      expect(await judged(world, person, 'wrong')).to.deep.equal({ outcome: 'unavailable' });
      expect(await reasonOf(set(world, person))).to.equal('unreachable');
      const account = await accountOf(world, person);
      expect(await reasonOf(passwordsOf(world).state(account))).to.include({ code: 'unavailable' });
      expect(await passwordsOf(world).preflight?.(account)).to.include({ works: false, reason: 'unreachable' });
      expect(await pending(world)).to.equal(0);
      expect(await samba().bind(dn, PASSWORD)).to.include({ ok: true });
    });
  }

  it('touches nobody of another directory', async () => {
    const others = { other: directorySection(samba() satisfies DirectoryServer) };
    await using world = await directoryWorld(samba(), {
      directory: {
        servers: [proxy.ldapsUrl],
        serverName: 'localhost',
        timeouts: SHORT,
        match: { domains: ['corp.test'] },
      },
      others,
    });
    const { person: near } = await world.joins({ name: 'emil' }, 'other');
    const { person: far } = await world.joins({ name: 'fay' });
    await proxy.refuse();
    expect(await judged(world, far)).to.deep.equal({ outcome: 'unavailable' });
    await near.signsIn();
    expect(near.outcome().kind).to.equal('signed-in');
    await set(world, near);
    expect(await judged(world, near, NEXT)).to.deep.equal({ outcome: 'right' });
  });

  describe('lets people in by the password that was right last, where the operator asked for that', () => {
    const CACHED = { cachedVerifier: { enabled: true, hours: 2 } };

    it('for some hours, and no other password', async () => {
      await using world = await through(CACHED);
      const { person } = await world.joins({ name: 'gus' });
      const { person: hal } = await world.joins({ name: 'hal' });
      await judged(world, person);
      await proxy.refuse();
      expect(await judged(world, person)).to.deep.equal({ outcome: 'right' });
      expect(await judged(world, person, NEXT)).to.deep.equal({ outcome: 'wrong' });
      // Whoever was not here before is not known to be anybody.
      expect(await judged(world, hal)).to.deep.equal({ outcome: 'unavailable' });
      clockOn(world, 2 * HOUR);
      expect(await judged(world, person)).to.deep.equal({ outcome: 'unavailable' });
    });

    it('but not where the domain was seen to say otherwise since, nor by one that was replaced here', async () => {
      await using world = await through(CACHED);
      const { dn, person } = await world.joins({ name: 'ida' });
      await judged(world, person);
      await samba().admin.disable(dn);
      expect(await judged(world, person)).to.deep.equal({ outcome: 'disabled' });
      const { person: jan } = await world.joins({ name: 'jan' });
      await judged(world, jan);
      await set(world, jan);
      await proxy.refuse();
      expect(await judged(world, person)).to.deep.equal({ outcome: 'unavailable' });
      expect(await judged(world, jan)).to.deep.equal({ outcome: 'unavailable' });
    });

    it('and keeps nothing of it unless asked', async () => {
      await using world = await through();
      const { person } = await world.joins({ name: 'kim' });
      await judged(world, person);
      expect(await world.app.foundation.store.get(directoryLinks, person.id)).not.to.have.property('cached');
    });
  });

  const clockOn = ({ clock }: DirectoryWorld, milliseconds: number): void => {
    clock.advance(milliseconds);
  };
});
