import { expect } from 'chai';
import { accounts, things } from '../support/store-samples.ts';
import type { Contract } from './store.ts';

export const describeWatching = (contract: () => Contract): void => {
  describe('watch', () => {
    it('tells of a change made here', async () => {
      const { store } = contract();
      const told = Promise.withResolvers<undefined>();
      const stop = store.watch([accounts], () => {
        told.resolve(undefined);
      });
      await store.insert(accounts, { id: 'alice' });
      await told.promise;
      stop();
    });

    it('tells of a change made by another process', async () => {
      const { store, other } = contract();
      const told = Promise.withResolvers<undefined>();
      const stop = store.watch([things, accounts], () => {
        told.resolve(undefined);
      });
      await other.insert(accounts, { id: 'alice' });
      await told.promise;
      stop();
    });

    it('tells nothing once it has been stopped', async () => {
      const { store } = contract();
      let stoppedTold = 0;
      store.watch([accounts], () => {
        stoppedTold += 1;
      })();
      const told = Promise.withResolvers<undefined>();
      const stop = store.watch([accounts], () => {
        told.resolve(undefined);
      });
      await store.insert(accounts, { id: 'alice' });
      await told.promise;
      stop();
      expect(stoppedTold).to.equal(0);
    });
  });

  describe('durable', () => {
    it('resolves after commits, for any number of callers at once', async () => {
      const { store } = contract();
      await Promise.all(
        Array.from({ length: 20 }, async (_, caller) => {
          await store.insert(accounts, { id: `c${String(caller)}` });
          await store.durable();
        }),
      );
      await store.durable();
    });
  });
};
