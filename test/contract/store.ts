import { expect } from 'chai';
import type { Store } from '../../src/store/port.ts';
import { everything } from '../../src/store/query.ts';
import { testClock } from '../support/clock.ts';
import type { TestClock } from '../support/clock.ts';
import { accounts, things } from '../support/store-samples.ts';
import type { StoreUnderTest } from '../support/store.ts';
import { describeClaims } from './store-claims.ts';
import { describeCommits } from './store-commits.ts';
import { describeMigrations } from './store-migrations.ts';
import { describeQueries } from './store-queries.ts';
import { describeRaces } from './store-races.ts';
import { describeVerbs } from './store-verbs.ts';
import { describeWatching } from './store-watching.ts';

/** What the parts of the contract work with: two openings of one store, emptied before each test. */
export interface Contract {
  readonly clock: TestClock;
  readonly store: Store;
  /** The same store opened a second time, as another process would. */
  readonly other: Store;
  readonly tested: StoreUnderTest;
}

export const BUDGET = 2000;

/**
 * The whole contract of the store port, for one engine.
 *
 * @param create makes a new, empty store; or says why there can be none here, and the suite is pending with that reason
 */
export const describeStore = (
  engine: string,
  create: () => Promise<StoreUnderTest | { readonly pending: string }>,
): void => {
  describe(`the store on ${engine}`, function () {
    this.timeout(60_000);
    const clock = testClock();
    let opened: Contract | undefined;

    const contract = (): Contract => {
      if (!opened) throw new Error('the store is opened before each test');
      return opened;
    };

    before(async function () {
      const tested = await create();
      if ('pending' in tested) {
        this.skip();
      } else {
        const options = { collections: [accounts, things], clock, budget: BUDGET };
        opened = { clock, tested, store: await tested.open(options), other: await tested.open(options) };
      }
    });

    beforeEach(async () => {
      await contract().store.removeAll(accounts, everything);
      await contract().store.removeAll(things, everything);
      expect(await contract().store.count(accounts, everything)).to.equal(0);
    });

    after(async () => {
      if (!opened) return;
      await opened.store.close();
      await opened.other.close();
      await opened.tested.remove();
    });

    describeVerbs(contract);
    describeCommits(contract);
    describeQueries(contract);
    describeClaims(contract);
    describeRaces(contract);
    describeWatching(contract);
    describeMigrations(contract);
  });
};
