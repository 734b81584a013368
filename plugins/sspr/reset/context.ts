import type { Desk } from '../desk.ts';
import type { ResetEvent } from '../flows/reset.ts';
import type { Runner } from '../flows/run.ts';
import type { SsprLimits } from '../limits.ts';

/** What the pages of a reset share. */
export interface Reset {
  readonly desk: Desk;
  readonly limits: SsprLimits;
  readonly runner: Runner<ResetEvent>;
  /** Name of the job that finds people and sends them their codes. */
  readonly job: string;
}
