import { setTimeout as pause } from 'node:timers/promises';
import { AppError } from '../../kernel/errors.ts';
import { Blocked, makeWay, Overtaken } from './blocked.ts';
import type { ClientSession, Connection } from './connection.ts';
import { asPortError, isTransient, isUnknownCommit } from './failure.ts';

/** Milliseconds a write tries again against others on the same documents before its caller is told `busy`. */
const DEADLINE = 5000;
const LONGEST_PAUSE = 64;

// Callers that collided once would collide again if all waited equally long: the moment each began spreads them.
const pauseBefore = (attempt: number, begun: number): number => {
  const longest = Math.min(LONGEST_PAUSE, 2 ** attempt);
  return 1 + ((begun * 1000) % longest);
};

const givenUp = (error: unknown): unknown =>
  error instanceof Blocked || error instanceof Overtaken
    ? new AppError('busy', 'others kept writing the same documents', { cause: error, retryAfter: 1 })
    : asPortError(error);

/**
 * Runs a write, again when it collided with another one without effect, and when what was in its way has expired.
 * Throws what callers of the port see: `Conflict`, `busy`, `unavailable`.
 */
export const persist = async <R>(write: () => Promise<R>): Promise<R> => {
  const begun = performance.now();
  let unexplained = 0;

  const clear = async (blocked: Blocked): Promise<void> => {
    if (await makeWay(blocked)) return;
    unexplained += 1;
    // Twice in the way and nowhere to be found: the commit itself holds the value twice.
    if (unexplained > 1) throw blocked.conflict;
  };

  for (let attempt = 0; ; attempt += 1) {
    try {
      return await write();
    } catch (error) {
      if (error instanceof Blocked) await clear(error).catch(rethrow);
      else if (!(error instanceof Overtaken) && !isTransient(error)) throw asPortError(error);
      if (performance.now() - begun > DEADLINE) throw givenUp(error);
    }
    await pause(pauseBefore(attempt, begun));
  }
};

const rethrow = (error: unknown): never => {
  throw asPortError(error);
};

const commit = async (session: ClientSession): Promise<void> => {
  const begun = performance.now();
  for (;;) {
    try {
      await session.commitTransaction();
      return;
    } catch (error) {
      // To commit again is safe: the server knows whether it has done it.
      if (!isUnknownCommit(error) || performance.now() - begun > DEADLINE) throw error;
    }
    await pause(pauseBefore(5, begun));
  }
};

/** Runs the work once, as one transaction: all of it is committed, or nothing when it throws. */
export const inTransaction = async <R>(
  connection: Connection,
  work: (session: ClientSession) => Promise<R>,
): Promise<R> => {
  const session = await connection.startSession();
  try {
    session.startTransaction({ readConcern: { level: 'snapshot' } });
    const result = await work(session);
    await commit(session);
    return result;
  } finally {
    // Also aborts what was not committed; a server that cannot be told lets go of it by itself.
    await session.endSession();
  }
};
