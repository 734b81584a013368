/**
 * One piece of work after the other for each key, in this process. What is written is guarded by versions as well, for
 * other processes; but of forty that write the same resource at once each would otherwise try as often as there are others.
 */
export type Turns = <T>(key: string, work: () => Promise<T>) => Promise<T>;

export const createTurns = (): Turns => {
  const last = new Map<string, Promise<unknown>>();

  return async (key, work) => {
    const before = last.get(key);
    const mine = (async () => {
      await before;
      return work();
    })();
    // Whoever comes next waits for the end of this, whatever it is.
    const ended = mine.then(
      () => undefined,
      () => undefined,
    );
    last.set(key, ended);
    try {
      return await mine;
    } finally {
      if (last.get(key) === ended) last.delete(key);
    }
  };
};
