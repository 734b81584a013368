import { expect } from 'chai';
import { directoryImports } from '../../plugins/ldap/import/collections.ts';
import { LdapFailure } from '../../plugins/ldap/connection/failure.ts';
import type { Ldap, Search } from '../../plugins/ldap/connection/ldap.ts';
import type { Link } from '../../plugins/ldap/connection/link.ts';
import type { RootDse } from '../../plugins/ldap/connection/root-dse.ts';
import { everything } from '../../src/store/query.ts';
import { importRig } from '../ldap/import-rig.ts';
import type { ImportRig } from '../ldap/import-rig.ts';
import { linkBy, optionsFor } from '../ldap/link-to.ts';
import type { DirectoryServer } from '../support/directories/directory-server.ts';
import { describeOnDs389 } from '../support/directories/on-ds389.ts';
import { describeOnSlapd } from '../support/directories/on-slapd.ts';

/** What an import asks of a server: who was listed, and whether it was asked for changes. */
interface Asked {
  readonly searches: Search[];
  /** How often. */
  changes: number;
}

/** What a server says otherwise than it does. */
interface Otherwise {
  /** Result code that every request for changes gets. */
  readonly refusal?: number;
  readonly rootDse?: Partial<RootDse>;
}

const CHANGELOG = 'cn=changelog';

const watched = (
  link: Pick<Link, 'withService'>,
  asked: Asked,
  otherwise: () => Otherwise,
): Pick<Link, 'withService'> => ({
  withService: (work, options) =>
    link.withService((ldap) => {
      const askedForChanges = (): void => {
        asked.changes += 1;
        const { refusal } = otherwise();
        if (refusal !== undefined) throw new LdapFailure(refusal, 'refresh required', ldap.server.url);
      };
      const seen: Ldap = {
        ...ldap,
        pages(search, size) {
          if (search.base === CHANGELOG) askedForChanges();
          asked.searches.push(search);
          return ldap.pages(search, size);
        },
        contentSync(sync, take) {
          askedForChanges();
          return ldap.contentSync(sync, take);
        },
        async rootDse(options) {
          return { ...(await ldap.rootDse(options)), ...otherwise().rootDse };
        },
      };
      return work(seen);
    }, options),
});

const IDS = ['entryUUID', 'nsUniqueId'];

/** A state that the server has not come to yet. */
const future = (state: string): string =>
  state.startsWith('rid=') ? 'rid=000,csn=20990101000000.000000Z#000000#000#000000' : state.replace(/\d+$/, '99999999');

/** Listings of everybody's id, which is what a server that tells nothing of changes costs. */
const listings = ({ searches }: Asked): number =>
  searches.filter(
    // Those who are asked for by their id are looked up, not listed.
    ({ attributes = [], filter }) =>
      attributes.length === 1 &&
      IDS.includes(attributes[0] ?? '') &&
      !IDS.some((id) => JSON.stringify(filter).includes(id)),
  ).length;

const contentOf = (server: () => DirectoryServer): void => {
  const add = (name: string) => server().admin.addPerson({ name, surname: name });

  beforeEach(() => server().admin.clear());

  const during = async (
    act: (corp: ImportRig, asked: Asked) => Promise<void>,
    options: Otherwise & { readonly config?: Readonly<Record<string, unknown>> } = {},
  ): Promise<void> => {
    const { peopleDn, groupsDn } = server();
    const config = optionsFor(server(), { people: { base: peopleDn }, groups: { base: groupsDn }, ...options.config });
    using link = linkBy(config);
    const asked: Asked = { searches: [], changes: 0 };
    await using corp = await importRig(config, { link: watched(link, asked, () => options) });
    await act(corp, asked);
  };

  it('are asked for, so that nobody is listed: of deleted, changed, moved and new entries, and of none', async () => {
    const [ada] = [await add('ada'), await add('bob'), await add('cid')];
    const cid = await add('dan');
    const group = await server().admin.addGroup('Engineers', [ada, cid]);
    await during(async (corp, asked) => {
      expect(await corp.import()).to.include({ kind: 'full', created: 4, groups: 1 });
      expect(await corp.import()).to.include({ kind: 'delta', gone: 0, updated: 0 });
      expect(asked.changes).to.equal(0);

      await server().admin.remove(ada);
      await server().admin.replace(cid, { mail: 'dan@corp.example' });
      await add('eve');
      expect(await corp.import()).to.include({ kind: 'delta', gone: 1, updated: 1, created: 1 });
      expect((await corp.person('ada')).active).to.equal(false);
      expect((await corp.person('bob')).active).to.equal(true);

      await server().admin.move(cid, server().outsideDn);
      await server().admin.remove(group);
      expect(await corp.import()).to.include({ kind: 'delta', gone: 1, groups: 1 });
      expect((await corp.person('dan')).active).to.equal(false);
      expect(await corp.import()).to.include({ kind: 'delta', gone: 0, groups: 0 });
      expect(asked.changes).to.be.greaterThan(0);
      expect(listings(asked)).to.equal(0);
    });
  });

  it('are found by listing everybody where the server knows nothing of the state of before', async () => {
    const ada = await add('ada');
    await add('bob');
    await during(
      async (corp, asked) => {
        await corp.import();
        await server().admin.remove(ada);
        expect(await corp.import()).to.include({ kind: 'delta', gone: 1 });
        expect(asked.changes).to.be.greaterThan(0);
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
          const marks = doc.marks.flatMap((one) => {
            const next = one.server.includes(' ') ? change(one.mark) : one.mark;
            return next === undefined ? [] : [{ ...one, mark: next }];
          });
          await store.swap(directoryImports, { ...doc, marks });
        }
      };
      await remark(future);
      await server().admin.remove(ada);
      expect(await corp.import()).to.include({ kind: 'delta', gone: 1 });
      await remark(() => undefined);
      await server().admin.remove(bob);
      expect(await corp.import()).to.include({ kind: 'delta', gone: 1 });
      expect((await corp.person('cid')).active).to.equal(true);
    });
  });

  it('are not relied on where people are those of a group, who come and go without being changed', async () => {
    const [ada, bob] = [await add('ada'), await add('bob')];
    const group = await server().admin.addGroup('Engineers', [ada, bob]);
    await during(
      async (corp, asked) => {
        expect(await corp.import()).to.include({ created: 2 });
        await server().admin.removeMembers(group, [bob]);
        expect(await corp.import()).to.include({ kind: 'delta', gone: 1 });
        expect(asked.changes).to.equal(0);
      },
      { config: { match: { groups: [group] } } },
    );
  });

  it('are found by listing everybody where a whole branch may have moved, whose entries do not change by that', async () => {
    const unit = await server().admin.addUnit('London', server().peopleDn);
    await server().admin.addPerson({ name: 'ada', parentDn: unit });
    await add('bob');
    await during(async (corp) => {
      expect(await corp.import()).to.include({ created: 2 });
      await server().admin.move(unit, server().outsideDn);
      expect(await corp.import()).to.include({ kind: 'delta', gone: 1 });
      expect((await corp.person('ada')).active).to.equal(false);
    });
  });

  it('stop an import that would lose too many, as they do when everybody is listed', async () => {
    const all: string[] = [];
    for (let n = 0; n < 25; n += 1) all.push(await add(`person${String(n)}`));
    await during(async (corp, asked) => {
      await corp.import();
      for (const dn of all.slice(0, 22)) await server().admin.remove(dn);
      expect(await corp.import()).to.include({ result: 'stopped', of: 'people', losses: 22 });
      expect(await corp.import({ acceptLosses: true })).to.include({ result: 'done', gone: 22 });
      expect(listings(asked)).to.equal(0);
    });
  });

  it('tell why everybody is listed, until they are asked for again, and say each once in the log', async () => {
    await add('bob');
    const otherwise: { refusal?: number } = {};
    await during(async (corp) => {
      const standing = async () => (await corp.rooms.store.get(directoryImports, 'corp'))?.listed;
      const said = () =>
        corp.lines.filter(({ message }) => message.includes('listed')).map(({ facts }) => facts['why']);
      await corp.import();
      await add('cid');
      await corp.import();
      expect(await standing()).to.equal(undefined);
      expect(said()).to.deep.equal([]);
      otherwise.refusal = 4096;
      for (const name of ['dan', 'eve']) {
        await add(name);
        await corp.import();
        expect(await standing()).to.include({ why: 'state_unknown' });
      }
      expect(await corp.import({ full: true })).to.include({ kind: 'full' });
      expect(await standing()).to.include({ why: 'state_unknown' });
      delete otherwise.refusal;
      await add('fay');
      await corp.import();
      expect(await standing()).to.equal(undefined);
      expect(said()).to.deep.equal(['state_unknown', undefined]);
    }, otherwise);
  });

  it('are found by listing everybody where the server has no control for it, and where it tells another id', async () => {
    await add('bob');
    const reasonFor = async (options: Parameters<typeof during>[1]): Promise<string | undefined> => {
      let why: string | undefined;
      await during(async (corp) => {
        await corp.import();
        await server().admin.remove(await add('ada'));
        await corp.import();
        why = (await corp.rooms.store.get(directoryImports, 'corp'))?.listed?.why;
      }, options);
      return why;
    };
    expect(await reasonFor({ rootDse: { controls: new Set(), changelog: undefined } })).to.equal('not_offered');
    expect(await reasonFor({ rootDse: { namingContexts: [] } })).to.equal('state_hidden');
    const { peopleDn: base } = server();
    const elsewhere = { base, attributes: { id: 'uid' } };
    expect(await reasonFor({ config: { people: elsewhere } })).to.equal('other_id');
  });
};

describeOnSlapd('The changes of an OpenLDAP server', contentOf);

describeOnDs389('The changes of a 389 DS', (ds389) => {
  contentOf(ds389);

  const lastChange = async (): Promise<number> => Number(await ds389().admin.read('', 'lastChangeNumber'));
  const forget = (number: number) => ds389().admin.remove(`changeNumber=${String(number)},${CHANGELOG}`);

  /** Ada is deleted, and found to be gone by listing everybody: gives why. */
  const whyListed = async (meanwhile: (corp: ImportRig) => Promise<void>): Promise<string | undefined> => {
    const ada = await ds389().admin.addPerson({ name: 'ada' });
    await ds389().admin.addPerson({ name: 'bob' });
    const config = optionsFor(ds389(), { people: { base: ds389().peopleDn }, groups: { base: ds389().groupsDn } });
    using link = linkBy(config);
    const asked: Asked = { searches: [], changes: 0 };
    await using corp = await importRig(config, { link: watched(link, asked, () => ({})) });
    await corp.import();
    await ds389().admin.remove(ada);
    await meanwhile(corp);
    expect(await corp.import()).to.include({ kind: 'delta', gone: 1 });
    expect(listings(asked)).to.be.greaterThan(0);
    return (await corp.rooms.store.get(directoryImports, 'corp'))?.listed?.why;
  };

  it('are found by listing everybody where its changelog does not reach back to the last import', async () => {
    const before = await lastChange();
    expect(
      await whyListed(async () => {
        await ds389().admin.replace(ds389().groupsDn, { description: 'another change' });
        const last = await lastChange();
        for (let number = before + 1; number < last; number += 1) await forget(number);
      }),
    ).to.equal('state_unknown');
  });

  it('are found so where the same number is another change: at another server, or after it was set back', async () => {
    expect(
      await whyListed(async ({ rooms: { store } }) => {
        const { docs } = await store.find(directoryImports, everything);
        const elsewhere = ({ server, mark }: { server: string; mark: string }) => ({
          server,
          mark: mark.replace(/^[0-9a-f]+(?=-.* \d+$)/, '00000000'),
        });
        for (const doc of docs) await store.swap(directoryImports, { ...doc, marks: doc.marks.map(elsewhere) });
      }),
    ).to.equal('state_unknown');
  });

  it('are found so where it keeps no changelog', async () => {
    const plugin = 'cn=Retro Changelog Plugin,cn=plugins,cn=config';
    const switched = async (to: 'on' | 'off'): Promise<void> => {
      await ds389().admin.replace(plugin, { 'nsslapd-pluginEnabled': to });
      await ds389().restart();
    };
    await switched('off');
    try {
      expect(await whyListed(() => Promise.resolve())).to.equal('not_offered');
    } finally {
      await switched('on');
    }
  });

  it('are found so where one of them, or all, are not shown to the service account', async () => {
    expect(
      await whyListed(async () => {
        const deletion = await lastChange();
        await ds389().admin.replace(ds389().groupsDn, { description: 'another change' });
        await forget(deletion);
      }),
    ).to.equal('state_hidden');

    await ds389().admin.clear();
    const rights = await ds389().admin.read(CHANGELOG, 'aci');
    try {
      const hidden = () => ds389().admin.replace(CHANGELOG, { aci: [] });
      expect(await whyListed(hidden)).to.equal('state_hidden');
    } finally {
      await ds389().admin.replace(CHANGELOG, { aci: rights ?? [] });
    }
  });
});
