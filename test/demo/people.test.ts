import { expect } from 'chai';
import { createDemoPeople, demoPeople } from '../../src/demo/people.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import { loadMessages } from '../../src/http/messages.ts';
import type { DemoFact, DemoPerson } from '../../src/plugin.ts';
import { rooms } from '../support/rooms.ts';

const messages = loadMessages([{ folder: 'config/locales' }], ['en']);

const open = async (fact?: DemoFact) => {
  const room = await rooms(undefined, [demoPeople]);
  const registered: DemoPerson[] = [];
  const register = (person: DemoPerson) => {
    registered.push(person);
    return Promise.resolve([]);
  };
  const told = () => Promise.resolve(fact ? [fact] : []);
  const people = () =>
    createDemoPeople({ ...room, random: systemRandom, registrations: [register], facts: [told], messages });
  return { room, registered, people, [Symbol.asyncDispose]: () => room[Symbol.asyncDispose]() };
};

describe('the people of the demo', () => {
  it('are made at the first start, with passwords that work', async () => {
    await using demo = await open();
    const first = await demo.people().seed();
    expect(first.map(({ userName }) => userName)).to.deep.equal(['alice', 'bob', 'carol']);
    for (const { userName, password } of first) {
      const account = await demo.room.directory.accounts.byName(`${userName}@demo.localhost`);
      expect(account?.userName).to.equal(userName);
      expect(account?.administrator).to.equal(userName === 'carol');
      expect(account && (await demo.room.directory.passwords.verify(account, password))).to.deep.equal({
        outcome: 'right',
      });
    }
  });

  it('are made once, and an operator may remove them', async () => {
    await using demo = await open();
    await demo.people().seed();
    const alice = await demo.room.directory.people.byName('alice');
    if (!alice) throw new Error('alice is missing');
    await demo.room.commit(await demo.room.directory.people.deleting(alice, {}));
    expect(await demo.people().seed()).to.deep.equal([]);
    expect(await demo.room.directory.people.byName('alice')).to.equal(undefined);
  });

  it('are made once also by processes that start together', async () => {
    await using demo = await open();
    const starts = await Promise.all([1, 2, 3].map(() => demo.people().seed()));
    expect(starts.filter((first) => first.length > 0)).to.have.lengthOf(1);
    expect((await demo.room.directory.people.list()).docs).to.have.lengthOf(3);
  });

  it('begin with nothing registered, but for bob', async () => {
    await using demo = await open();
    await demo.people().seed();
    expect(demo.registered.map(({ account, alternateMail }) => [account.userName, alternateMail])).to.deep.equal([
      ['bob', 'bob@home.localhost'],
    ]);
  });

  it('are shown with their first passwords until they choose others', async () => {
    await using demo = await open();
    const first = await demo.people().seed();
    const shown = await demo.people().shown();
    expect(shown.map(({ userName, password }) => ({ userName, password }))).to.deep.equal(first);
    const alice = await demo.room.directory.accounts.byName('alice');
    if (!alice) throw new Error('alice is missing');
    await demo.room.commit(await demo.room.directory.passwords.set(alice, 'a password of her own', 'reset'));
    const [changed, unchanged] = await demo.people().shown();
    expect(changed).not.to.have.property('password');
    expect(unchanged).to.have.property('password');
  });

  it('are shown with what else it takes to be them, and the terminal tells what of it lasts', async () => {
    const lasting = { label: { key: 'demo.password' }, value: 'ABCD', href: 'otpauth://totp/bob', lasting: true };
    for (const fact of [lasting, { ...lasting, lasting: false }]) {
      await using demo = await open(fact);
      const [first] = await demo.people().seed();
      expect(first?.facts).to.deep.equal(fact.lasting ? ['First password: ABCD otpauth://totp/bob'] : undefined);
      const [shown] = await demo.people().shown();
      expect(shown?.facts).to.deep.equal([fact]);
    }
  });

  it('have no password that rests in the clear', async () => {
    await using demo = await open();
    const first = await demo.people().seed();
    const stored = await demo.room.store.get(demoPeople, 'alice');
    expect(JSON.stringify(stored)).not.to.contain(first[0]?.password);
  });
});
