import { systemClock } from '../../src/kernel/clock.ts';
import { AppError } from '../../src/kernel/errors.ts';
import { openSqlite } from '../../src/store/sqlite/engine.ts';
import { accounts } from './store-samples.ts';

/** Fills the store named by its argument, ten documents a commit, until it is refused, and prints why. */
const store = await openSqlite({
  file: process.argv[2] ?? '',
  collections: [accounts],
  migrations: [],
  clock: systemClock,
});
try {
  for (let round = 0; ; round += 1) {
    const docs = Array.from({ length: 10 }, (_, number) => ({
      id: `${String(round)}.${String(number)}`,
      state: 'x'.repeat(1000),
    }));
    await store.insertMany(accounts, docs);
  }
} catch (error) {
  process.stdout.write(error instanceof AppError ? `${error.code} ${error.message}\n` : String(error));
}
// Not closed: closing would carry the log over, which the limit forbids as well.
process.exit();
