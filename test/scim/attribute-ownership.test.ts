import { expect } from 'chai';
import { scimConfig } from '../../plugins/scim/config.ts';
import { scim } from '../../plugins/scim/index.ts';
import { audit } from '../../src/cli/audit.ts';
import { terminal } from '../cli/terminal.ts';
import { onEveryEngine } from '../support/engines.ts';
import { ENTERPRISE, PATCH, provisioner, useProvisioners, USER } from '../support/scim.ts';
import type { Answer, Provisioner } from '../support/scim.ts';
import { useWorld } from '../support/world.ts';

const URN = 'urn:example:params:scim:Staff';
const extensions = [{ id: URN, name: 'staff', attributes: [{ name: 'costUnit' }, { name: 'floor' }] }];
const attributeOwners = [{ client: 'hr', attributes: ['department', 'employeeNumber', 'staff.costUnit'] }];

onEveryEngine('attributes with a source of their own', (engine) => {
  const world = useWorld({
    store: engine,
    config: { plugins: { scim: { extensions, attributeOwners, passwords: true } } },
  });
  const { entra, okta } = useProvisioners(world);
  let hr: Provisioner;
  before(async () => {
    hr = await provisioner(world(), { name: 'hr' });
  });
  after(() => {
    hr[Symbol.dispose]();
  });

  const set = (path: string, value: unknown) => [{ op: 'replace', path, value }];
  const department = `${ENTERPRISE}:department`;
  const isRefused = ({ status, body, text }: Answer, detail: string): void => {
    expect([status, body['detail']], text).to.deep.equal([403, detail]);
  };

  /** Somebody of Entra's, whom HR has given a department and a cost unit. */
  const brought = async (userName: string): Promise<string> => {
    const { body } = await entra().user(userName, { externalId: `e-${userName}`, title: 'Clerk' });
    const path = `/Users/${body.id}`;
    const written = await hr.patch(path, [...set(department, 'Sales'), ...set(`${URN}:costUnit`, 'A7')]);
    expect(written.status, written.text).to.equal(200);
    expect(written.body).to.deep.include({ [ENTERPRISE]: { department: 'Sales' }, [URN]: { costUnit: 'A7' } });
    return path;
  };

  it('are written by it of people whom others bring, and nothing else of them is', async () => {
    const path = await brought('ann');
    isRefused(await hr.patch(path, set('title', 'Boss')), 'title belongs to another source: scim:entra');
    isRefused(await hr.patch(path, set('active', false)), 'active belongs to another source: scim:entra');
    isRefused(await hr.patch(path, set(`${URN}:floor`, '3')), 'staff.floor belongs to another source: scim:entra');
    isRefused(
      await hr.patch(path, set('password', 'teal harbour lamps 27')),
      'password belongs to another source: scim:entra',
    );
    isRefused(await hr.delete(path), 'the resource belongs to another source: scim:entra');
    const { body } = await entra().get(path);
    expect(body).to.deep.include({ title: 'Clerk', active: true, externalId: 'e-ann', [URN]: { costUnit: 'A7' } });
  });

  it('are written by no other, not even by whoever brought the person', async () => {
    const path = await brought('bea');
    const refusal = 'department belongs to another source: scim:hr';
    isRefused(await entra().patch(path, set(department, 'Board')), refusal);
    isRefused(await entra().patch(path, [{ op: 'remove', path: department }]), refusal);
    isRefused(
      await entra().patch(path, [{ op: 'add', value: { title: 'Boss', [ENTERPRISE]: { department: 'Board' } } }]),
      refusal,
    );
    isRefused(
      await entra().put(path, { schemas: [USER], userName: 'bea', [URN]: { costUnit: 'B1' } }),
      'staff.costUnit belongs to another source: scim:hr',
    );
    isRefused(await okta().patch(path, set(department, 'Board')), 'the resource belongs to another source: scim:entra');
    isRefused(await entra().user('bob', { [ENTERPRISE]: { department: 'Board' } }), refusal);
    expect((await entra().list('/Users', { filter: 'userName eq "bob"' })).body.totalResults).to.equal(0);
    expect((await entra().get(path)).body).to.deep.include({ title: 'Clerk', [ENTERPRISE]: { department: 'Sales' } });
  });

  it('are left alone by a PUT that says nothing of them, or what they are', async () => {
    const path = await brought('cyd');
    const said = { schemas: [USER], userName: 'cyd', title: 'Director' };
    const replaced = await entra().put(path, said);
    expect(replaced.status, replaced.text).to.equal(200);
    const kept = { [ENTERPRISE]: { department: 'Sales' }, [URN]: { costUnit: 'A7' } };
    expect(replaced.body).to.deep.include({ title: 'Director', ...kept });
    expect(replaced.body).to.not.have.property('externalId');
    const repeated = await entra().put(path, { ...said, title: 'Boss', [ENTERPRISE]: { department: 'Sales' } });
    expect([repeated.status, repeated.body['title']]).to.deep.equal([200, 'Boss']);
    const theirs = await hr.put(path, { schemas: [USER], userName: 'cyd', [ENTERPRISE]: { employeeNumber: '7' } });
    expect(theirs.status, theirs.text).to.equal(200);
    expect(theirs.body).to.deep.include({ title: 'Boss', active: true, [ENTERPRISE]: { employeeNumber: '7' } });
    isRefused(
      await hr.put(path, { schemas: [USER], userName: 'other' }),
      'userName belongs to another source: scim:entra',
    );
  });

  it('belong to somebody else once they were handed over, of one person alone, and the rest stays', async () => {
    const [path, other] = [await brought('dan'), await brought('eve')];
    const { directory, store } = world().app.foundation;
    const hand = async (source: string): Promise<void> => {
      const person = await directory.people.byId(path.slice('/Users/'.length));
      if (!person) throw new Error('nobody');
      await store.commit(directory.people.settingAttributeSource(person, ['department', 'title'], source, {}));
    };
    await hand('scim:okta');
    expect((await okta().patch(path, set(department, 'Board'))).status).to.equal(200);
    isRefused(await hr.patch(path, set(department, 'Sales')), 'department belongs to another source: scim:okta');
    isRefused(await entra().patch(path, set('title', 'Boss')), 'title belongs to another source: scim:okta');
    expect((await entra().patch(path, set('nickName', 'd'))).status, 'an update keeps who writes what').to.equal(200);
    isRefused(await entra().patch(path, set('title', 'Boss')), 'title belongs to another source: scim:okta');
    expect((await hr.patch(other, set(department, 'Board'))).status).to.equal(200);
    await hand('scim:entra');
    expect((await entra().patch(path, [...set(department, 'Sales'), ...set('title', 'Boss')])).status).to.equal(200);
  });
});

describe('latchkey scim transfer --attributes', () => {
  it('hands attributes of somebody to another client, and says so in the log', async () => {
    const sections = { scim: { extensions, attributeOwners, clients: [{ clientId: 'okta', name: 'okta' }] } };
    await using t = await terminal([audit], [], [scim], sections);
    const { directory, store } = t.server;
    const { person, changes } = directory.people.creating({ userName: 'ann', source: 'scim:entra' }, {});
    await store.commit(changes);
    const transfer = (...args: readonly string[]) => t.run(['scim', 'transfer', 'ann', ...args]);
    const hand = ['--to', 'okta', '--attributes', 'department,staff.costUnit'];
    for (const name of ['userName', 'active', 'password', 'externalId', 'colour']) {
      const { err } = await transfer('--to', 'okta', '--attributes', `department,${name}`);
      expect(err).to.contain(`no attribute "${name}" can have a source of its own`);
    }
    expect((await transfer(...hand)).out).to.equal('department, staff.costUnit of ann belong to scim:okta now\n');
    expect((await transfer(...hand)).err).to.contain('belong to scim:okta already');
    expect(await directory.people.byId(person.id)).to.deep.include({
      source: 'scim:entra',
      attributeSources: [
        { attribute: 'department', source: 'scim:okta' },
        { attribute: 'staff.costUnit', source: 'scim:okta' },
      ],
    });
    const told = (await t.json(['audit', 'search', '--type', 'person.source_changed'])) as readonly object[];
    expect(told).to.have.length(1);
    expect(told[0]).to.include({ subject: person.id, reason: 'scim:okta department staff.costUnit' });
  });
});

describe('latchkey scim try --client', () => {
  it('shows what that client would change, and refuses what others write', async () => {
    await using t = await terminal([], [], [scim], { scim: { extensions, attributeOwners } });
    const { directory, store } = t.server;
    const ann = { userName: 'ann', source: 'scim:entra', title: 'Clerk', department: 'Sales' };
    await store.commit(directory.people.creating(ann, {}).changes);
    const tried = (client: string, sent: object) =>
      t.run(['scim', 'try', '-', '--user', 'ann', '--client', client, '--json'], JSON.stringify(sent));
    const replaced = await tried('entra', { schemas: [USER], userName: 'ann', title: 'Boss' });
    expect(JSON.parse(replaced.out)).to.deep.include({ changes: { title: { before: 'Clerk', after: 'Boss' } } });
    const board = {
      schemas: [PATCH],
      Operations: [{ op: 'replace', path: `${ENTERPRISE}:department`, value: 'Board' }],
    };
    expect((await tried('entra', board)).err)
      .to.contain('403')
      .and.contain('department belongs to another source: scim:hr');
    expect((await tried('okta', board)).err).to.contain('the resource belongs to another source: scim:entra');
    expect((await tried('hr', board)).code).to.equal(0);
  });
});

describe('the owners of attributes', () => {
  const faultsOf = (...owners: readonly object[]): readonly string[] => {
    const { error } = scimConfig.safeParse({ extensions, attributeOwners: owners });
    return (error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);
  };

  it('are refused for what there is not, for what says who somebody is, and twice', () => {
    expect(faultsOf(...attributeOwners)).to.deep.equal([]);
    expect(faultsOf({ client: 'hr', attributes: ['userName', 'colour', 'costUnit'] })).to.deep.equal([
      'attributeOwners.0.attributes.0: no attribute userName can have a source of its own',
      'attributeOwners.0.attributes.1: no attribute colour can have a source of its own',
      'attributeOwners.0.attributes.2: no attribute costUnit can have a source of its own',
    ]);
    expect(faultsOf(...attributeOwners, { client: 'okta', attributes: ['department'] })).to.deep.equal([
      "attributeOwners.1.attributes.0: department is another client's",
    ]);
  });
});
