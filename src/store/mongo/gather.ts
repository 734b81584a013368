import { setImmediate as turn } from 'node:timers/promises';

export interface Gathering<W, R> {
  /** Groups under way at once. */
  readonly atOnce: number;
  /** Works in one group. */
  readonly most: number;
  /** Does all of them and gives a result for each, or undefined when it did nothing: each is then done alone. */
  together(works: readonly W[]): Promise<readonly R[] | undefined>;
  alone(work: W): Promise<R>;
}

interface Waiting<W, R> {
  readonly work: W;
  resolve(result: R | PromiseLike<R>): void;
  reject(error: unknown): void;
}

/**
 * Does works in groups: those that come in one turn of the loop, and those that come while enough groups are under way.
 * What one group had to leave to its works holds up no other group.
 */
export const gather = <W, R>({ atOnce, most, together, alone }: Gathering<W, R>): ((work: W) => Promise<R>) => {
  let waiting: Waiting<W, R>[] = [];
  let underWay = 0;

  const settle = async (group: readonly Waiting<W, R>[]): Promise<void> => {
    try {
      const results = await together(group.map(({ work }) => work));
      for (const [place, { work, resolve }] of group.entries()) {
        resolve(results ? (results[place] as R) : alone(work));
      }
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  };

  const begin = async (): Promise<void> => {
    underWay += 1;
    // Callers that one group has answered come again in the turns that follow its answer.
    await turn();
    while (waiting.length > 0) {
      const group = waiting.slice(0, most);
      waiting = waiting.slice(most);
      await settle(group);
      await turn();
    }
    underWay -= 1;
  };

  return (work) =>
    new Promise((resolve, reject) => {
      waiting.push({ work, resolve, reject });
      if (underWay < atOnce) void begin();
    });
};
