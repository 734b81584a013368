import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { artifacts } from '../../src/oidc/artifact.ts';
import { openSqlite } from '../../src/store/sqlite/engine.ts';
import type { Store } from '../../src/store/port.ts';
import { and, eq } from '../../src/store/query.ts';
import { testClock } from '../support/clock.ts';

const MANY = 3000;

describe('with thousands of tokens of one person', () => {
  const clock = testClock();
  let folder: string;
  let store: Store;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'latchkey-'));
    // Hardly more rows than a page: whatever is not served by an index is refused.
    const options = { collections: [artifacts], migrations: [], clock, budget: 100 };
    store = await openSqlite({ file: join(folder, 'store.db'), ...options });
    const theirs = { accountId: 'a', epoch: 1, payload: '{}' };
    await store.insertMany(
      artifacts,
      Array.from({ length: MANY }, (_, n) => ({ ...theirs, id: `t${String(n)}`, model: 'AccessToken' })),
    );
    await store.insertMany(
      artifacts,
      [1, 2, 3].map((n) => ({ ...theirs, id: `s${String(n)}`, model: 'Session', sessionOf: 'a', usedAt: n })),
    );
  });
  after(async () => {
    await store.close();
    await rm(folder, { recursive: true });
  });

  it('their sessions are found by an index, the last used first', async () => {
    const query = and(eq('sessionOf', 'a'), eq('epoch', 1));
    const { docs } = await store.find(artifacts, query, { sort: [{ path: 'usedAt', descending: true }] });
    expect(docs.map(({ id }) => id)).to.deep.equal(['s3', 's2', 's1']);
  });
});
