import { AppError } from '../../../src/kernel/errors.ts';
import { Conflict } from '../../../src/store/port.ts';
import type { Change } from '../../../src/store/port.ts';
import { listing } from './conflicts.ts';
import type { HeldImport } from './held-import.ts';
import { planPerson } from './plan-person.ts';
import type { Plan, Planning } from './plan-person.ts';
import type { ImportParts } from './parts.ts';
import type { ReadPerson } from './read-person.ts';

/** Writes of one commit: so many stop an embedded store for some ten milliseconds. */
const WRITES_AT_ONCE = 250;
/** Plans for all of a page at once would outlive young garbage, and take long to be collected. */
const PLANNED_AT_ONCE = 50;
const MOST_TRIES = 5;

interface Planned {
  readonly read: ReadPerson;
  readonly plan: Plan;
}

/** Told of each entry once what it makes of our people is committed. */
export type Done = (plan: Plan, read: ReadPerson) => void;

const refused = (error: unknown): error is AppError => error instanceof AppError && error.code === 'bad_request';

/** A plan, or one that lists the entry where no person can be made of what it has. */
const planned = async (parts: ImportParts, read: ReadPerson, planning: Planning): Promise<Plan> => {
  try {
    return await planPerson(parts, read, planning);
  } catch (error) {
    if (!refused(error)) throw error;
    const about = error.message;
    return { outcome: 'hindered', changes: await listing(parts, read, { reason: 'invalid', about }) };
  }
};

const isTaken = (error: Conflict): boolean => error.reason === 'duplicate' && error.index === 'userName';

/** One entry by itself, from fresh reads each time. */
const applyOne = async (
  parts: ImportParts,
  held: Pick<HeldImport, 'commit'>,
  read: ReadPerson,
  planning: Planning,
): Promise<Plan> => {
  let taken = planning.taken === true;
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const plan = await planned(parts, read, { ...planning, taken });
    try {
      if (plan.changes.length > 0) await held.commit(plan.changes);
      return plan;
    } catch (error) {
      if (refused(error)) break;
      if (!(error instanceof Conflict)) throw error;
      taken = isTaken(error);
    }
  }
  parts.host.log.warn({ directory: parts.name, entry: read.entry }, 'an entry could not be imported and will be again');
  const changes = await listing(parts, read, { reason: 'not_written', about: read.dn });
  if (changes.length > 0) await held.commit(changes);
  return { outcome: 'hindered', changes };
};

/** Which of them a change of their common commit belongs to. */
const ownerOf = (batch: readonly Planned[], position: number): number => {
  let end = 0;
  return batch.findIndex(({ plan }) => {
    end += plan.changes.length;
    return position < end;
  });
};

/** Commits them together; whoever is in the way of that is taken out, and given back. */
const commitTogether = async (held: Pick<HeldImport, 'commit'>, batch: readonly Planned[]) => {
  let together = batch;
  const apart: Planned[] = [];
  while (together.length > 0) {
    try {
      const changes: readonly Change[] = together.flatMap(({ plan }) => plan.changes);
      if (changes.length > 0) await held.commit(changes);
      break;
    } catch (error) {
      // A text that no store keeps is told without its place.
      if (refused(error)) return { together: [], apart: [...apart, ...together] };
      if (!(error instanceof Conflict)) throw error;
      const at = ownerOf(together, error.position);
      const [one] = together.slice(at, at + 1);
      if (at < 0 || !one) throw error;
      apart.push(one);
      together = together.filter((each) => each !== one);
    }
  }
  return { together, apart };
};

const commitBatch = async (
  parts: ImportParts,
  held: Pick<HeldImport, 'commit'>,
  batch: readonly Planned[],
  planning: Planning,
  done: Done,
): Promise<void> => {
  const { together, apart } = await commitTogether(held, batch);
  for (const { plan, read } of together) done(plan, read);
  for (const { read } of apart) done(await applyOne(parts, held, read, planning), read);
};

/** Makes our people what the entries say, some hundred writes at once; losses are left to the end of the run. */
export const applyPeople = async (
  parts: ImportParts,
  held: Pick<HeldImport, 'commit'>,
  reads: readonly ReadPerson[],
  planning: Planning,
  done: Done,
): Promise<void> => {
  let batch: Planned[] = [];
  let writes = 0;
  for (let from = 0; from < reads.length; from += PLANNED_AT_ONCE) {
    const some = reads.slice(from, from + PLANNED_AT_ONCE);
    const all = await Promise.all(some.map(async (read) => ({ read, plan: await planned(parts, read, planning) })));
    for (const one of all) {
      if (writes > 0 && writes + one.plan.changes.length > WRITES_AT_ONCE) {
        await commitBatch(parts, held, batch, planning, done);
        [batch, writes] = [[], 0];
      }
      batch.push(one);
      writes += one.plan.changes.length;
    }
  }
  await commitBatch(parts, held, batch, planning, done);
};

/** The same for one by one, whose plans depend on each other. */
export const applyInTurn = async (
  parts: ImportParts,
  held: Pick<HeldImport, 'commit'>,
  reads: readonly ReadPerson[],
  planning: Planning,
  done: Done,
): Promise<void> => {
  for (const read of reads) done(await applyOne(parts, held, read, planning), read);
};
