import type { AuditEvent } from '../../../src/plugin.ts';
import type { Change } from '../../../src/store/port.ts';
import { auditEvent } from '../audit-events.ts';
import type { Flow } from '../collections.ts';
import { leaving } from '../desk.ts';
import type { Desk } from '../desk.ts';
import type { FactorEffect, FactorEvent, FactorEventOf } from '../flows/second-factor.ts';
import type { Effects, Occurrence } from '../flows/run.ts';
import type { SsprLimits } from '../limits.ts';
import { sent, toldOfUse } from '../notices.ts';
import { replacing, withUsed } from '../registrations.ts';

/** Somebody who proved another thing than the one that reset the password is no thief of that one: the wait is over. */
const used = (desk: Desk, flow: Flow, event: FactorEventOf<'prove'>): readonly Change[] => {
  const { account, registration, registered, factor, becomes, changes = [], telling } = event;
  const next = { ...withUsed(registration, registered, factor.at, becomes), holdUntil: 0 };
  return [
    replacing(registration, next),
    ...leaving(desk, registration, next),
    ...changes,
    ...(telling ? toldOfUse(desk, account, flow, registration, telling) : []),
  ];
};

const audited = ({ flow, event }: Occurrence<FactorEvent>): AuditEvent | undefined => {
  switch (event.type) {
    case 'issue': {
      const { method } = event.challenge;
      return auditEvent(flow, { type: 'signin.factor.sent', result: 'success', subject: event.account.id, method });
    }
    case 'prove': {
      const { method, account } = event;
      return auditEvent(flow, { type: 'signin.factor.proved', result: 'success', subject: account.id, method });
    }
    default:
      return undefined;
  }
};

/** What the names in the table of the second factor do. */
export const factorEffects = (desk: Desk, limits: SsprLimits): Effects<FactorEffect, FactorEvent> => {
  const { host } = desk;
  return {
    send: ({ flow, event }) =>
      event.type === 'issue'
        ? [
            ...(event.message
              ? [...limits.sending(flow, event.message.to), sent(host, event.account, flow, event.message)]
              : []),
            ...(event.changes ?? []),
          ]
        : [],
    count: ({ flow, event }) => (event.type === 'attempt' ? limits.counting(flow, event.method, event.judged) : []),
    uncount: ({ flow, event }) =>
      event.type === 'prove' && event.counted ? limits.uncounting(flow, event.method) : [],
    use: ({ flow, event }) => (event.type === 'prove' ? used(desk, flow, event) : []),
    audit: (occurrence) => {
      const event = audited(occurrence);
      return event ? [host.audit.event(event)] : [];
    },
  };
};
