import { DAY, HOUR } from '../../../src/kernel/clock.ts';
import type { Host, Limit, Refusal } from '../../../src/plugin.ts';
import type { Change } from '../../../src/store/port.ts';
import { everything } from '../../../src/store/query.ts';
import { registrations } from '../collections.ts';

/** Who says that a contact does not reach its person. */
export type Source = Refusal['channel'] | 'directory';

/** In a small organisation one percent is nobody. */
const LEAST = 20;
const HUNDREDTH = 100;

/**
 * - `going`: the changes count one more person
 * - `stopped`: nothing is marked; the changes, where there are any, report that it has just been stopped
 */
export interface Weather {
  readonly kind: 'going' | 'stopped';
  readonly changes: readonly Change[];
}

/**
 * Stops a source that would make more than one percent of all people stale in a day, since then it is the source that is
 * broken. From then on nothing is marked by its word for a day.
 */
export interface Storms {
  /** What to commit together with a mark, or instead of it. The commit fails as `capped` where others were quicker. */
  ask(source: Source): Promise<Weather>;
}

export const createStorms = ({
  store,
  clock,
  limits,
  audit,
  log,
}: Pick<Host, 'store' | 'clock' | 'limits' | 'audit' | 'log'>): Storms => {
  let counted: { readonly people: number; readonly at: number } | undefined;
  /** Those that ever registered anything, or were asked to: nobody else has anything that could go stale. */
  const people = async (): Promise<number> => {
    const now = clock.now();
    if (!counted || counted.at + HOUR <= now) {
      counted = { people: await store.count(registrations, everything), at: now };
    }
    return counted.people;
  };

  const stop: Limit = { name: 'sspr.stale.stop', cap: 1, window: DAY };
  const isSpent = async (limit: Limit, source: Source): Promise<boolean> =>
    (await limits.spent(limit, source)).count >= limit.cap;

  return {
    async ask(source) {
      if (await isSpent(stop, source)) return { kind: 'stopped', changes: [] };
      const cap = Math.max(LEAST, Math.floor((await people()) / HUNDREDTH));
      const day: Limit = { name: 'sspr.stale.day', cap, window: DAY };
      if (!(await isSpent(day, source))) return { kind: 'going', changes: [limits.spending(day, source)] };
      log.error({ source, people: cap }, 'too many contacts would be given up in a day: their source is not believed');
      const event = { type: 'contacts.storm', result: 'refused', method: source, reason: String(cap) } as const;
      return { kind: 'stopped', changes: [limits.spending(stop, source), audit.event(event)] };
    },
  };
};
