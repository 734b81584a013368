import { expect } from 'chai';
import { change } from '../../src/store/port.ts';
import { and, eq, le } from '../../src/store/query.ts';
import { accounts } from '../support/store-samples.ts';
import { outcome } from '../support/store.ts';
import type { Contract } from './store.ts';

export const describeClaims = (contract: () => Contract): void => {
  describe('claim', () => {
    const claimDue = ({ store, clock }: Contract) =>
      store.claim(accounts, {
        query: and(eq('state', 'waiting'), le('due', clock.now())),
        sort: [{ path: 'due' }],
        lease: 1000,
      });

    it('hands each document to one caller, in order', async () => {
      const { store, clock } = contract();
      const due = clock.now();
      await store.insertMany(accounts, [
        { id: 'a', state: 'waiting', due },
        { id: 'b', state: 'waiting', due: due - 1 },
        { id: 'c', state: 'waiting', due: due + 1 },
        { id: 'd', state: 'done', due: due - 9 },
      ]);
      expect(await claimDue(contract())).to.deep.equal({ id: 'b', state: 'waiting', due: due - 1, version: 2 });
      expect(await claimDue(contract())).to.include({ id: 'a', version: 2 });
      expect(await claimDue(contract())).to.equal(undefined);
      expect(await store.get(accounts, 'b')).to.include({ version: 2 });
    });

    it('gives a document back when its lease has run out, and then refuses the first holder', async () => {
      const { store, clock } = contract();
      await store.insert(accounts, { id: 'a', state: 'waiting', due: 0 });
      const first = await claimDue(contract());
      expect(first).to.include({ id: 'a' });
      clock.advance(999);
      expect(await claimDue(contract())).to.equal(undefined);
      clock.advance(1);
      expect(await claimDue(contract())).to.include({ id: 'a', version: 3 });
      expect(first && (await outcome(store.swap(accounts, { ...first, state: 'done' })))).to.include({
        reason: 'stale',
      });
    });

    it('ends the lease when the holder swaps, alone or in a commit', async () => {
      const { store } = contract();
      await store.insert(accounts, { id: 'a', state: 'waiting', due: 0 });
      const first = await claimDue(contract());
      if (first) await store.swap(accounts, { ...first, due: 1 });
      const second = await claimDue(contract());
      expect(second).to.include({ id: 'a', due: 1 });
      if (second) await store.commit([change.swap(accounts, { ...second, due: 2 })]);
      expect(await claimDue(contract())).to.include({ id: 'a', due: 2 });
    });

    it('passes over any number of documents that are held', async () => {
      const { store } = contract();
      const held = Array.from({ length: 30 }, (_, number) => ({
        id: `h${String(number)}`,
        state: 'waiting',
        due: number,
      }));
      await store.insertMany(accounts, held);
      for (const { id } of held) expect(await claimDue(contract())).to.include({ id });
      expect(await claimDue(contract())).to.equal(undefined);
      await store.insert(accounts, { id: 'free', state: 'waiting', due: 99 });
      expect(await claimDue(contract())).to.include({ id: 'free' });
    });
  });
};
