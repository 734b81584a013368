import { AppError } from '../../kernel/errors.ts';

/** What the driver's errors have in common, read by name so that only one file imports the library. */
interface MongoFailure extends Error {
  readonly code?: unknown;
  hasErrorLabel?: (label: string) => boolean;
}

const DUPLICATE_KEY = 11000;
const UNKNOWN_COLLECTION = 26;

/** Server error codes: https://github.com/mongodb/mongo/blob/v6.0/src/mongo/base/error_codes.yml */
const FORBIDDEN: ReadonlySet<unknown> = new Set([13, 18, 8000]);
const GONE: ReadonlySet<unknown> = new Set([6, 7, 64, 89, 91, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436]);
const CONTENDED: ReadonlySet<unknown> = new Set([24, 50, 112, 246]);
const TOO_LARGE: ReadonlySet<unknown> = new Set([10334, 17280, 17419]);

const UNREACHABLE =
  /^(Mongo(ose)?(Network|NetworkTimeout|ServerSelection|TopologyClosed|PoolCleared|PoolClosed|NotConnected|ClientClosed|WriteConcern|ExpiredSession|ServerClosed|StalePrimary|OperationTimeout)|PoolClearedOnNetwork)Error$/;

/** What the network says for itself, where the driver lets it through. */
const NETWORK: ReadonlySet<unknown> = new Set([
  'EAI_AGAIN',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
]);

const isNetwork = (error: unknown): boolean => error instanceof Error && 'code' in error && NETWORK.has(error.code);

const unavailable = (cause: unknown): AppError =>
  new AppError('unavailable', 'no primary of MongoDB answers', { cause, retryAfter: 5 });

const asMongo = (error: unknown): MongoFailure | undefined =>
  error instanceof Error && /^(Mongo|BSON|PoolCleared)/.test(error.name) ? error : undefined;

const labelled = (error: MongoFailure, label: string): boolean => error.hasErrorLabel?.(label) === true;

/** True when a transaction failed without effect and may be run again from its start. */
export const isTransient = (error: unknown): boolean => {
  const failure = asMongo(error);
  return failure !== undefined && (labelled(failure, 'TransientTransactionError') || CONTENDED.has(failure.code));
};

/** True when nobody knows whether a transaction was committed; committing it again tells. */
export const isUnknownCommit = (error: unknown): boolean => {
  const failure = asMongo(error);
  return failure !== undefined && labelled(failure, 'UnknownTransactionCommitResult');
};

/** The name of the index that a duplicate met, and for a bulk the position of its document. */
export const duplicateOf = (error: unknown): { readonly index: string; readonly position: number } | undefined => {
  const failure = asMongo(error);
  if (failure?.code !== DUPLICATE_KEY) return undefined;
  const writes = 'writeErrors' in failure && Array.isArray(failure.writeErrors) ? failure.writeErrors : [];
  const [first] = writes as readonly { readonly index: number; readonly errmsg?: string }[];
  const index = / index: (\S+) dup key/.exec(first?.errmsg ?? failure.message)?.[1];
  return index === undefined ? undefined : { index, position: first?.index ?? 0 };
};

export const isUnknownCollection = (error: unknown): boolean => asMongo(error)?.code === UNKNOWN_COLLECTION;

/**
 * The error of opening a connection. Without a cause where the address itself is at fault: the library repeats it, and
 * an address may hold a password.
 */
export const asOpenError = (error: unknown): unknown => {
  if (error instanceof AppError) return error;
  const failure = asMongo(error);
  const answered =
    failure !== undefined && !/^Mongo(Parse|API|Runtime|InvalidArgument|MissingCredentials)Error$/.test(failure.name);
  if (answered) return asPortError(error);
  if (isNetwork(error)) return unavailable(error);
  return new AppError('store_unusable', 'the address of MongoDB cannot be read');
};

/**
 * The error callers of the port see for one of the driver's; what is not the driver's passes through.
 * `unavailable` leaves open whether a write was done, as every answer lost on the way does.
 */
export const asPortError = (error: unknown): unknown => {
  const failure = asMongo(error);
  if (!failure) return isNetwork(error) ? unavailable(error) : error;
  const { code } = failure;
  if (FORBIDDEN.has(code)) {
    return new AppError('store_unusable', 'MongoDB refuses this account: check its name, password and role', {
      cause: error,
    });
  }
  if (UNREACHABLE.test(failure.name) || GONE.has(code) || labelled(failure, 'RetryableWriteError')) {
    return unavailable(error);
  }
  if (failure.name === 'MongoWaitQueueTimeoutError' || isTransient(error)) {
    return new AppError('busy', 'MongoDB is busy', { cause: error, retryAfter: 1 });
  }
  if (TOO_LARGE.has(code) || failure.name.startsWith('BSON')) {
    return new AppError('bad_request', 'a document is larger than MongoDB stores', { cause: error });
  }
  return new AppError('internal', 'MongoDB failed', { cause: error });
};
