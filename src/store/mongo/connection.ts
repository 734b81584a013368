import { Mongoose, Schema } from 'mongoose';
import type { Connection, Model, mongo } from 'mongoose';
import { AppError } from '../../kernel/errors.ts';
import { asOpenError } from './failure.ts';

export type { ClientSession, Connection } from 'mongoose';
export type ChangeStream = mongo.ChangeStream;

/** A document as it lies in MongoDB: what the engine keeps stands beside the caller's fields, never among them. */
export interface Envelope {
  _id: string;
  version: number;
  /** The fields of the document without its id. */
  doc: Record<string, unknown>;
  /** For each unique index the values that this document holds, as text. */
  unique?: Record<string, string[]>;
  /** For the TTL index alone: MongoDB removes by dates. Expiry is judged by the field in `doc`. */
  expiresAt?: Date;
  /** Milliseconds of our clock until which `claim` has handed the document to someone. */
  leasedUntil?: number;
  /** Raised by `expect`, so that a transaction which only looked at the document still collides with its writers. */
  guards?: number;
}

export type DocModel = Model<Envelope>;
export type BulkOperation = mongo.AnyBulkWriteOperation<Envelope>;

/** A collection as the driver has it: what is sent through it is not cast, which costs as much as sending it. */
export const uncast = (model: DocModel): mongo.Collection<Envelope> =>
  model.collection as unknown as mongo.Collection<Envelope>;

/** hello.maxWireVersion of MongoDB 6.0, the oldest that the suites run on. */
const OLDEST_WIRE_VERSION = 17;

/**
 * Writes are acknowledged by a majority, journalled: what a verb has returned would survive a power cut and any change
 * of primary. That costs 2.2 ms a write on one member instead of 0.5; in exchange nothing that was read, counted or
 * refused can be rolled back, and there is nothing left for `durable()` to wait for. Reads see majority-committed data
 * for the same reason.
 */
const guarantees = {
  writeConcern: { w: 'majority', journal: true, wtimeoutMS: 10_000 },
  readConcern: { level: 'majority' },
  readPreference: 'primary',
  retryWrites: true,
  retryReads: true,
} as const;

const patience = {
  serverSelectionTimeoutMS: 5000,
  connectTimeoutMS: 5000,
  waitQueueTimeoutMS: 5000,
};

/** Milliseconds after which the server gives a write up. */
const LONGEST_WRITE = 5000;

/** What the address does not set for itself. */
const patienceBeside = (url: string): Partial<typeof patience> =>
  Object.fromEntries(Object.entries(patience).filter(([name]) => !new RegExp(`[?&]${name}=`, 'i').test(url)));

const namesDatabase = (url: string): boolean => /^mongodb(\+srv)?:\/\/[^/?]*\/[^?]/.test(url);

const refuseUnusable = async (connection: Connection): Promise<void> => {
  const hello = await connection.getClient().db('admin').command({ hello: 1 });
  if (hello['setName'] === undefined && hello['msg'] !== 'isdbgrid') {
    throw new AppError(
      'store_unusable',
      'this MongoDB is a standalone server, which has neither transactions nor change streams: start mongod with --replSet and initiate a replica set; one member will do',
    );
  }
  if (Number(hello['maxWireVersion']) < OLDEST_WIRE_VERSION) {
    throw new AppError('store_unusable', 'this MongoDB is older than 6.0');
  }
};

/**
 * Connects to a replica set or a sharded cluster; the database is `latchkey` unless the URL names one.
 * Throws `store_unusable` for a standalone, an old server, or an address or account that is refused, and `unavailable`
 * when no primary answers within 5 s. Messages never carry the URL, for it may hold a password.
 */
export const connect = async (url: string): Promise<Connection> => {
  const own = namesDatabase(url) ? {} : { dbName: 'latchkey' };
  const connection = new Mongoose().createConnection();
  try {
    const collections = { autoCreate: false, autoIndex: false, bufferCommands: false, ignoreUndefined: true };
    await connection.openUri(url, {
      ...patienceBeside(url),
      ...guarantees,
      ...collections,
      ...own,
      appName: 'latchkey',
    });
    await refuseUnusable(connection);
    return connection;
  } catch (error) {
    await connection.close();
    throw asOpenError(error);
  }
};

/** The model of one collection. Its shape is zod's, checked before; here the caller's fields are opaque. */
export const modelOf = (connection: Connection, name: string): DocModel => {
  const schema = new Schema<Envelope>(
    {
      _id: String,
      version: Number,
      doc: Schema.Types.Mixed,
      unique: Schema.Types.Mixed,
      expiresAt: Date,
      leasedUntil: Number,
      guards: Number,
    },
    { collection: name, id: false, minimize: false, strictQuery: false, versionKey: false },
  );
  return connection.model<Envelope>(name, schema);
};

/** The changes of some collections from now on, by the server's clock: what is asked for later sees what came before. */
export const changesOf = async (connection: Connection, names: readonly string[]): Promise<ChangeStream> => {
  const database = connection.getClient().db(connection.name);
  const { operationTime } = (await database.command({ ping: 1 })) as { readonly operationTime: mongo.Timestamp };
  return database.watch(
    [{ $match: { 'ns.coll': { $in: names } } }, { $project: { _id: 1, ns: 1, operationType: 1 } }],
    { startAtOperationTime: operationTime },
  );
};

/**
 * Options of a write. A document that a transaction has written keeps other writers waiting until it ends, up to the
 * server's `transactionLifetimeLimitSeconds` when its process has died: nobody waits for that long.
 */
export const writing = (
  session: mongo.ClientSession | undefined,
): { maxTimeMS: number; session?: mongo.ClientSession } => ({
  maxTimeMS: LONGEST_WRITE,
  ...(session === undefined ? {} : { session }),
});
