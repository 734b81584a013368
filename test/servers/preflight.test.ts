import { expect } from 'chai';
import type { DirectoryAuthority } from '../../plugins/ldap/authority/authority.ts';
import type { Account, Preflight } from '../../src/plugin.ts';
import { PasswordRefused } from '../../src/plugin.ts';
import { CORP, directoryWorld } from '../ldap/directory-world.ts';
import type { DirectoryWorld } from '../ldap/directory-world.ts';
import type { Person } from '../support/person.ts';
import { change } from '../support/directories/common-work.ts';
import { describeOnSamba } from '../support/directories/on-samba.ts';
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

describeOnSamba('A preflight on a Samba domain', (samba) => {
  let world: DirectoryWorld;

  before(async function () {
    this.timeout(60_000);
    world = await directoryWorld(samba());
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

  it('says that a reset works where it does, and that it does not where it does not, with the reason', async () => {
    await agree((await world.joins({ name: 'ada', givenName: 'Ada' })).person, 'written');

    const outside = await world.joins({ name: 'olga', parentDn: samba().outsideDn });
    await agree(outside.person, 'no_permission', /may not reset the password: CN=olga/);

    const disabled = await world.joins({ name: 'dora' });
    await samba().admin.disable(disabled.dn);
    await agree(disabled.person, 'disabled', /CN=dora/);

    const gone = await world.joins({ name: 'gus' });
    await samba().admin.remove(gone.dn);
    await agree(gone.person, 'not_found');
  });

  it('tells of protected accounts, which no delegation reaches', async () => {
    const admin = await world.joins({ name: 'petra' });
    await samba().admin.protect(admin.dn);
    await agree(admin.person, 'no_permission', /protected \(adminCount\)/);
  });

  it('tells of accounts whose owner may not change the password', async () => {
    const kiosk = await world.joins({ name: 'kiosk' });
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
