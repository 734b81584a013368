import { openMongo } from '../../src/store/mongo/engine.ts';
import { mongoDatabaseOn } from '../support/mongo-database.ts';
import { findMongod, mongodForTests } from '../support/mongod.ts';
import { describeStore } from './store.ts';

const found = await findMongod();

describeStore('pending' in found ? `MongoDB (${found.pending})` : 'MongoDB', async () => {
  const mongod = await mongodForTests();
  if ('pending' in mongod) return mongod;
  const database = mongoDatabaseOn(mongod);
  return {
    open: (options) => openMongo({ migrations: [], ...options, url: database.url }),
    async remove() {
      await database[Symbol.asyncDispose]();
    },
  };
});
