import { findMongod, mongodForTests } from './mongod.ts';
import type { Mongod } from './mongod.ts';

const found = await findMongod();

/** A suite that needs a real mongod. Where none can be had it is pending, and its title says what would change that. */
export const describeOnMongod = (title: string, suite: (mongod: () => Mongod) => void): void => {
  let started: Mongod | undefined;
  const mongod = (): Mongod => {
    if (!started) throw new Error('mongod is started before the tests');
    return started;
  };
  if ('pending' in found) {
    describe.skip(`${title} (${found.pending})`, () => {
      suite(mongod);
    });
    return;
  }
  describe(title, function () {
    this.timeout(60_000);
    before(async () => {
      const shared = await mongodForTests();
      if ('pending' in shared) throw new Error(shared.pending);
      started = shared;
    });
    suite(mongod);
  });
};

/** The path of the mongod that was found, for who starts one of its own. */
export const mongodPath = (): string => {
  if ('pending' in found) throw new Error(found.pending);
  return found.path;
};
