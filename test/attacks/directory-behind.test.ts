import { expect } from 'chai';
import { directoryLinks } from '../../plugins/ldap/collections.ts';
import type { DirectoryLink } from '../../plugins/ldap/collections.ts';
import type { LdapOpened } from '../../plugins/ldap/index.ts';
import type { Stored } from '../../src/store/port.ts';
import { accountOf, CORP, eventsOf, useDirectoryWorld } from '../ldap/directory-world.ts';
import { PASSWORD } from '../support/directories/directory-server.ts';
import { describeOnSamba } from '../support/directories/on-samba.ts';
import { onEveryEngine } from '../support/engines.ts';
import type { Person } from '../support/person.ts';

const NEXT = 'Violet-Teapots-7-At-Noon';
const OTHER = 'Amber-Kettles-9-At-Dawn';

onEveryEngine('Domain controllers', (store) => {
  describeOnSamba('A domain controller that has not heard of a reset', (samba) => {
    const world = useDirectoryWorld(samba, { store });

    const documents = () => world().app.foundation.store;
    const passwords = () => world().app.foundation.directory.passwords;
    const judged = async (person: Person, password: string) =>
      passwords().verify(await accountOf(world(), person), password);
    const linkOf = async ({ id }: Person): Promise<Stored<DirectoryLink>> => {
      const link = await documents().get(directoryLinks, id);
      if (!link) throw new Error('nobody is linked');
      return link;
    };
    const reset = async (person: Person): Promise<void> => {
      const changes = await passwords().set(await accountOf(world(), person), NEXT, 'reset');
      await documents().commit(changes);
    };
    /** Samba takes the old password for an hour, as a controller does that has no other yet; the stamp is the rest of it. */
    const behind = async (dn: string, person: Person): Promise<void> => {
      await samba().admin.agePassword(dn, 600);
      const stamp = await samba().admin.read(dn, 'pwdLastSet');
      const { stampBefore, ...link } = await linkOf(person);
      expect(stampBefore).to.match(/^\d+$/);
      await documents().swap(directoryLinks, { ...link, stampBefore: stamp ?? '' });
    };

    it('lets nobody in by the password of before, and ends nothing a second time', async () => {
      const { dn, person } = await world().joins({ name: 'ada' });
      expect(await judged(person, PASSWORD)).to.deep.equal({ outcome: 'right' });
      await reset(person);
      await behind(dn, person);
      const { epoch } = await accountOf(world(), person);
      expect(await samba().bind(dn, PASSWORD)).to.include({ ok: true });
      expect(await judged(person, PASSWORD)).to.deep.equal({ outcome: 'wrong' });
      expect(await judged(person, NEXT)).to.deep.equal({ outcome: 'right' });
      expect(await eventsOf(world(), person, 'directory.password_seen')).to.deep.equal([]);
      expect((await accountOf(world(), person)).epoch).to.equal(epoch);
    });

    it('shows an import nothing new, nor does a page that was read before the reset', async () => {
      const { person } = await world().joins({ name: 'bert' });
      await judged(person, PASSWORD);
      const { passwordStamp: before = '' } = await linkOf(person);
      await reset(person);
      const corp = (world().app.foundation.opened.of({ name: 'ldap' }) as LdapOpened).directories.get(CORP);
      const link = await linkOf(person);
      const seen = await corp?.sight(await accountOf(world(), person), link, before, 'import');
      expect(seen).to.deep.include({ changes: [], renewed: false });
      expect(seen?.link.fresh).to.deep.equal(link.fresh);
    });

    it('is believed again once others set another password', async () => {
      const { dn, person } = await world().joins({ name: 'carl' });
      await judged(person, PASSWORD);
      await reset(person);
      await behind(dn, person);
      await samba().admin.setPassword(dn, OTHER);
      expect(await judged(person, OTHER)).to.deep.equal({ outcome: 'right', renewed: true });
    });

    it('judges no old password right either where no stamp was seen after the reset', async () => {
      const { person } = await world().joins({ name: 'dora' });
      await reset(person);
      const { passwordStamp: _, stampBefore: __, fresh, ...link } = await linkOf(person);
      const { stamp: ___, ...hashed } = fresh ?? { hash: '', until: 0 };
      await documents().swap(directoryLinks, { ...link, fresh: hashed });
      expect(await judged(person, PASSWORD)).to.deep.equal({ outcome: 'wrong' });
      expect(await judged(person, NEXT)).to.deep.equal({ outcome: 'right' });
      expect(await judged(person, PASSWORD)).to.deep.equal({ outcome: 'wrong' });
    });
  });
});
