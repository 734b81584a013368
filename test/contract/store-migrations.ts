import { expect } from 'chai';
import type { Migration } from '../../src/store/migrate.ts';
import { accounts, things } from '../support/store-samples.ts';
import { outcome, rejection } from '../support/store.ts';
import type { Contract } from './store.ts';

/** The last part of the contract, because it raises the store's version for good. */
export const describeMigrations = (contract: () => Contract): void => {
  describe('migrations', () => {
    const ran: string[] = [];
    const step = (version: number, run: Migration['run'] = () => Promise.resolve()): Migration => ({
      version,
      name: `step ${String(version)}`,
      async run(store) {
        ran.push(`step ${String(version)}`);
        await run(store);
      },
    });
    const rename: Migration['run'] = async (store) => {
      const alice = await store.get(accounts, 'alice');
      if (alice) await store.swap(accounts, { ...alice, userName: 'alice.migrated' });
    };
    const open = async (migrations: readonly Migration[]): Promise<void> => {
      const { tested, clock } = contract();
      const store = await tested.open({ collections: [accounts, things], migrations, clock });
      await store.close();
    };

    it('go forward in order, each once, also when two processes open the store at once', async () => {
      await contract().store.insert(accounts, { id: 'alice', userName: 'alice' });
      const steps = [step(1), step(2, rename)];
      await Promise.all([open(steps), open(steps)]);
      expect(ran).to.deep.equal(['step 1', 'step 2']);
      expect(await contract().store.get(accounts, 'alice')).to.include({ userName: 'alice.migrated' });
    });

    it('are tried again when one has failed, from that one on', async () => {
      ran.length = 0;
      const broken = step(3, () => Promise.reject(new Error('half way')));
      expect(await rejection(open([step(1), step(2), broken]))).to.include({ message: 'half way' });
      await open([step(1), step(2), step(3)]);
      expect(ran).to.deep.equal(['step 3', 'step 3']);
    });

    it('refuse a store that a newer program has written', async () => {
      expect(await outcome(open([step(1), step(2)]))).to.equal('store_unusable');
    });
  });
};
