import { AppError } from '../../../src/kernel/errors.ts';
import { MINUTE } from '../../../src/kernel/clock.ts';
import type { Clock } from '../../../src/kernel/clock.ts';
import { change, Conflict } from '../../../src/store/port.ts';
import type { Change, Store, Stored } from '../../../src/store/port.ts';
import { directoryImports } from './collections.ts';
import type { DirectoryImport } from './collections.ts';

/** A node that is silent for so long is dead; its import is begun again by another. */
const LEASE = 5 * MINUTE;

/** The import of a directory while this process, and no other, is at it. */
export interface HeldImport {
  readonly state: DirectoryImport;
  /** All of the changes, as long as nobody else is at it; whoever had taken over would be undone else. */
  commit(changes: readonly Change[]): Promise<void>;
  /** Says that this node is alive, while it only reads. */
  keep(): Promise<void>;
  /** Ends it, with what became of it. */
  finish(next: Omit<DirectoryImport, 'id' | 'heldUntil'>): Promise<void>;
}

const beginning = (id: string): DirectoryImport => ({ id, heldUntil: 0, dueAt: 0, marks: [] });

const holding = (store: Store, clock: Clock, taken: Stored<DirectoryImport>): HeldImport => {
  let state = taken;

  const write = async (changes: readonly Change[], next: DirectoryImport): Promise<void> => {
    try {
      const done = await store.commit([...changes, change.swap(directoryImports, { ...next, version: state.version })]);
      state = { ...next, version: done.at(-1)?.version ?? 0 };
    } catch (error) {
      if (!(error instanceof Conflict) || error.collection !== directoryImports.name) throw error;
      throw new AppError('busy', `another node imports ${state.id} by now`, { cause: error });
    }
  };
  const held = (): DirectoryImport => {
    const { version: _, ...rest } = state;
    return { ...rest, heldUntil: clock.now() + LEASE };
  };

  return {
    get state() {
      return state;
    },
    commit: (changes) => write(changes, held()),
    async keep() {
      if (state.heldUntil - clock.now() < LEASE / 2) await write([], held());
    },
    finish: (next) => write([], { ...next, id: state.id, heldUntil: 0 }),
  };
};

/** Takes the import of a directory for this process; undefined while another one is at it. */
export const holdImport = async (store: Store, clock: Clock, directory: string): Promise<HeldImport | undefined> => {
  const before = await store.get(directoryImports, directory);
  if (before && before.heldUntil > clock.now()) return undefined;
  const next = { ...(before ?? beginning(directory)), heldUntil: clock.now() + LEASE };
  try {
    const taken = before
      ? await store.swap(directoryImports, { ...next, version: before.version })
      : await store.insert(directoryImports, next);
    return holding(store, clock, taken);
  } catch (error) {
    if (error instanceof Conflict) return undefined;
    throw error;
  }
};
