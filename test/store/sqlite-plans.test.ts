import { expect } from 'chai';
import { z } from 'zod';
import { defineCollection } from '../../src/store/port.ts';
import { planFaults } from '../support/query-plans.ts';
import { accounts, things } from '../support/store-samples.ts';

describe('query plans on SQLite', () => {
  it('serve every declared index by a search, and its order without sorting', async () => {
    expect(await planFaults([accounts, things])).to.deep.equal([]);
  });

  it('hold for unique indexes of several paths, required or not', async () => {
    const rows = defineCollection({
      name: 'rows',
      shape: z.object({ id: z.string(), group: z.string(), person: z.string(), key: z.string().optional() }),
      indexes: {
        pair: { on: ['group', 'person'], unique: true },
        key: { on: ['group', 'key'], unique: true },
      },
    });
    expect(await planFaults([rows])).to.deep.equal([]);
  });
});
