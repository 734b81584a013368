import { openMongo } from '../../src/store/mongo/engine.ts';
import { mongoDatabase } from '../support/mongo-database.ts';
import { findMongod } from '../support/mongod.ts';
import { describeStore } from './store.ts';

const found = await findMongod();

describeStore('pending' in found ? `MongoDB (${found.pending})` : 'MongoDB', async () => {
  const database = await mongoDatabase();
  if ('pending' in database) return database;
  return {
    open: (options) => openMongo({ migrations: [], ...options, url: database.url }),
    remove: database.remove,
  };
});
