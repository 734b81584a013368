import { z } from 'zod';
import type { Clock } from '../kernel/clock.ts';
import { randomId } from '../kernel/random.ts';
import type { Random } from '../kernel/random.ts';
import { change, defineCollection } from '../store/port.ts';
import type { Change } from '../store/port.ts';
import { people } from './person.ts';

/** People whose everything ended with a new epoch or with themselves, and whose apps are still to be told. */
export const endings = defineCollection({
  name: 'endings',
  shape: z.strictObject({ id: z.string(), accountId: z.string(), dueAt: z.number() }),
  indexes: { due: { on: ['dueAt'] } },
});

/** Commit it with what ends everything: the epoch alone does that, but tells nobody and cleans up nothing. */
export const ending = (accountId: string, clock: Clock, random: Random): Change =>
  change.insert(endings, { id: randomId(random), accountId, dueAt: clock.now() });

/** Ends everything signed in so far. The epoch is raised without being read: two writers cannot undo each other's. */
export const endingEverything = (accountId: string, clock: Clock, random: Random): readonly Change[] => [
  change.increment(people, accountId, { field: 'epoch', cap: Number.MAX_SAFE_INTEGER }),
  ending(accountId, clock, random),
];
