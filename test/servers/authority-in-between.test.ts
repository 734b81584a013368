import { expect } from 'chai';
import { writebacks } from '../../plugins/ldap/collections.ts';
import type { DirectoryAuthority } from '../../plugins/ldap/authority/authority.ts';
import type { LdapOpened } from '../../plugins/ldap/index.ts';
import type { Collection, Store } from '../../src/store/port.ts';
import { everything } from '../../src/store/query.ts';
import { PASSWORD } from '../support/directories/directory-server.ts';
import type { DirectoryServer } from '../support/directories/directory-server.ts';
import { describeOnSamba } from '../support/directories/on-samba.ts';
import { describeOnSlapd } from '../support/directories/on-slapd.ts';
import type { Person } from '../support/person.ts';
import { accountOf, CORP, directoryWorld, eventsOf } from '../ldap/directory-world.ts';
import type { DirectoryWorld, DirectoryWorldOptions } from '../ldap/directory-world.ts';

const NEXT = 'Violet-Teapots-7-At-Noon';
const OTHER = 'Amber-Kettles-9-At-Dawn';

/** What happens once, just before something of a write is stored. */
interface Between {
  verb: 'insert' | 'swap';
  happens: (() => Promise<unknown>) | undefined;
}

const happening =
  (between: Between) =>
  (store: Store): Store =>
    new Proxy(store, {
      get(target, name): unknown {
        const member: unknown = Reflect.get(target, name);
        if (name !== between.verb || typeof member !== 'function') return member;
        return async (...given: unknown[]): Promise<unknown> => {
          const { happens } = between;
          if (happens && (given[0] as Collection).name === writebacks.name) {
            between.happens = undefined;
            await happens();
          }
          return Reflect.apply(member as (...all: unknown[]) => unknown, target, given);
        };
      },
    });

const authorityOf = (world: DirectoryWorld): DirectoryAuthority => {
  const opened = world.app.foundation.opened.of({ name: 'ldap' }) as LdapOpened;
  return opened.directories.get(CORP) ?? expect.fail();
};

const suite = (server: () => DirectoryServer): void => {
  const between: Between = { verb: 'insert', happens: undefined };

  beforeEach(async () => {
    Object.assign(between, { verb: 'insert', happens: undefined });
    await server().admin.clear();
  });

  const opened = (directory: DirectoryWorldOptions['directory'] = {}): Promise<DirectoryWorld> =>
    directoryWorld(server(), { directory, surroundings: { wrapStore: happening(between) } });
  const passwordsOf = (world: DirectoryWorld) => world.app.foundation.directory.passwords;
  const setting = async (world: DirectoryWorld, person: Person) =>
    passwordsOf(world).set(await accountOf(world, person), NEXT, 'reset');
  const set = async (world: DirectoryWorld, person: Person): Promise<void> => {
    await world.app.foundation.store.commit(await setting(world, person));
    expect(await world.app.foundation.store.count(writebacks, everything)).to.equal(0);
  };

  describe('an entry that is renamed or moved', () => {
    it('after it was found and before it is written is found again by its id, and written once', async () => {
      await using world = await opened();
      const { dn, person } = await world.joins({ name: 'ada' });
      let now = '';
      between.happens = async () => {
        now = await server().admin.rename(dn, 'adalinda');
      };
      await set(world, person);
      expect(now).not.to.equal('');
      expect(await server().bind(now, NEXT)).to.include({ ok: true });
      expect(await eventsOf(world, person, 'directory.refused')).to.deep.equal([]);
      expect(await eventsOf(world, person, 'directory.written')).to.have.length(1);
    });

    it('and disabled with it is not written: the second look judges like the first', async () => {
      await using world = await opened();
      const { dn, person } = await world.joins({ name: 'bert' });
      between.happens = async () => {
        await server().admin.disable(await server().admin.rename(dn, 'norbert'));
      };
      expect(await setting(world, person).catch((error: unknown) => error)).to.include({ reason: 'disabled' });
      expect(await world.app.foundation.store.count(writebacks, everything)).to.equal(0);
    });

    it('and deleted is told to be gone', async () => {
      await using world = await opened();
      const { dn, person } = await world.joins({ name: 'cara' });
      between.happens = () => server().admin.remove(dn);
      expect(await setting(world, person).catch((error: unknown) => error)).to.include({ reason: 'not_found' });
      expect(await world.app.foundation.store.count(writebacks, everything)).to.equal(0);
    });

    it('after it was written is proved where it is now', async () => {
      await using world = await opened();
      const { dn, person } = await world.joins({ name: 'dora' });
      let now = '';
      Object.assign(between, {
        verb: 'swap',
        happens: async () => {
          now = await server().admin.rename(dn, 'dorothea');
        },
      });
      await set(world, person);
      expect(await server().bind(now, NEXT)).to.include({ ok: true });
    });

    it('before it is unlocked is unlocked where it is now', async () => {
      await using world = await opened();
      const { dn, person } = await world.joins({ name: 'emil' });
      await server().admin.lock(dn);
      const { dialect } = authorityOf(world);
      const { unlock } = dialect;
      let now = '';
      const late: typeof unlock = async (...given) => {
        Object.assign(dialect, { unlock });
        now = await server().admin.rename(dn, 'emilio');
        return unlock(...given);
      };
      Object.assign(dialect, { unlock: late });
      const { wasLocked } = (await passwordsOf(world).unlock?.(await accountOf(world, person))) ?? {};
      expect(wasLocked).to.equal(true);
      expect(await server().bind(now, PASSWORD)).to.include({ ok: true });
    });
  });

  describe('another password that somebody else sets', () => {
    for (const verifyBind of [true, false]) {
      const by = verifyBind ? 'with a bind to prove it' : 'without a bind to prove it';
      it(`while the commit of a reset is tried again does not stay, ${by}`, async () => {
        await using world = await opened({ writeback: { enabled: true, verifyBind } });
        await server().admin.setPolicy({ history: 0 });
        const { dn, person } = await world.joins({ name: 'fay' });
        await setting(world, person);
        await server().admin.setPassword(dn, OTHER);
        const seen = () => server().admin.read(dn, server().kind === 'samba' ? 'pwdLastSet' : 'userPassword');
        const others = await seen();
        await set(world, person);
        expect(await seen()).not.to.equal(others);
        expect(await server().bind(dn, NEXT)).to.include({ ok: true });
        const judged = await passwordsOf(world).verify(await accountOf(world, person), OTHER);
        expect(judged.outcome).to.equal('wrong');
      });
    }
  });
};

describeOnSamba('While a password is written to a Samba domain,', suite);
describeOnSlapd('While a password is written to slapd,', suite);
