import type { StoredFlow } from '../collections.ts';
import type { Desk, Usable } from '../desk.ts';
import type { Runner } from '../flows/run.ts';
import type { SsprLimits } from '../limits.ts';
import type { Here, Method } from '../methods/method.ts';
import type { MethodName } from '../methods/names.ts';

export interface Offer {
  readonly name: MethodName;
  /** What is registered, where it may be shown; never empty. */
  readonly mine: readonly Usable[] | undefined;
}

/** What every table with gates takes: an answer is counted before anyone looks whether it is right. */
export interface AttemptEvent {
  readonly type: 'attempt';
  readonly method: string;
  readonly judged: boolean;
}

/** Where somebody proves something, at a reset or at a sign-in: what its pages and the judging of answers stand on. */
export interface Gate {
  readonly desk: Desk;
  readonly limits: SsprLimits;
  readonly runner: Runner<AttemptEvent>;
  /** What it can be opened with in this browser. */
  offers(flow: StoredFlow, here: Here): Promise<readonly Offer[]>;
  /** What every page of it shows: `base`, the path that its forms are posted below, and whatever says where one is. */
  frame(flow: StoredFlow): Promise<Readonly<Record<string, unknown>>>;
  /** Origins besides our own that its forms end at. */
  readonly formTargets?: readonly string[];
  /** Whether answers are of no use for now, as far as that may be shown (epoch milliseconds). */
  pausedUntil(flow: StoredFlow, method: Method): Promise<number | undefined>;
  /** The flow after an answer that opened nothing. */
  reread(flow: StoredFlow): Promise<StoredFlow>;
}
