import { expect } from 'chai';
import { plugins, serverCollections } from '../../src/app.ts';
import { collectionsOf } from '../../src/foundation.ts';
import { planFaults } from '../support/query-plans.ts';

describe('the indexes of the server and its plugins', () => {
  it('are each searched by SQLite, never scanned or sorted', async () => {
    expect(await planFaults(collectionsOf(plugins, serverCollections))).to.deep.equal([]);
  });
});
