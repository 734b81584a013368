import type { PastEvent } from '../../../src/plugin.ts';
import type { Desk } from '../desk.ts';
import { methodOf } from '../desk.ts';
import { deviceOf } from '../device.ts';

/** What people may want to recognise, or not: each has a sentence `sspr.activity.<type>`. */
const TYPES: ReadonlySet<string> = new Set([
  'signin.success',
  'signin.paused',
  'signin.factor.blocked',
  'session.ended',
  'reset.finished',
  'reset.blocked',
  'unlock.finished',
  'help.requested',
  'unlock.blocked',
  'method.added',
  'method.changed',
  'method.removed',
  'method.preferred',
  'method.confirmed',
  'registration.released',
  'pass.issued',
  'pass.used',
  'approval.denied',
  'token.assigned',
  'token.unassigned',
  'password.changed',
  'person.password_set',
  'person.unlock_found',
  'person.disabled',
  'person.enabled',
  'consent.granted',
]);

/** As a page shows it. */
export interface Activity {
  readonly type: string;
  readonly at: number;
  /** Where the sentence is about one. */
  readonly method?: string;
  /** What else the sentence may depend on, a word of the log's own. */
  readonly reason?: string;
  readonly address?: string;
  readonly device?: { readonly browser: string; readonly system: string };
}

const shown = (desk: Desk, { type, at, method, reason, address, agent }: PastEvent): Activity => ({
  type,
  at,
  ...(method !== undefined && methodOf(desk, method) ? { method } : {}),
  ...(reason === undefined ? {} : { reason }),
  ...(address === undefined ? {} : { address }),
  ...(agent === undefined ? {} : { device: deviceOf(agent) }),
});

/** What happened to somebody's account, the newest first. */
export const activityOf = async (desk: Desk, accountId: string, most: number): Promise<readonly Activity[]> =>
  (await desk.host.history.of(accountId, TYPES, most)).map((event) => shown(desk, event));
