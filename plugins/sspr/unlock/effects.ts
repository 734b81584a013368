import { DAY } from '../../../src/kernel/clock.ts';
import type { Limit } from '../../../src/plugin.ts';
import { only, recoveryEffects, subjectOf } from '../account-recovery/effects.ts';
import { auditEvent } from '../audit-events.ts';
import { addressesOf } from '../desk.ts';
import type { Desk } from '../desk.ts';
import type { Effects } from '../flows/run.ts';
import type { UnlockEffect, UnlockEvent, UnlockFlowEvent } from '../flows/unlock.ts';
import type { SsprLimits } from '../limits.ts';
import { told } from '../notices.ts';

/** Whoever has one way alone could else guess at the password for ever, and end each pause by it. */
const UNLOCKS: Limit = { name: 'sspr unlocks', cap: 5, window: DAY };

/** What the names in the table of an unlock do. Sessions, browsers and what is counted here stay as they are. */
export const unlockEffects = (desk: Desk, limits: SsprLimits): Effects<UnlockEffect, UnlockFlowEvent> => {
  const { host } = desk;
  const shared = recoveryEffects(desk, limits, 'unlock');
  return {
    ...shared,
    // Where there was no lock, what was counted towards one stays.
    unlock: only<UnlockEvent>(({ event }) =>
      event.wasLocked ? [...event.unlocking, host.limits.spending(UNLOCKS, event.account.id)] : [],
    ),
    'name sign-in': only<UnlockEvent>(({ flow, event }) =>
      flow.signIn === undefined ? [] : host.signIns.naming(flow.signIn, event.account.userName),
    ),
    tell: only<UnlockEvent>(({ flow, event: { account, registration, wasLocked } }) =>
      told(host, account, flow, wasLocked ? 'unlocked' : 'not-locked', addressesOf(desk, account, registration)),
    ),
    audit: (occurrence) => {
      const { event, flow } = occurrence;
      if (event.type !== 'unlock') return shared.audit(occurrence);
      const methods = flow.proofs.map(({ method }) => method).join(' ');
      const reason = event.wasLocked ? methods : `not locked: ${methods}`;
      const finished = { type: 'unlock.finished', result: 'success', reason, ...subjectOf(flow) } as const;
      return [host.audit.event(auditEvent(flow, finished))];
    },
  };
};
