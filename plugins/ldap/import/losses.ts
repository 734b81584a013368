import type { HeldImport } from './held-import.ts';
import { change, Conflict } from '../../../src/store/port.ts';
import type { Change } from '../../../src/store/port.ts';
import { directoryLinks } from '../collections.ts';
import { byImport, sourceOf } from './parts.ts';
import type { ImportParts } from './parts.ts';
import type { Loss } from './plan-person.ts';

/** In a small directory a percentage is nobody. */
const LEAST = 20;
const HUNDREDTH = 100;
const MOST_TRIES = 5;

/** How many of a directory may be lost in one run without anybody being asked. */
export const mostLosses = (among: number, percent: number): number =>
  Math.max(LEAST, Math.floor((among * percent) / HUNDREDTH));

/** Losses of a run: counted all, kept only as many as may be carried out. */
export interface Losses {
  readonly count: number;
  readonly kept: readonly Loss[];
  /** One more is too many. */
  readonly isFull: boolean;
  add(loss: Loss): void;
}

export const losses = (most: number): Losses => {
  const kept = new Map<string, Loss>();
  let more = 0;
  return {
    get count() {
      return kept.size + more;
    },
    get isFull() {
      return kept.size >= most;
    },
    get kept() {
      return [...kept.values()];
    },
    add(loss) {
      if (kept.has(loss.id) || kept.size < most) kept.set(loss.id, loss);
      else more += 1;
    },
  };
};

const losing = async (parts: ImportParts, { id, kind }: Loss): Promise<readonly Change[]> => {
  const { store, clock } = parts.host;
  const link = await store.get(directoryLinks, id);
  const person = await parts.directory.people.byId(id);
  if (!link || !person || (kind === 'gone' ? link.goneAt !== undefined : link.inactive === true)) return [];
  const isOwn = person.source === sourceOf(parts.name);
  const { cached: _, ...known } = link;
  const off = isOwn && person.active ? { off: true as const } : {};
  const lost = kind === 'gone' ? { goneAt: clock.now() } : { inactive: true as const };
  return [
    ...(isOwn ? parts.directory.people.updating(person, { active: false }, byImport(parts.name)) : []),
    change.swap(directoryLinks, { ...known, ...off, ...lost }),
    // Whether others may sign in says their own source, and the directory by refusing the bind; what is open ends here.
    ...(isOwn ? [] : parts.directory.people.signingOut(id)),
  ];
};

/** Nobody who is lost goes on being signed in: one commit each, so that nobody's writing stops the others. */
export const lose = async (parts: ImportParts, held: Pick<HeldImport, 'commit'>, loss: Loss): Promise<boolean> => {
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const changes = await losing(parts, loss);
    if (changes.length === 0) return false;
    try {
      await held.commit(changes);
      return true;
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
    }
  }
  return false;
};
