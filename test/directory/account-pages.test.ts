import { expect } from 'chai';
import { membershipId, memberships } from '../../src/directory/group.ts';
import type { Group } from '../../src/directory/group.ts';
import { people } from '../../src/directory/person.ts';
import type { Outline } from '../../src/directory/account.ts';
import type { Account } from '../../src/plugin.ts';
import type { Stored } from '../../src/store/port.ts';
import { onEveryEngine } from '../support/engines.ts';
import { rooms } from '../support/rooms.ts';
import type { Rooms } from '../support/rooms.ts';

const CLI = { actor: 'cli' };
/** More than a page, so that both walks go on over the ends of theirs. */
const MANY = 1100;
const WANTED = [{ attributes: false }, { attributes: true }];

onEveryEngine('the pages of all accounts', (engine) => {
  let r: Rooms;
  beforeEach(async () => {
    r = await rooms(undefined, undefined, engine);
  });
  afterEach(async () => {
    await r[Symbol.asyncDispose]();
  });

  const group = async (displayName: string): Promise<Stored<Group>> => {
    const { group: made, changes } = r.directory.groups.creating({ displayName }, CLI);
    await r.commit(changes);
    const stored = await r.directory.groups.byId(made.id);
    if (!stored) throw new Error('the group was not created');
    return stored;
  };

  const listed = async <A>(pages: AsyncIterable<readonly A[]> | undefined): Promise<readonly A[]> => {
    const all: A[] = [];
    for await (const page of pages ?? []) all.push(...page);
    return all;
  };
  const accounts = (): Promise<readonly Account[]> => listed(r.directory.accounts.pages?.());
  const outlines = (wanted: (typeof WANTED)[number]): Promise<readonly Outline[]> =>
    listed(r.directory.accounts.outlines?.(wanted));

  const fill = async (): Promise<readonly string[]> => {
    const made = Array.from({ length: MANY }, (_, n) =>
      r.directory.people.creating({ userName: `p${String(n)}`, active: n % 7 > 0 }, CLI),
    );
    await r.store.insertMany(
      people,
      made.map(({ person }) => person),
    );
    return made.map(({ person }) => person.id);
  };

  const join = (groups: readonly Group[], ids: readonly string[]): Promise<void> =>
    r.store.insertMany(
      memberships,
      groups.flatMap(({ id: held }, every) =>
        ids
          .filter((_id, n) => n % (every + 2) === 0)
          .map((member) => ({
            id: membershipId(held, member),
            group: held,
            member,
            memberKind: 'person' as const,
            addedAt: 0,
          })),
      ),
    );

  it('tell of everybody what one look at each tells, with groups that hold their groups', async () => {
    const ids = await fill();
    const [staff, lab, all] = [await group('Staff'), await group('Lab'), await group('All')];
    await join([staff, lab], ids);
    await r.commit(await r.directory.groups.nesting(all, lab, CLI));
    const told = await accounts();
    expect(told.map(({ id }) => id)).to.have.members(ids);
    for (const account of told.filter((_account, n) => n % 20 === 0)) {
      const alone = await r.directory.accounts.byId(account.id);
      expect({ ...account, groups: [...account.groups].sort() }).to.deep.equal({
        ...alone,
        groups: [...(alone?.groups ?? [])].sort(),
      });
    }
    expect(told.some(({ groups }) => groups.includes('All') && groups.includes('Staff'))).to.equal(true);
  });

  it('tell in outlines the same of all who may sign in', async () => {
    const ids = await fill();
    const [staff, lab, all] = [await group('Staff'), await group('Lab'), await group('All')];
    await join([staff, lab], ids);
    await r.commit(await r.directory.groups.nesting(all, lab, CLI));
    await r.person({ userName: 'head', adminRoles: ['owner'] });
    await r.person({ userName: 'program', kind: 'service' });
    const people = (await accounts()).filter(({ kind, active }) => kind === 'person' && active);
    for (const wanted of WANTED) {
      const outlined = new Map((await outlines(wanted)).map((outline) => [outline.id, outline]));
      expect(outlined.size).to.equal(people.length);
      for (const account of people) {
        const outline = outlined.get(account.id);
        expect(account).to.deep.include(outline);
        expect(outline).to.include.keys(['administrator']);
        expect(outline?.attributes).to.deep.equal(wanted.attributes ? account.attributes : undefined);
      }
    }
  });

  it('tell the names of those that are asked for', async () => {
    const [anna, bert] = [await r.person({ userName: 'anna' }), await r.person({ userName: 'bert' })];
    await r.person({ userName: 'carla' });
    const names = await r.directory.accounts.userNames?.([anna.id, 'nobody', bert.id]);
    expect([...(names ?? [])]).to.have.deep.members([
      [anna.id, 'anna'],
      [bert.id, 'bert'],
    ]);
  });

  it('pass over memberships of those who are gone, and of groups that are', async () => {
    const [staff, lab] = [await group('Staff'), await group('Lab')];
    const anna = await r.person({ userName: 'anna' });
    await join([staff, lab], [anna.id, 'nobody', '0', 'zzz']);
    await r.commit(r.directory.groups.deleting(lab, CLI));
    const told = await accounts();
    expect(told.map(({ userName, groups }) => [userName, groups])).to.deep.equal([['anna', ['Staff']]]);
  });

  it('are none where there is nobody', async () => {
    expect(await accounts()).to.deep.equal([]);
    for (const wanted of WANTED) expect(await outlines(wanted)).to.deep.equal([]);
  });
});
