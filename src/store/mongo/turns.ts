import { AppError } from '../../kernel/errors.ts';

/** Milliseconds a caller waits for its turn before it is told `busy`. */
const PATIENCE = 5000;

/**
 * Lets works that touch the same names follow each other, in the order they came, while all others run at once. Two
 * transactions on one document do not wait for each other in MongoDB, one fails and must start over: fifty at once in
 * one process would be at that for seconds. Between processes `persist` tries again; one of each is few enough.
 */
export const takeTurns = (): (<R>(names: readonly string[], work: () => Promise<R>) => Promise<R>) => {
  const last = new Map<string, Promise<void>>();
  return async (names, work) => {
    const before = names.map((name) => last.get(name)).filter((turn) => turn !== undefined);
    const { promise: done, resolve: finish } = Promise.withResolvers<undefined>();
    for (const name of names) last.set(name, done);
    const came = performance.now();
    try {
      await Promise.all(before);
      if (performance.now() - came > PATIENCE) {
        throw new AppError('busy', 'others keep writing the same documents', { retryAfter: 1 });
      }
      return await work();
    } finally {
      finish(undefined);
      for (const name of names) if (last.get(name) === done) last.delete(name);
    }
  };
};
