import { expect } from 'chai';
import { scim } from '../../plugins/scim/index.ts';
import { auditEvents } from '../../src/audit/record.ts';
import { groups, memberships } from '../../src/directory/group.ts';
import { everything } from '../../src/store/query.ts';
import { terminal } from '../cli/terminal.ts';
import type { Terminal } from '../cli/terminal.ts';
import { GROUP, USER } from '../support/scim.ts';

const lines = (...records: readonly object[]): string => records.map((one) => JSON.stringify(one)).join('\n');

describe('latchkey scim import, of groups', () => {
  let t: Terminal;
  beforeEach(async () => {
    t = await terminal([], [], [scim]);
  });
  afterEach(() => t[Symbol.asyncDispose]());

  const bring = async (text: string, ...options: readonly string[]) =>
    t.run(['scim', 'import', await t.file('records', text), '--client', 'hr', ...options]);
  const counted = async (text: string): Promise<unknown> => JSON.parse((await bring(text, '--json')).out);

  const membersOf = async (displayName: string): Promise<readonly string[]> => {
    const { directory } = t.server;
    const group = await directory.groups.byName(displayName);
    const { docs } = await directory.groups.members(group?.id ?? '');
    const names = docs.map(
      async ({ member }) =>
        (await directory.people.byId(member))?.userName ?? (await directory.groups.byId(member))?.displayName ?? '',
    );
    return (await Promise.all(names)).toSorted();
  };

  const ann = { schemas: [USER], userName: 'ann', externalId: '1' };
  const bob = { userName: 'bob', externalId: '2' };
  const cyd = { userName: 'cyd' };
  const team = (displayName: string, externalId: string, ...members: readonly object[]) => ({
    ...{ schemas: [GROUP], displayName, externalId, members },
  });

  it('brings them with members by user name, external id and id, wherever these stand in the file', async () => {
    const { directory, store } = t.server;
    const { person, changes } = directory.people.creating({ userName: 'dan', source: 'scim:okta' }, {});
    await store.commit(changes);
    const all = team('All', 'g1', { externalId: 'g2' }, { userName: 'CYD' }, { value: person.id });
    const some = team('Some', 'g2', { externalId: '1' }, { externalId: '2', type: 'User' }, { userName: 'ann' });
    const empty = { schemas: [GROUP.toUpperCase()], displayName: 'Empty' };
    expect(await counted(lines(all, some, empty, ann, bob, cyd))).to.deep.include({ created: 6, failed: 0 });
    expect(await membersOf('All')).to.deep.equal(['Some', 'cyd', 'dan']);
    expect(await membersOf('Some')).to.deep.equal(['ann', 'bob']);
    expect(await directory.groups.byName('Empty')).to.include({ source: 'scim:hr' });
  });

  it('goes on where it broke off, and writes only who comes and who goes', async () => {
    const some = team('Some', 'g2', { userName: 'ann' }, { userName: 'bob' });
    await bring(lines(ann, bob, cyd, some));
    const group = await t.server.directory.groups.byName('Some');
    const again = lines(ann, bob, cyd, some, { schemas: [GROUP], displayName: 'Some more', externalId: 'g3' });
    expect(await counted(again)).to.deep.include({ created: 1, changed: 0, unchanged: 4 });
    expect(await t.server.directory.groups.byId(group?.id ?? '')).to.deep.equal(group);

    const noted = (await t.server.store.find(auditEvents, everything, { limit: 1000 })).docs.length;
    const other = team('Others', 'g2', { userName: 'ann' }, { userName: 'cyd' });
    expect(await counted(lines(other))).to.deep.include({ changed: 1, failed: 0 });
    expect(await membersOf('Others')).to.deep.equal(['ann', 'cyd']);
    expect((await t.server.directory.groups.byName('Others'))?.id).to.equal(group?.id);
    const events = (await t.server.store.find(auditEvents, everything, { limit: 1000 })).docs;
    expect(events.slice(noted).map(({ type }) => type)).to.have.members([
      ...['group.updated', 'group.member_added', 'group.member_removed', 'scim.written'],
    ]);

    // What a line does not speak of stays.
    expect(await counted(lines({ schemas: [GROUP], displayName: 'Others', externalId: 'g2' }))).to.include({
      unchanged: 1,
    });
    expect(await membersOf('Others')).to.deep.equal(['ann', 'cyd']);
    expect(await counted(lines(team('Others', 'g2')))).to.include({ changed: 1 });
    expect(await membersOf('Others')).to.deep.equal([]);
  });

  it('prints with --dry-run what would change, of members who would come as well, and writes nothing', async () => {
    await bring(lines(ann, bob, team('Some', 'g2', { userName: 'ann' }, { userName: 'bob' })));
    const rows = async () => (await t.server.store.find(memberships, everything)).docs;
    const before = await rows();
    const { code, out } = await bring(
      lines(
        cyd,
        team('Others', 'g2', { userName: 'ann' }, { userName: 'cyd' }),
        team('New', 'g3', { externalId: 'g2' }),
      ),
      '--dry-run',
    );
    expect(code).to.equal(0);
    expect(out).to.contain('line 1: created cyd\n');
    expect(out).to.contain(
      'line 2: changed group Others\n  - displayName: "Some"\n  + displayName: "Others"\n' +
        '  - members: ["bob"]\n  + members: ["cyd"]\n',
    );
    expect(out).to.contain('line 3: created group New\n').and.contain('  + members: ["g2"]\n');
    expect(await rows()).to.deep.equal(before);
    expect((await t.server.store.find(groups, everything)).docs).to.have.length(1);
  });

  it('brings no group of whose members one is nobody, and says why, by the line', async () => {
    await bring(lines({ schemas: [GROUP], displayName: 'Both', externalId: '1' }));
    const text = lines(
      ann,
      team('A', 'a', { userName: 'nobody' }),
      team('B', 'b', { value: 'no-such-id' }),
      team('C', 'c', { externalId: '9' }),
      team('D', 'd', { display: 'Ann' }),
      team('E', 'e', { userName: 'ann', externalId: '1' }),
      team('F', 'f', { externalId: '1' }),
      team('G', 'g', { externalId: '1', type: 'User' }),
      team('G again', 'g'),
      { schemas: [GROUP], externalId: 'h' },
      team('I', 'i', { externalId: 'j' }),
      team('J', 'j', { externalId: 'i' }),
    );
    const { code, out } = await bring(text);
    expect(code).to.equal(1);
    expect([...out.matchAll(/^line \d+: .*/gm)].map(([line]) => line)).to.have.members([
      'line 2: failed: members: nobody has the userName "nobody"',
      'line 3: failed: members: nobody has the id "no-such-id"',
      'line 4: failed: members: nobody has the externalId "9"',
      'line 5: failed: members: each has one of value, externalId and userName, and no more',
      'line 6: failed: members: each has one of value, externalId and userName, and no more',
      'line 7: failed: members: "1" is a person and a group: say the type',
      'line 9: failed: line 8 is about the same group',
      'line 10: failed: displayName is required',
      'line 11: failed: members: nobody has the externalId "j"',
      'line 12: failed: members: nobody has the externalId "i"',
    ]);
    expect(await membersOf('G')).to.deep.equal(['ann']);
  });

  it('touches no group of others, though it has the same name or external id', async () => {
    const { directory, store } = t.server;
    const theirs = directory.groups.creating({ displayName: 'Staff', externalId: 'g', source: 'scim:okta' }, {});
    await store.commit(theirs.changes);
    expect(await counted(lines(ann, team('Staff', 'g', { userName: 'ann' })))).to.include({ created: 2 });
    expect((await directory.groups.members(theirs.group.id)).docs).to.deep.equal([]);
    const local = directory.groups.creating({ displayName: 'Board' }, {});
    await store.commit(local.changes);
    const board = { schemas: [GROUP], displayName: 'Board', members: [{ userName: 'ann' }] };
    expect(await counted(lines(board))).to.include({ created: 1, failed: 0 });
    expect(await counted(lines(board))).to.include({ unchanged: 1 });
    expect((await directory.groups.members(local.group.id)).docs).to.deep.equal([]);
  });
});
