import { randomBytes } from 'node:crypto';
import { mongo } from 'mongoose';
import { mongodForTests } from './mongod.ts';

export interface MongoDatabase {
  readonly name: string;
  readonly url: string;
  /** Runs commands beside the engine, on the database of the URL. */
  withDatabase<R>(work: (database: mongo.Db) => Promise<R>): Promise<R>;
  /** Drops it, after every store on it has been closed. */
  remove(): Promise<void>;
}

/** A database of its own on the mongod of this run, or why there is none. */
export const mongoDatabase = async (): Promise<MongoDatabase | { readonly pending: string }> => {
  const mongod = await mongodForTests();
  if ('pending' in mongod) return mongod;
  const name = `test${randomBytes(6).toString('hex')}`;
  const url = mongod.url(name);

  const withDatabase = async <R>(work: (database: mongo.Db) => Promise<R>): Promise<R> => {
    const client = new mongo.MongoClient(url);
    try {
      return await work(client.db());
    } finally {
      await client.close();
    }
  };

  return {
    name,
    url,
    withDatabase,
    async remove() {
      await withDatabase((database) => database.dropDatabase());
    },
  };
};
