import { randomBytes } from 'node:crypto';
import { mongo } from 'mongoose';
import type { Mongod } from './mongod.ts';

export interface MongoDatabase extends AsyncDisposable {
  readonly name: string;
  readonly url: string;
  /** Runs commands beside the engine, on the database of the URL. */
  withDatabase<R>(work: (database: mongo.Db) => Promise<R>): Promise<R>;
}

/** A database of its own, dropped when it is disposed of: after every store on it has been closed. */
export const mongoDatabaseOn = (mongod: Mongod): MongoDatabase => {
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
    async [Symbol.asyncDispose]() {
      await withDatabase((database) => database.dropDatabase());
    },
  };
};
