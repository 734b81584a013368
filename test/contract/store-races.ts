import { expect } from 'chai';
import { Conflict, change } from '../../src/store/port.ts';
import type { Store } from '../../src/store/port.ts';
import { eq, everything } from '../../src/store/query.ts';
import { accounts, things } from '../support/store-samples.ts';
import { outcome, rejection } from '../support/store.ts';
import type { Contract } from './store.ts';

const CALLERS = 50;

export const describeRaces = (contract: () => Contract): void => {
  describe(`${String(CALLERS)} callers at once, through two openings of the store`, () => {
    const atOnce = <R>(call: (store: Store, caller: number) => Promise<R>): Promise<readonly R[]> =>
      Promise.all(
        Array.from({ length: CALLERS }, (_, caller) =>
          call(caller % 2 === 0 ? contract().store : contract().other, caller),
        ),
      );

    it('give a document that is taken to one of them', async () => {
      await contract().store.insert(accounts, { id: 'alice' });
      const taken = await atOnce((store) => store.take(accounts, 'alice'));
      expect(taken.filter((doc) => doc !== undefined)).to.have.length(1);
    });

    it('count to the cap and not past it', async () => {
      const by = { field: 'tries', cap: 20, initial: { id: 'alice', tries: 0 } };
      const counted = await atOnce((store) => store.increment(accounts, 'alice', by));
      const values = counted.filter((doc) => doc !== undefined).map(({ tries }) => tries ?? 0);
      expect(values.toSorted((a, b) => a - b)).to.deep.equal(Array.from({ length: 20 }, (_, count) => count + 1));
    });

    it('let one of them have a unique value', async () => {
      const outcomes = await atOnce((store, caller) =>
        outcome(store.insert(accounts, { id: `c${String(caller)}`, emails: [{ value: 'same' }] })),
      );
      expect(outcomes.filter((result) => result === undefined)).to.have.length(1);
      expect(await contract().store.count(accounts, everything)).to.equal(1);
    });

    it('let one of them swap a version', async () => {
      const read = await contract().store.insert(accounts, { id: 'alice', tries: 0 });
      const outcomes = await atOnce((store, caller) => outcome(store.swap(accounts, { ...read, tries: caller })));
      expect(outcomes.filter((result) => result === undefined)).to.have.length(1);
    });

    it('claim different documents', async () => {
      await contract().store.insertMany(
        accounts,
        Array.from({ length: 30 }, (_, number) => ({ id: `j${String(number)}`, state: 'waiting', due: number })),
      );
      const claimed = await atOnce((store) =>
        store.claim(accounts, { query: eq('state', 'waiting'), sort: [{ path: 'due' }], lease: 1000 }),
      );
      const ids = claimed.filter((doc) => doc !== undefined).map(({ id }) => id);
      expect(ids).to.have.length(30);
      expect(new Set(ids).size).to.equal(30);
    });

    it('never break a sum that commits keep', async () => {
      const { store } = contract();
      await store.insertMany(accounts, [
        { id: 'left', tries: 1000 },
        { id: 'right', tries: 1000 },
      ]);
      const move = async (from: Store, caller: number): Promise<void> => {
        for (;;) {
          const [left, right] = [await from.get(accounts, 'left'), await from.get(accounts, 'right')];
          if (!left || !right) throw new Error('both sides stay');
          const error = await rejection(
            from.commit([
              change.swap(accounts, { ...left, tries: (left.tries ?? 0) - caller }),
              change.swap(accounts, { ...right, tries: (right.tries ?? 0) + caller }),
            ]),
          );
          if (error === undefined) return;
          expect(error).to.be.instanceOf(Conflict);
        }
      };
      await Promise.all([0, 1, 2, 3, 4, 5].map((caller) => move(caller % 2 === 0 ? store : contract().other, caller)));
      expect(await store.get(accounts, 'left')).to.include({ tries: 985 });
      expect(await store.get(accounts, 'right')).to.include({ tries: 1015 });
    });

    it('never let a guarded document change under a commit', async () => {
      const { store } = contract();
      const guards = await Promise.all(['a', 'b'].map((id) => store.insert(accounts, { id, tries: 1 })));
      const [a, b] = guards;
      if (!a || !b) throw new Error('two guards');
      // Each may go off duty only while the other stays on: the classic write skew.
      const [first, second] = await Promise.all([
        outcome(store.commit([change.expect(accounts, b), change.swap(accounts, { ...a, tries: 0 })])),
        outcome(contract().other.commit([change.expect(accounts, a), change.swap(accounts, { ...b, tries: 0 })])),
      ]);
      expect([first, second].filter((result) => result === undefined)).to.have.length(1);
    });

    it('are never refused for the others’ sake when their changes do not meet', async () => {
      await atOnce((store, caller) =>
        store.commit([
          change.insert(accounts, { id: `c${String(caller)}`, userName: `c${String(caller)}` }),
          change.insert(things, { id: `t${String(caller)}`, name: 'n' }),
        ]),
      );
      expect(await contract().store.count(accounts, everything)).to.equal(CALLERS);
      expect(await contract().store.count(things, eq('name', 'n'))).to.equal(CALLERS);
    });
  });
};
