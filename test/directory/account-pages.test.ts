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
  const outlines = (): Promise<readonly Outline[]> => listed(r.directory.accounts.outlines?.());

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

  it('tell in outlines the same of the same people', async () => {
    const ids = await fill();
    await join([await group('Staff'), await group('Lab')], ids);
    const outlined = new Map((await outlines()).map((outline) => [outline.id, outline]));
    expect(outlined.size).to.equal(MANY);
    for (const account of await accounts()) expect(account).to.deep.include(outlined.get(account.id));
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
    expect(await outlines()).to.deep.equal([]);
  });
});
