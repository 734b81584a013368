import { expect } from 'chai';
import { change } from '../../src/store/port.ts';
import { everything } from '../../src/store/query.ts';
import { accounts, things } from '../support/store-samples.ts';
import { outcome } from '../support/store.ts';
import type { Contract } from './store.ts';

export const describeCommits = (contract: () => Contract): void => {
  describe('commit', () => {
    it('makes changes in several collections, and gives the document after each', async () => {
      const { store } = contract();
      const alice = await store.insert(accounts, { id: 'alice', tries: 1 });
      const bob = await store.insert(accounts, { id: 'bob', tries: 1 });
      await store.insert(accounts, { id: 'carol' });
      await store.insert(accounts, { id: 'dora' });
      const done = await store.commit([
        change.insert(things, { id: 't', name: 'new' }),
        change.swap(accounts, { ...alice, tries: 2 }),
        change.expect(accounts, bob),
        change.increment(accounts, 'bob', { field: 'tries', cap: 9 }),
        change.increment(accounts, 'eve', { field: 'tries', cap: 9, initial: { id: 'eve', tries: 4 } }),
        change.take(accounts, 'carol'),
        change.remove(accounts, 'dora'),
        change.remove(accounts, 'nobody'),
      ]);
      expect(done).to.deep.equal([
        { id: 't', name: 'new', version: 1 },
        { id: 'alice', tries: 2, version: 2 },
        undefined,
        { id: 'bob', tries: 2, version: 2 },
        { id: 'eve', tries: 5, version: 1 },
        { id: 'carol', version: 1 },
        undefined,
        undefined,
      ]);
      const ids = (await store.find(accounts, everything, { sort: [{ path: 'id' }] })).docs.map(({ id }) => id);
      expect(ids).to.deep.equal(['alice', 'bob', 'eve']);
      expect(await store.commit([])).to.deep.equal([]);
    });

    it('does nothing at all when one precondition fails, and names that one', async () => {
      const { store } = contract();
      const alice = await store.insert(accounts, { id: 'alice', userName: 'alice', tries: 3 });
      const earlier = { ...alice, version: 0 };
      const failing = [
        { last: change.insert(accounts, { id: 'alice' }), reason: 'duplicate', index: 'id' },
        { last: change.insert(accounts, { id: 'x', userName: 'alice' }), reason: 'duplicate', index: 'userName' },
        { last: change.swap(accounts, earlier), reason: 'stale' },
        { last: change.swap(accounts, { id: 'nobody', version: 1 }), reason: 'stale' },
        { last: change.expect(accounts, earlier), reason: 'stale' },
        { last: change.expect(accounts, { id: 'nobody', version: 1 }), reason: 'stale' },
        { last: change.take(accounts, 'nobody'), reason: 'missing' },
        { last: change.take(accounts, 'alice', 7), reason: 'stale' },
        { last: change.increment(accounts, 'alice', { field: 'tries', cap: 3 }), reason: 'capped' },
        { last: change.increment(accounts, 'nobody', { field: 'tries', cap: 3 }), reason: 'missing' },
      ];
      for (const { last, ...expected } of failing) {
        const first = change.insert(things, { id: 't', name: 'first' });
        const second = change.insert(accounts, { id: 'other', userName: 'other' });
        expect(await outcome(store.commit([first, second, last])), JSON.stringify(expected)).to.deep.equal({
          position: 2,
          collection: 'accounts',
          ...expected,
        });
        expect(await store.get(things, 't')).to.equal(undefined);
        expect((await store.find(accounts, everything)).docs).to.deep.equal([alice]);
      }
    });

    it('lets a later change see what an earlier one did', async () => {
      const { store } = contract();
      const done = await store.commit([
        change.insert(accounts, { id: 'alice', userName: 'a', tries: 0 }),
        change.increment(accounts, 'alice', { field: 'tries', cap: 1 }),
        change.swap(accounts, { id: 'alice', userName: 'b', version: 2 }),
        change.insert(accounts, { id: 'bob', userName: 'a' }),
        change.take(accounts, 'alice', 3),
        change.insert(accounts, { id: 'alice', userName: 'b' }),
      ]);
      expect(done.map((doc) => doc?.version)).to.deep.equal([1, 2, 3, 1, 3, 1]);
      const clash = [
        change.insert(accounts, { id: 'x', userName: 'x' }),
        change.insert(accounts, { id: 'y', userName: 'x' }),
      ];
      expect(await outcome(store.commit(clash))).to.include({ position: 1, reason: 'duplicate', index: 'userName' });
    });

    it('swaps many documents in their order, or none of them, and names the one that is stale', async () => {
      const { clock, store } = contract();
      const ids = ['a', 'b', 'c', 'd'];
      await store.insertMany(
        accounts,
        ids.map((id) => ({ id, userName: id, emails: [], expiresAt: clock.now() + 1000 })),
      );
      const swaps = (names: readonly string[], version: number) =>
        ids.map((id, position) =>
          change.swap(accounts, {
            id,
            userName: names[position] ?? id,
            emails: [],
            expiresAt: clock.now() + 1000,
            version,
          }),
        );
      const done = await store.commit([...swaps(['w', 'a', 'b', 'c'], 1), ...swaps(['w', 'x', 'y', 'z'], 2)]);
      expect(done.map((doc) => doc?.version)).to.deep.equal([2, 2, 2, 2, 3, 3, 3, 3]);
      const swapped = (await store.find(accounts, everything, { sort: [{ path: 'id' }] })).docs;
      expect(swapped).to.deep.equal(done.slice(4));

      const earlier = change.swap(accounts, { id: 'c', version: 2 });
      const failing = [
        { changes: swaps(ids, 3).with(2, earlier), position: 2, reason: 'stale' },
        { changes: swaps(['p', 'q', 'r', 'q'], 3), position: 3, reason: 'duplicate', index: 'userName' },
        {
          changes: [...swaps(ids, 3), change.swap(accounts, { id: 'nobody', version: 1 })],
          position: 4,
          reason: 'stale',
        },
      ];
      for (const { changes, ...expected } of failing) {
        expect(await outcome(store.commit(changes))).to.deep.equal({ collection: 'accounts', ...expected });
        expect((await store.find(accounts, everything, { sort: [{ path: 'id' }] })).docs).to.deep.equal(swapped);
      }
      clock.advance(1000);
      const gone = await outcome(store.commit(swaps(ids, 3)));
      expect(gone).to.deep.equal({ collection: 'accounts', position: 0, reason: 'stale' });
    });

    it('makes each commit by itself, whatever becomes of those that come with it', async () => {
      const { clock, store } = contract();
      const soon = clock.now() + 1000;
      await store.insertMany(accounts, [
        { id: 'alice', userName: 'alice' },
        { id: 'bob' },
        { id: 'late', expiresAt: soon },
      ]);
      clock.advance(1000);
      const beside = (id: string) => change.insert(things, { id, name: 'beside' });
      const right = Array.from({ length: 40 }, (_, n) => [
        change.insert(accounts, { id: `n${String(n)}`, userName: `n${String(n)}` }),
        beside(`t${String(n)}`),
      ]);
      const bob = { id: 'bob', version: 1 };
      const others = [
        [beside('a'), change.insert(accounts, { id: 'late' })],
        [beside('b'), change.swap(accounts, { ...bob, state: 'seen' })],
        [beside('c'), change.swap(accounts, { ...bob, state: 'too late' })],
        [beside('d'), change.insert(accounts, { id: 'mallory', userName: 'alice' })],
        [beside('e'), change.insert(accounts, { id: 'x', state: '\0' })],
        [change.insert(accounts, { id: 'y', userName: 'same' }), beside('f')],
        [change.insert(accounts, { id: 'z', userName: 'same' }), beside('g')],
        [beside('h'), change.expect(accounts, { id: 'nobody', version: 1 })],
        [beside('i'), change.expect(accounts, { id: 'alice', version: 1 })],
      ];
      const commits = [...right.slice(0, 20), ...others, ...right.slice(20)];
      const outcomes = await Promise.all(commits.map((changes) => outcome(store.commit(changes))));
      expect(outcomes.toSpliced(20, others.length)).to.deep.equal(right.map(() => undefined));
      const [late, first, second, taken, unfit, one, other, absent, guarded] = outcomes.slice(20);
      expect([late, first, guarded]).to.deep.equal([undefined, undefined, undefined]);
      expect(second).to.deep.equal({ position: 1, reason: 'stale', collection: 'accounts' });
      expect(taken).to.deep.equal({ position: 1, reason: 'duplicate', collection: 'accounts', index: 'userName' });
      expect(unfit).to.equal('bad_request');
      expect([one, other].filter((result) => result === undefined)).to.have.length(1);
      expect(absent).to.deep.equal({ position: 1, reason: 'stale', collection: 'accounts' });
      const ids = (await store.find(things, everything, { limit: 1000 })).docs.map(({ id }) => id).toSorted();
      const wanted = [...right.keys()].map((n) => `t${String(n)}`);
      expect(ids).to.deep.equal([...wanted, 'a', 'b', one === undefined ? 'f' : 'g', 'i'].toSorted());
      expect(await store.get(accounts, 'bob')).to.include({ version: 2, state: 'seen' });
      expect(await store.count(accounts, everything)).to.equal(40 + 4);
    });

    it('refuses a document that does not fit before it does anything', async () => {
      const { store } = contract();
      const changes = [change.insert(accounts, { id: 'alice' }), change.insert(accounts, { id: 'bob', state: '\0' })];
      expect(await outcome(store.commit(changes))).to.equal('bad_request');
      expect(await store.count(accounts, everything)).to.equal(0);
    });
  });
};
