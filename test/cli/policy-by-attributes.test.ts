import { expect } from 'chai';
import { registrations } from '../../plugins/sspr/collections.ts';
import { scim } from '../../plugins/scim/index.ts';
import { sspr } from '../../plugins/sspr/index.ts';
import { nothingRegistered } from '../../plugins/sspr/registrations.ts';
import { ConfigFaults } from '../../src/config/faults.ts';
import type { Person } from '../../src/directory/person.ts';
import { terminal } from './terminal.ts';
import type { Terminal } from './terminal.ts';

const staff = {
  id: 'urn:example:params:scim:Staff',
  name: 'staff',
  attributes: [{ name: 'contract' }, { name: 'sites', multiValued: true }, { name: 'floor', type: 'integer' }],
};

const everybody = { name: 'everybody' };

const sections = (rules: object) => ({ scim: { extensions: [staff] }, sspr: rules });

const finance = {
  excludeAttributes: { 'staff.contract': ['external'] },
  policies: [
    { name: 'finance', attributes: { department: ['Legal', 'FINANCE'] }, gates: 2, methods: ['email', 'totp'] },
    { name: 'sites', attributes: { 'staff.sites': ['Ulm'] }, excludeAttributes: { 'staff.floor': ['3'] } },
    everybody,
  ],
};

describe('a policy by attributes of people', () => {
  let t: Terminal;
  beforeEach(async () => {
    t = await terminal([], [], [sspr, scim], sections(finance));
  });
  afterEach(() => t[Symbol.asyncDispose]());

  const brought = async (userName: string, attributes: Partial<Person>): Promise<void> => {
    const { directory, store } = t.server;
    await store.commit(directory.people.creating({ userName, ...attributes }, {}).changes);
  };
  const tested = async (userName: string) => (await t.json(['policy', 'test', userName])) as Record<string, unknown>;

  it('holds for whoever has one of the values, whatever its spelling, and the command says which it was', async () => {
    await brought('ann', { department: 'Finance' });
    expect((await tested('ann'))['policy']).to.deep.equal({
      name: 'finance',
      attribute: { name: 'department', value: 'FINANCE' },
    });
    expect((await t.run(['policy', 'test', 'ann'])).out).to.match(/^policy +finance, for the department "FINANCE"$/m);
    await brought('bob', { extensions: { staff: { sites: ['Bonn', 'ulm'], floor: 4 } } });
    expect((await tested('bob'))['policy']).to.deep.include({ attribute: { name: 'staff.sites', value: 'Ulm' } });
    await brought('cyd', { department: 'Sales', extensions: { staff: { contract: 'permanent' } } });
    expect((await tested('cyd'))['policy']).to.deep.equal({ name: 'everybody' });
  });

  it('leaves out whoever has an excluded value, and says by which they are out of scope', async () => {
    await brought('bob', { extensions: { staff: { sites: ['Ulm'], floor: 3 } } });
    expect((await tested('bob'))['policy']).to.deep.equal({ name: 'everybody' });
    await brought('dan', { department: 'Finance', extensions: { staff: { contract: 'External' } } });
    expect(await tested('dan')).to.deep.include({
      policy: null,
      because: 'excluded',
      attribute: { name: 'staff.contract', value: 'external' },
    });
    const { out } = await t.run(['policy', 'test', 'dan']);
    expect(out).to.contain('has no policy: out of scope, by the staff.contract "external"');
  });

  it('is another one as soon as provisioning says something else', async () => {
    await brought('ann', { department: 'Finance' });
    const { directory, store } = t.server;
    const ann = await directory.people.byName('ann');
    if (!ann) throw new Error('ann is gone');
    await store.commit(directory.people.updating(ann, { department: 'Sales' }, {}));
    expect((await tested('ann'))['policy']).to.deep.equal({ name: 'everybody' });
  });

  it('is seen in the preview of a change', async () => {
    await brought('ann', { department: 'Finance' });
    await brought('bob', {});
    const { directory, store } = t.server;
    for (const name of ['ann', 'bob']) {
      const { id = '' } = (await directory.people.byName(name)) ?? {};
      const email = { id: 'e', method: 'email', addedAt: 0, data: { address: `${name}@elsewhere.test` } };
      await store.insert(registrations, { ...nothingRegistered(id), methods: [email] });
    }
    const scoped = { scope: 'selected', includeAttributes: { department: ['finance'] }, policies: [everybody] };
    const file = await t.file('scoped.yaml', JSON.stringify(scoped));
    const { list } = (await t.json(['policy', 'preview', file, '--list'])) as { readonly list: readonly object[] };
    expect(list.map((one) => ({ ...one, id: '' }))).to.have.deep.members([
      { id: '', userName: 'ann', groups: [], change: 'gained', before: 'finance', after: 'everybody' },
      { id: '', userName: 'bob', groups: [], change: 'lost', before: 'everybody' },
    ]);
  });

  it('is refused at the start where it names an attribute that nobody can have', async () => {
    const faultsOf = async (rules: object): Promise<readonly string[]> => {
      try {
        await using _ = await terminal([], [], [sspr, scim], sections(rules));
        return [];
      } catch (error) {
        if (!(error instanceof ConfigFaults)) throw error;
        return error.faults.map(({ path, message }) => `${path}: ${message}`);
      }
    };
    const named = { name: 'one', attributes: { 'staff.colour': ['red'], department: ['a'], 'staff.sites': ['b'] } };
    const [fault, ...others] = await faultsOf({ policies: [named, everybody] });
    expect(fault).to.contain('plugins.sspr.policies.0.attributes: nobody has an attribute "staff.colour"');
    expect(others).to.deep.equal([]);
    const open = { name: 'open', attributes: {} };
    expect((await faultsOf({ policies: [open, everybody] }))[0]).to.contain(
      'only the last policy may be for everybody',
    );
    expect((await faultsOf({ scope: 'selected' }))[0]).to.contain('at least one group or attribute');
  });
});
