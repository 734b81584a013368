import { expect } from 'chai';
import type { Ldap } from '../../plugins/ldap/connection/ldap.ts';
import type { Link } from '../../plugins/ldap/connection/link.ts';
import { filterText } from '../../plugins/ldap/filter.ts';
import { directoryImports } from '../../plugins/ldap/import/collections.ts';
import { holdImport } from '../../plugins/ldap/import/held-import.ts';
import { importJobs } from '../../plugins/ldap/import/import.ts';
import { AppError } from '../../src/kernel/errors.ts';
import { MINUTE } from '../../src/kernel/clock.ts';
import { change } from '../../src/store/port.ts';
import type { Store } from '../../src/store/port.ts';
import { importRig } from '../ldap/import-rig.ts';
import { failureOf, linkBy, optionsFor } from '../ldap/link-to.ts';
import { CROWD } from '../support/directories/directory-server.ts';
import { describeOnSamba } from '../support/directories/on-samba.ts';

/** A way to the directory on which something happens to each page that was read. */
const watched = (link: Link, onPage: (filter: string, page: number) => Promise<void>): Pick<Link, 'withService'> => ({
  withService: (work, options) =>
    link.withService((ldap) => {
      const pages: Ldap['pages'] = async function* (search, size) {
        let count = 0;
        for await (const page of ldap.pages(search, size)) {
          count += 1;
          await onPage(filterText(search.filter), count);
          yield page;
        }
      };
      return work({ ...ldap, pages });
    }, options),
});

class Killed extends Error {}

/** A process that is dead from its n-th commit on: that one is not made, and nothing after it. */
const dyingAt = (store: Store, nth: number): { readonly store: Store; hasDied(): boolean } => {
  let commits = 0;
  const commit: Store['commit'] = (changes) => {
    commits += 1;
    return commits >= nth ? Promise.reject(new Killed('killed')) : store.commit(changes);
  };
  return { store: { ...store, commit }, hasDied: () => commits >= nth };
};

describeOnSamba('an import', (samba) => {
  const options = (others: Readonly<Record<string, unknown>> = {}) => {
    const { peopleDn, groupsDn } = samba();
    return optionsFor(samba(), { people: { base: peopleDn }, groups: { base: groupsDn }, ...others });
  };

  beforeEach(() => samba().admin.clear());

  it('of a server that dies in the middle of it keeps what it has, and the next one does the rest', async function () {
    this.timeout(120_000);
    const base = samba().crowdDn.replace(/^CN=Crowd,/, '');
    const config = options({ people: { base }, groups: { base } });
    using link = linkBy(config);
    let dies = true;
    const fragile = watched(link, async (_, page) => {
      if (!dies || page < 2) return;
      dies = false;
      await samba().kill();
    });
    await using corp = await importRig(config, { link: fragile });
    await failureOf(corp.import());
    await samba().restart();
    const state = await corp.rooms.store.get(directoryImports, 'corp');
    expect([state?.marks, state?.fullAt, state?.heldUntil]).to.deep.equal([[], undefined, 0]);
    expect(state?.failure?.about).to.be.a('string');
    const some = await corp.names();
    expect(some.length).to.be.within(1, CROWD - 1);
    // The circuit of the server that died is tried again after a while.
    link.clock.advance(10 * MINUTE);
    corp.rooms.clock.advance(10 * MINUTE);
    expect(await corp.import()).to.include({ result: 'done', kind: 'full', created: CROWD - some.length });
    expect(new Set(await corp.names()).size).to.equal(CROWD);
    expect(await corp.members('Crowd')).to.have.length(CROWD);
    expect((await corp.rooms.store.get(directoryImports, 'corp'))?.failure).to.equal(undefined);
  });

  it('that is killed at any of its writes is done by the next one as though it had never begun', async function () {
    this.timeout(240_000);
    const ada = await samba().admin.addPerson({ name: 'ada', mail: 'ada@corp.example' });
    const bob = await samba().admin.addPerson({ name: 'bob' });
    await samba().admin.replace(ada, { manager: bob });
    const inner = await samba().admin.addGroup('Inner', [ada]);
    await samba().admin.addGroup('Outer', [inner, bob]);
    let deaths = 0;
    for (let nth = 1; ; nth += 1) {
      await using corp = await importRig(options());
      const dying = dyingAt(corp.rooms.store, nth);
      await using first = await importRig(options(), { rooms: corp.rooms, wrapStore: () => dying.store });
      const failed = await first.import().then(
        () => undefined,
        (error: unknown) => error,
      );
      if (!dying.hasDied()) break;
      deaths += 1;
      expect(failed).to.be.instanceOf(Killed);
      expect(await corp.import()).to.deep.equal({ result: 'busy' });
      corp.rooms.clock.advance(6 * MINUTE);
      expect(await corp.import()).to.include({ result: 'done', kind: 'full' });
      expect(await corp.names()).to.deep.equal(['ada', 'bob']);
      expect((await corp.person('ada')).manager?.value).to.equal((await corp.person('bob')).id);
      expect(await corp.members('Outer')).to.deep.equal(['Inner', 'bob']);
      expect(await corp.members('Inner')).to.deep.equal(['ada']);
      const created = (await corp.rooms.events()).filter(({ type }) => /created|member_added/.test(type));
      expect(created).to.have.length(7);
    }
    expect(deaths).to.be.greaterThan(4);
  });

  it('is made by one node at a time, and one that was silent for too long writes nothing any more', async () => {
    await samba().admin.addPerson({ name: 'ada' });
    await using corp = await importRig(options());
    const { store, clock, directory } = corp.rooms;
    const other = await holdImport(store, clock, 'corp');
    if (!other) throw new Error('nobody else is at it');
    expect(await corp.import()).to.deep.equal({ result: 'busy' });
    clock.advance(3 * MINUTE);
    await other.keep();
    clock.advance(3 * MINUTE);
    expect(await corp.import()).to.deep.equal({ result: 'busy' });
    clock.advance(3 * MINUTE);
    expect(await corp.import()).to.include({ result: 'done', created: 1 });
    const late = directory.people.creating({ userName: 'late' }, { actor: 'test' });
    const refused = await other.commit(late.changes).catch((error: unknown) => error);
    expect(refused).to.be.instanceOf(AppError).with.property('code', 'busy');
    expect(await corp.names()).to.deep.equal(['ada']);
  });

  it('takes the word of a server that shows its deleted entries, and compares nothing', async () => {
    const { adminDn, adminPassword, outsideDn } = samba();
    const config = options({ bindDn: adminDn, bindPassword: `plain:${adminPassword}` });
    const dns = await Promise.all(['ada', 'bob', 'eve'].map((name) => samba().admin.addPerson({ name })));
    const group = await samba().admin.addGroup('Engineers', dns);
    using link = linkBy(config);
    const filters: string[] = [];
    const seen = watched(link, (filter) => {
      filters.push(filter);
      return Promise.resolve();
    });
    await using corp = await importRig(config, { link: seen });
    await corp.import();
    await samba().admin.remove(dns[0] ?? '');
    await samba().admin.move(dns[1] ?? '', outsideDn);
    await samba().admin.remove(group);
    filters.length = 0;
    expect(await corp.import()).to.include({ kind: 'delta', gone: 2, groups: 1 });
    expect(filters).not.to.be.empty;
    for (const filter of filters) expect(filter).to.match(/uSNChanged>=|objectGUID=/);
    expect((await corp.person('eve')).active).to.be.true;
    expect((await corp.person('ada')).active).to.be.false;
  });

  it('reads everything of a server that was set back to a state of before', async () => {
    await samba().admin.addPerson({ name: 'ada' });
    await using corp = await importRig(options());
    await corp.import();
    const { store } = corp.rooms;
    const state = await store.get(directoryImports, 'corp');
    if (!state) throw new Error('an import leaves where it is');
    const ahead = state.marks.map(({ server, mark }) => ({ server, mark: String(BigInt(mark) + 1_000_000n) }));
    await store.commit([change.swap(directoryImports, { ...state, marks: ahead })]);
    expect(await corp.import()).to.include({ kind: 'full' });
    expect(await corp.import()).to.include({ kind: 'delta' });
  });

  it('is made when it is due, soon again after a server that did not answer, and not at all where it is switched off', async () => {
    await samba().admin.addPerson({ name: 'ada' });
    const config = options({ import: { every: '30m' } });
    using link = linkBy(config);
    await using corp = await importRig(config, { link });
    const [job, ...more] = importJobs(corp.parts);
    if (!job) throw new Error('there is a job');
    expect([job.name, job.every, more.length]).to.deep.equal(['ldap.import.corp', MINUTE, 0]);
    const state = () => corp.rooms.store.get(directoryImports, 'corp');
    await job.run();
    expect(await corp.names()).to.deep.equal(['ada']);
    await samba().admin.addPerson({ name: 'bob' });
    corp.rooms.clock.advance(29 * MINUTE);
    await job.run();
    expect(await corp.names()).to.deep.equal(['ada']);
    corp.rooms.clock.advance(MINUTE);
    await job.run();
    expect(await corp.names()).to.deep.equal(['ada', 'bob']);

    await samba().kill();
    corp.rooms.clock.advance(30 * MINUTE);
    await job.run();
    const failed = await state();
    expect(failed?.failure?.about).to.be.a('string');
    expect((failed?.dueAt ?? 0) - corp.rooms.clock.now()).to.equal(MINUTE);
    await samba().restart();
    link.clock.advance(10 * MINUTE);
    corp.rooms.clock.advance(MINUTE);
    await job.run();
    expect((await state())?.failure).to.equal(undefined);
    await using off = await importRig(options({ import: { enabled: false } }));
    expect(importJobs(off.parts)).to.deep.equal([]);
  });
});
