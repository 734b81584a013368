import type { AuditEvent } from '../../../src/plugin.ts';
import { change } from '../../../src/store/port.ts';
import type { Change } from '../../../src/store/port.ts';
import { auditEvent } from '../audit-events.ts';
import { flows } from '../collections.ts';
import type { Flow, RecoveryName } from '../collections.ts';
import { leaving } from '../desk.ts';
import type { Desk } from '../desk.ts';
import type { EventOf, RecoveryEffect, RecoveryEvent } from '../flows/account-recovery.ts';
import type { Effects, Occurrence } from '../flows/run.ts';
import type { FlowEvent } from '../flows/table.ts';
import { nameOf } from '../limits.ts';
import type { SsprLimits } from '../limits.ts';
import { opening } from '../live-flows.ts';
import { sent, toldOfUse } from '../notices.ts';
import { replacing, withUsed } from '../registrations.ts';

type Work = readonly Change[] | Promise<readonly Change[]>;

/** A name stands at the arrows of one or few events: the table says which, and the type of the map cannot. */
export const only =
  <E extends FlowEvent>(effect: (occurrence: Occurrence<E>) => Work) =>
  (occurrence: Occurrence<FlowEvent>): Work =>
    effect(occurrence as Occurrence<E>);

/** Whom the log speaks of, once somebody was found. */
export const subjectOf = ({ accountId }: Flow): { readonly subject?: string } =>
  accountId === undefined ? {} : { subject: accountId };

/** What nobody bears is kept as a keyed hash: people type passwords there. */
const typedName = ({ host }: Desk, flow: Flow): { readonly typedName: string } => ({
  typedName: nameOf(host.secrets, flow),
});

const audits = (desk: Desk, kind: RecoveryName, { event, flow }: Occurrence<RecoveryEvent>): AuditEvent | undefined => {
  switch (event.type) {
    case 'issue': {
      const { method } = event.challenge;
      const result = event.message || event.changes ? 'success' : 'refused';
      const about = event.subject === undefined ? typedName(desk, flow) : { subject: event.subject };
      return auditEvent(flow, { type: `${kind}.asked`, result, reason: event.reason, method, ...about });
    }
    case 'prove': {
      const { method } = event.proof;
      return auditEvent(flow, { type: `${kind}.proved`, result: 'success', method, ...subjectOf(flow) });
    }
    case 'carry': {
      const { method } = event;
      return auditEvent(flow, { type: `${kind}.continued`, result: 'success', method, ...subjectOf(flow) });
    }
    case 'bring': {
      const reason = 'by the short word';
      return auditEvent(flow, { type: `${kind}.continued`, result: 'success', reason, ...subjectOf(flow) });
    }
    default:
      return undefined;
  }
};

/** What the names that all ways back share do. */
export const recoveryEffects = (
  desk: Desk,
  limits: SsprLimits,
  kind: RecoveryName,
): Effects<RecoveryEffect, FlowEvent> => {
  const { host } = desk;
  return {
    count: only<EventOf<'ask' | 'attempt'>>(({ flow, event }) =>
      event.type === 'ask'
        ? event.sends
          ? limits.countingSeenSend(flow)
          : []
        : [limits.countingSeen(flow), ...limits.counting(flow, event.method, event.judged)],
    ),
    uncount: only<EventOf<'prove'>>(({ flow, event }) =>
      event.counted ? [limits.uncountingSeen(flow), ...limits.uncounting(flow, event.proof.method)] : [],
    ),
    use: only<EventOf<'prove'>>(({ flow, event: { registration, proof, becomes, changes = [], telling } }) => {
      const next = withUsed(registration, proof.registered, proof.at, becomes);
      return [
        replacing(registration, next),
        ...leaving(desk, registration, next),
        ...changes,
        ...(telling ? toldOfUse(desk, telling.account, flow, registration, telling) : []),
      ];
    }),
    send: only<EventOf<'issue'>>(({ flow, event }) => [
      ...(event.counts ? limits.sending(flow, event.message?.to) : []),
      ...(event.message && event.account ? [sent(host, event.account, flow, event.message)] : []),
      ...(event.changes ?? []),
    ]),
    'end oldest': only<EventOf<'issue'>>(({ flow }) => opening(host.store, flow, desk.config.limits.flowsPerPerson)),
    'end first': only<EventOf<'bring'>>(({ event }) => [change.take(flows, event.first.id, event.first.version)]),
    'begin there': only<EventOf<'carry'>>(({ event }) => [change.insert(flows, event.there)]),
    audit: only<RecoveryEvent>((occurrence) => {
      const event = audits(desk, kind, occurrence);
      return event ? [host.audit.event(event)] : [];
    }),
  };
};
