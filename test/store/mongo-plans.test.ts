import { expect } from 'chai';
import { z } from 'zod';
import { defineCollection } from '../../src/store/port.ts';
import { mongoDatabaseOn } from '../support/mongo-database.ts';
import { mongoPlanFaults } from '../support/mongo-plans.ts';
import { describeOnMongod } from '../support/mongo-suite.ts';
import { accounts, things } from '../support/store-samples.ts';

describeOnMongod('query plans on MongoDB', (mongod) => {
  it('serve every declared index by a search, and its order without sorting', async () => {
    await using database = mongoDatabaseOn(mongod());
    expect(await mongoPlanFaults(database, [accounts, things])).to.deep.equal([]);
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
    await using database = mongoDatabaseOn(mongod());
    expect(await mongoPlanFaults(database, [rows])).to.deep.equal([]);
  });
});
