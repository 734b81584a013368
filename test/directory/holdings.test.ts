import { expect } from 'chai';
import { rooms } from '../support/rooms.ts';
import type { Rooms } from '../support/rooms.ts';

const by = { actor: 'cli' };

describe('the groups of many at once', () => {
  let r: Rooms;
  before(async () => {
    r = await rooms();
  });
  after(() => r[Symbol.asyncDispose]());

  const groupNamed = async (displayName: string) => {
    await r.commit(r.directory.groups.creating({ displayName }, by).changes);
    const group = await r.directory.groups.byName(displayName);
    if (!group) throw new Error(`${displayName} was not made`);
    return group;
  };

  it('are those of each of them, whether they hold them directly or through others', async () => {
    const { groups } = r.directory;
    const [inner, outer, other] = [await groupNamed('inner'), await groupNamed('outer'), await groupNamed('other')];
    await r.commit(await groups.nesting(outer, inner, by));
    const ids: string[] = [];
    for (let number = 0; number < 30; number += 1) {
      const person = await r.person({ userName: `p${String(number)}` });
      ids.push(person.id);
      if (number % 2 === 0) await r.commit(groups.adding(inner, person, by));
      if (number % 3 === 0) await r.commit(groups.adding(other, person, by));
    }
    const together = await groups.holding([...ids, 'nobody']);
    for (const [number, id] of ids.entries()) {
      const told = (together.get(id) ?? []).map(({ group, direct }) => `${group.displayName} ${String(direct)}`);
      expect(told.toSorted()).to.deep.equal([
        ...(number % 2 === 0 ? ['inner true'] : []),
        ...(number % 3 === 0 ? ['other true'] : []),
        ...(number % 2 === 0 ? ['outer false'] : []),
      ]);
      expect((await groups.holding([id])).get(id)).to.have.deep.members([...(together.get(id) ?? [])]);
    }
    expect(together.get('nobody')).to.deep.equal([]);
  });
});
