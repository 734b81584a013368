import { expect } from 'chai';
import type { DirectoryAuthority } from '../../plugins/ldap/authority/authority.ts';
import type { Account, Preflight } from '../../src/plugin.ts';
import { PasswordRefused } from '../../src/plugin.ts';
import { CORP, directoryWorld } from '../ldap/directory-world.ts';
import type { DirectoryWorld } from '../ldap/directory-world.ts';
import type { Person } from '../support/person.ts';
import { change } from '../support/directories/common-work.ts';
import type { DirectoryServer, NewPerson } from '../support/directories/directory-server.ts';
import { describeOnDs389 } from '../support/directories/on-ds389.ts';
import { describeOnSamba } from '../support/directories/on-samba.ts';
import { describeOnSlapd } from '../support/directories/on-slapd.ts';
import { SecurityDescriptor } from '../support/directories/samba-controls.ts';

/** Denies the change of the password to its owner, before all else that is said: "User cannot change password". */
const denying = (descriptor: Buffer): Buffer => {
  const entry = Buffer.from(
    '060028000001000001000000' + '531a72ab2f1ed011981900aa0040529b' + '01010000000000050a000000',
    'hex',
  );
  const list = descriptor.readUInt32LE(16);
  const changed = Buffer.concat([descriptor.subarray(0, list + 8), entry, descriptor.subarray(list + 8)]);
  changed.writeUInt16LE(descriptor.readUInt16LE(list + 2) + entry.length, list + 2);
  changed.writeUInt16LE(descriptor.readUInt16LE(list + 4) + 1, list + 4);
  return changed;
};

/** A world, and in it the preflight beside what really comes of a reset. */
const comparing = (server: () => DirectoryServer) => {
  let world: DirectoryWorld;

  before(async function () {
    this.timeout(60_000);
    world = await directoryWorld(server());
  });
  after(() => world[Symbol.asyncDispose]());

  const authority = (): DirectoryAuthority => world.app.foundation.opened.authorities[CORP] as DirectoryAuthority;

  const accountOf = async ({ id }: Person): Promise<Account> => {
    const account = await world.app.foundation.directory.accounts.byId(id);
    if (!account) throw new Error(`${id} is gone`);
    return account;
  };

  const said = async (person: Person): Promise<Preflight> => authority().check(await accountOf(person));

  /** What a reset really comes to. */
  const done = async (person: Person): Promise<string> => {
    try {
      await world.app.foundation.store.commit(
        await authority().set(await accountOf(person), 'Teapots at Noon 7', 'reset'),
      );
      return 'written';
    } catch (error) {
      if (!(error instanceof PasswordRefused)) throw error;
      return error.reason;
    }
  };

  const agree = async (person: Person, expected: 'written' | PasswordRefused['reason'], about?: RegExp) => {
    const preflight = await said(person);
    expect(preflight.works ? 'written' : preflight.reason, JSON.stringify(preflight)).to.equal(expected);
    if (about && !preflight.works) expect(preflight.about).to.match(about);
    expect(await done(person)).to.equal(expected);
  };

  return { joins: (person: NewPerson) => world.joins(person), said, agree };
};

const agrees = (server: () => DirectoryServer, tellsRights: boolean): void => {
  const { joins, agree } = comparing(server);

  it('says that a reset works where it does, and that it does not where it does not, with the reason', async () => {
    await agree((await joins({ name: 'ada', givenName: 'Ada' })).person, 'written');

    const outside = await joins({ name: 'olga', parentDn: server().outsideDn });
    if (tellsRights) await agree(outside.person, 'no_permission', /may not reset the password: .*olga/);

    const disabled = await joins({ name: 'dora' });
    await server().admin.disable(disabled.dn);
    await agree(disabled.person, 'disabled', /dora/);

    const gone = await joins({ name: 'gus' });
    await server().admin.remove(gone.dn);
    await agree(gone.person, 'not_found');
  });
};

describeOnSlapd('A preflight on slapd', (slapd) => {
  agrees(slapd, false);
});

describeOnDs389('A preflight on 389 DS', (ds389) => {
  agrees(ds389, true);
});

describeOnSamba('A preflight on a Samba domain', (samba) => {
  agrees(samba, true);
});

describeOnSamba('A preflight on accounts of a Samba domain', (samba) => {
  const { joins, said, agree } = comparing(samba);

  it('tells of protected accounts, which no delegation reaches', async () => {
    const admin = await joins({ name: 'petra' });
    await samba().admin.protect(admin.dn);
    await agree(admin.person, 'no_permission', /protected \(adminCount\)/);
  });

  it('tells of accounts whose owner may not change the password', async () => {
    const kiosk = await joins({ name: 'kiosk' });
    expect(await said(kiosk.person)).to.deep.equal({ works: true });
    await samba().admin.during(async (client) => {
      const control = new SecurityDescriptor();
      const name = 'nTSecurityDescriptor';
      const options = { scope: 'base', attributes: [name], explicitBufferAttributes: [name] } as const;
      const { searchEntries } = await client.search(
        kiosk.dn,
        { ...options, attributes: [name], explicitBufferAttributes: [name] },
        control,
      );
      const descriptor = searchEntries[0]?.[name];
      if (!Buffer.isBuffer(descriptor)) throw new Error('no descriptor is shown');
      await client.modify(kiosk.dn, change('replace', name, [denying(descriptor)]), control);
    });
    const preflight = await said(kiosk.person);
    expect(preflight).to.deep.include({ works: false, reason: 'no_permission' });
    expect(preflight)
      .to.have.property('about')
      .that.matches(/may not change its password/);
  });
});
