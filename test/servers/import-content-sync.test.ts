import { expect } from 'chai';
import { directoryImports } from '../../plugins/ldap/import/collections.ts';
import { LdapFailure } from '../../plugins/ldap/connection/failure.ts';
import type { Ldap, Search } from '../../plugins/ldap/connection/ldap.ts';
import type { Link } from '../../plugins/ldap/connection/link.ts';
import { everything } from '../../src/store/query.ts';
import { importRig } from '../ldap/import-rig.ts';
import type { ImportRig } from '../ldap/import-rig.ts';
import { linkBy, optionsFor } from '../ldap/link-to.ts';
import { describeOnSlapd } from '../support/directories/on-slapd.ts';

/** What an import asks of a server: who was listed, and whether it was asked for changes. */
interface Asked {
  readonly searches: Search[];
  readonly syncs: string[];
}

/** @param refusal result code that every request for changes gets */
const watched = (link: Pick<Link, 'withService'>, asked: Asked, refusal?: number): Pick<Link, 'withService'> => ({
  withService: (work, options) =>
    link.withService((ldap) => {
      const seen: Ldap = {
        ...ldap,
        pages(search, size) {
          asked.searches.push(search);
          return ldap.pages(search, size);
        },
        contentSync(sync, take) {
          asked.syncs.push(sync.cookie);
          if (refusal === undefined) return ldap.contentSync(sync, take);
          throw new LdapFailure(refusal, 'refresh required', ldap.server.url);
        },
      };
      return work(seen);
    }, options),
});

/** Listings of everybody's id, which is what a server that tells nothing of changes costs. */
const listings = ({ searches }: Asked): number =>
  searches.filter(
    // Those who are asked for by their id are looked up, not listed.
    ({ attributes = [], filter }) =>
      attributes.length === 1 && attributes[0] === 'entryUUID' && !JSON.stringify(filter).includes('entryUUID'),
  ).length;

describeOnSlapd('The changes of an OpenLDAP server', (slapd) => {
  const add = (name: string) => slapd().admin.addPerson({ name, surname: name });

  beforeEach(() => slapd().admin.clear());

  const during = async (
    act: (corp: ImportRig, asked: Asked) => Promise<void>,
    options: { readonly refusal?: number; readonly config?: Readonly<Record<string, unknown>> } = {},
  ): Promise<void> => {
    const { peopleDn, groupsDn } = slapd();
    const config = optionsFor(slapd(), { people: { base: peopleDn }, groups: { base: groupsDn }, ...options.config });
    using link = linkBy(config);
    const asked: Asked = { searches: [], syncs: [] };
    await using corp = await importRig(config, { link: watched(link, asked, options.refusal) });
    await act(corp, asked);
  };

  it('are asked for, so that nobody is listed: of deleted, changed, moved and new entries, and of none', async () => {
    const [ada] = [await add('ada'), await add('bob'), await add('cid')];
    const cid = await add('dan');
    const group = await slapd().admin.addGroup('Engineers', [ada, cid]);
    await during(async (corp, asked) => {
      expect(await corp.import()).to.include({ kind: 'full', created: 4, groups: 1 });
      expect(await corp.import()).to.include({ kind: 'delta', gone: 0, updated: 0 });
      expect(asked.syncs).to.deep.equal([]);

      await slapd().admin.remove(ada);
      await slapd().admin.replace(cid, { mail: 'dan@corp.example' });
      await add('eve');
      expect(await corp.import()).to.include({ kind: 'delta', gone: 1, updated: 1, created: 1 });
      expect((await corp.person('ada')).active).to.equal(false);
      expect((await corp.person('bob')).active).to.equal(true);

      await slapd().admin.move(cid, slapd().outsideDn);
      await slapd().admin.remove(group);
      expect(await corp.import()).to.include({ kind: 'delta', gone: 1, groups: 1 });
      expect((await corp.person('dan')).active).to.equal(false);
      expect(await corp.import()).to.include({ kind: 'delta', gone: 0, groups: 0 });
      expect(asked.syncs).to.not.deep.equal([]);
      expect(listings(asked)).to.equal(0);
    });
  });

  it('are found by listing everybody where the server knows nothing of the state of before', async () => {
    const ada = await add('ada');
    await add('bob');
    await during(
      async (corp, asked) => {
        await corp.import();
        await slapd().admin.remove(ada);
        expect(await corp.import()).to.include({ kind: 'delta', gone: 1 });
        expect(asked.syncs).to.not.deep.equal([]);
        expect(listings(asked)).to.be.greaterThan(0);
      },
      { refusal: 4096 },
    );
  });

  it('are found so too after a state that this server never had, and where there is none', async () => {
    const ada = await add('ada');
    const bob = await add('bob');
    await add('cid');
    await during(async (corp) => {
      await corp.import();
      const { store } = corp.rooms;
      const remark = async (change: (text: string) => string | undefined): Promise<void> => {
        const { docs } = await store.find(directoryImports, everything);
        for (const doc of docs) {
          const marks = doc.marks.flatMap(({ server, mark }) => {
            const next = mark.startsWith('rid=') ? change(mark) : mark;
            return next === undefined ? [] : [{ server, mark: next }];
          });
          await store.swap(directoryImports, { ...doc, marks });
        }
      };
      await remark(() => 'rid=000,csn=20990101000000.000000Z#000000#000#000000');
      await slapd().admin.remove(ada);
      expect(await corp.import()).to.include({ kind: 'delta', gone: 1 });
      await remark(() => undefined);
      await slapd().admin.remove(bob);
      expect(await corp.import()).to.include({ kind: 'delta', gone: 1 });
      expect((await corp.person('cid')).active).to.equal(true);
    });
  });

  it('are not relied on where people are those of a group, who come and go without being changed', async () => {
    const [ada, bob] = [await add('ada'), await add('bob')];
    const group = await slapd().admin.addGroup('Engineers', [ada, bob]);
    await during(
      async (corp, asked) => {
        expect(await corp.import()).to.include({ created: 2 });
        await slapd().admin.removeMembers(group, [bob]);
        expect(await corp.import()).to.include({ kind: 'delta', gone: 1 });
        expect(asked.syncs).to.deep.equal([]);
      },
      { config: { match: { groups: [group] } } },
    );
  });

  it('are found by listing everybody where a whole branch may have moved, whose entries do not change by that', async () => {
    const unit = await slapd().admin.addUnit('London', slapd().peopleDn);
    await slapd().admin.addPerson({ name: 'ada', parentDn: unit });
    await add('bob');
    await during(async (corp) => {
      expect(await corp.import()).to.include({ created: 2 });
      await slapd().admin.move(unit, slapd().outsideDn);
      expect(await corp.import()).to.include({ kind: 'delta', gone: 1 });
      expect((await corp.person('ada')).active).to.equal(false);
    });
  });

  it('stop an import that would lose too many, as they do when everybody is listed', async () => {
    const all: string[] = [];
    for (let n = 0; n < 25; n += 1) all.push(await add(`person${String(n)}`));
    await during(async (corp, asked) => {
      await corp.import();
      for (const dn of all.slice(0, 22)) await slapd().admin.remove(dn);
      expect(await corp.import()).to.include({ result: 'stopped', of: 'people', losses: 22 });
      expect(await corp.import({ acceptLosses: true })).to.include({ result: 'done', gone: 22 });
      expect(listings(asked)).to.equal(0);
    });
  });
});
