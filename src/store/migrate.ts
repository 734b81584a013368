import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import type { Clock } from '../kernel/clock.ts';
import { SECOND } from '../kernel/clock.ts';
import { AppError } from '../kernel/errors.ts';
import { Conflict, defineCollection } from './port.ts';
import type { Store, Stored } from './port.ts';

/** A step forward of the data. Each runs once in the life of a store, new ones included; there is no way back. */
export interface Migration {
  /** 1, 2, 3, … without gaps. */
  readonly version: number;
  readonly name: string;
  /** Must bear to be run again: a process may die after its work and before that is recorded. */
  run(store: Store): Promise<void>;
}

/** The one document that tells how far a store's data has come. Every engine adds this collection to its own. */
export const schemaState = defineCollection({
  name: 'schema',
  shape: z.object({ id: z.literal('schema'), applied: z.int(), heldUntil: z.number() }),
});

type State = Stored<z.infer<typeof schemaState.shape>>;

const HOLD = 15 * SECOND;
const POLL = 50;

const ordered = (migrations: readonly Migration[]): readonly Migration[] => {
  const sorted = migrations.toSorted((a, b) => a.version - b.version);
  const gap = sorted.find(({ version }, position) => version !== position + 1);
  if (gap) throw new AppError('internal', `migration ${String(gap.version)} (${gap.name}) is out of sequence`);
  return sorted;
};

const stateOf = async (store: Store): Promise<State> => {
  const found = await store.get(schemaState, 'schema');
  if (found) return found;
  try {
    return await store.insert(schemaState, { id: 'schema', applied: 0, heldUntil: 0 });
  } catch (error) {
    if (error instanceof Conflict) return stateOf(store);
    throw error;
  }
};

/** The state after the swap, or undefined when another process was faster. */
const swapped = async (store: Store, next: State): Promise<State | undefined> => {
  try {
    return await store.swap(schemaState, next);
  } catch (error) {
    if (error instanceof Conflict) return undefined;
    throw error;
  }
};

/** Runs one migration while the hold is renewed, so that no other process begins it before this one is dead. */
const runHeld = async (store: Store, held: State, migration: Migration, clock: Clock): Promise<void> => {
  const hold: { state: State | undefined } = { state: held };
  let renewing: Promise<void> = Promise.resolve();
  const renew = async (): Promise<void> => {
    if (hold.state) hold.state = await swapped(store, { ...hold.state, heldUntil: clock.now() + HOLD });
  };
  const timer = setInterval(() => {
    // A renewal that fails leaves the hold as it was, and the next one tries again.
    renewing = renewing.then(renew).catch(() => undefined);
  }, HOLD / 3);
  let applied = held.applied;
  try {
    await migration.run(store);
    applied = migration.version;
  } finally {
    clearInterval(timer);
    await renewing;
    if (hold.state) await swapped(store, { ...hold.state, applied, heldUntil: 0 });
  }
};

/**
 * Brings a store's data to the last of the migrations; of several processes one works and the others wait for it.
 * Throws `store_unusable` when the store has been written by a newer program.
 */
export const migrate = async (store: Store, migrations: readonly Migration[], clock: Clock): Promise<void> => {
  const steps = ordered(migrations);
  for (;;) {
    const state = await stateOf(store);
    if (state.applied > steps.length) {
      throw new AppError(
        'store_unusable',
        `the store is at version ${String(state.applied)}, this program knows up to ${String(steps.length)}: start the newer program`,
      );
    }
    const next = steps[state.applied];
    if (!next) return;
    const held =
      state.heldUntil > clock.now() ? undefined : await swapped(store, { ...state, heldUntil: clock.now() + HOLD });
    if (held) await runHeld(store, held, next, clock);
    else await pause(POLL);
  }
};
