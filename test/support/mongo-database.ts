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

/** Copies every document of a database into another on the same server. */
export const copyDatabase = async (from: string, to: string): Promise<void> => {
  const client = new mongo.MongoClient(from);
  const db = new URL(to).pathname.slice(1);
  try {
    for (const { name } of await client.db().listCollections({}, { nameOnly: true }).toArray()) {
      await client
        .db()
        .collection(name)
        .aggregate([{ $out: { db, coll: name } }])
        .toArray();
    }
  } finally {
    await client.close();
  }
};
