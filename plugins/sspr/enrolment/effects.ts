import type { AuditEvent } from '../../../src/plugin.ts';
import type { Change } from '../../../src/store/port.ts';
import type { Flow, Registered } from '../collections.ts';
import { auditEvent } from '../audit-events.ts';
import type { SsprEventType } from '../audit-events.ts';
import type { Desk } from '../desk.ts';
import { addressesOf, leaving } from '../desk.ts';
import type { EnrolmentEffect, EnrolmentEvent, EnrolmentEventOf } from '../flows/enrolment.ts';
import type { Effects, Occurrence } from '../flows/run.ts';
import type { SsprLimits } from '../limits.ts';
import { sent, told } from '../notices.ts';
import { replacing, withoutRegistered, withRegistered } from '../registrations.ts';
import { sound } from '../staleness/marks.ts';

/** What people say is still theirs has nothing against it any more; what is dead is not theirs to say. */
const kept = (event: EnrolmentEventOf<'confirm' | 'keep'>): Registered[] =>
  event.registration.methods.map((one) =>
    one.stale?.dead || (event.type === 'keep' && one.id !== event.kept.id) ? one : sound(one),
  );

const stored = (desk: Desk, event: EnrolmentEvent): readonly Change[] => {
  switch (event.type) {
    case 'register': {
      const { registration, registered, most, replaces, enough, now, changes = [] } = event;
      const next = withRegistered(registration, registered, most, replaces);
      const settled = { snoozes: 0, snoozedUntil: 0, confirmedAt: registration.confirmedAt || now };
      return [
        replacing(registration, { ...next, ...(enough ? settled : {}) }),
        ...leaving(desk, registration, next),
        ...changes,
      ];
    }
    case 'remove': {
      const next = withoutRegistered(event.registration, event.removed.id);
      return [replacing(event.registration, next), ...leaving(desk, event.registration, next)];
    }
    case 'confirm':
      return [replacing(event.registration, { ...event.registration, confirmedAt: event.now, methods: kept(event) })];
    case 'keep':
      return [replacing(event.registration, { ...event.registration, methods: kept(event) })];
    case 'prefer':
      return [replacing(event.registration, { ...event.registration, preferred: event.method })];
    default:
      return [];
  }
};

/** What stands in for a second factor does so for those that were there: with one of them it goes as well. */
const forgotten = async ({ host, methods }: Desk, event: EnrolmentEvent): Promise<readonly Change[]> => {
  if (event.type !== 'remove' || !host.remembered) return [];
  const isFactor = Object.values(methods).some(
    ({ name, secondFactor }) => name === event.removed.method && secondFactor !== undefined,
  );
  return isFactor ? host.remembered.forgetting(event.account.id) : [];
};

/** Whether what is registered takes the place of what was. */
const isChange = ({ registration, registered, most, replaces }: EnrolmentEventOf<'register'>): boolean =>
  withRegistered(registration, registered, most, replaces).methods.length === registration.methods.length;

const templateOf = (event: EnrolmentEventOf<'register' | 'remove'>): string => {
  if (event.type === 'remove') return 'method-removed';
  return isChange(event) ? 'method-changed' : 'method-added';
};

/** To every address known before the event: whoever adds a way of their own must not be the only one to hear of it. */
const toldOf = (desk: Desk, flow: Flow, event: EnrolmentEventOf<'register' | 'remove'>): readonly Change[] => {
  const { method } = event.type === 'register' ? event.registered : event.removed;
  const addresses = addressesOf(desk, event.account, event.registration);
  // As old as what was added, and not a moment younger: that would not be among what is disowned by the notice.
  const at = event.type === 'register' ? { at: event.registered.addedAt } : {};
  return told(desk.host, event.account, flow, templateOf(event), addresses, { method, ...at });
};

const auditTypes: Partial<Record<EnrolmentEvent['type'], SsprEventType>> = {
  register: 'method.added',
  remove: 'method.removed',
  confirm: 'method.confirmed',
  keep: 'method.confirmed',
  postpone: 'registration.postponed',
  prefer: 'method.preferred',
};

const typeOf = (event: EnrolmentEvent): SsprEventType | undefined =>
  event.type === 'register' && isChange(event) ? 'method.changed' : auditTypes[event.type];

const methodOf = (event: EnrolmentEvent): string | undefined => {
  if (event.type === 'register') return event.registered.method;
  if (event.type === 'prefer') return event.method;
  if (event.type === 'keep') return event.kept.method;
  return event.type === 'remove' ? event.removed.method : undefined;
};

const audited = ({ flow, event }: Occurrence<EnrolmentEvent>): AuditEvent | undefined => {
  const type = typeOf(event);
  if (!type || !('account' in event)) return undefined;
  const method = methodOf(event);
  const subject = event.account.id;
  return auditEvent(flow, {
    type,
    result: 'success',
    subject,
    ...(method === undefined ? {} : { method }),
    ...(event.type === 'postpone' ? { reason: flow.kind } : {}),
  });
};

/** What the names in the tables of registration, reconfirmation and management do. */
export const enrolmentEffects = (desk: Desk, limits: SsprLimits): Effects<EnrolmentEffect, EnrolmentEvent> => {
  const { host } = desk;
  return {
    send: ({ flow, event }) =>
      event.type === 'start'
        ? [
            ...(event.message
              ? [...limits.sending(flow, event.message.to), sent(host, event.account, flow, event.message)]
              : []),
            ...(event.changes ?? []),
          ]
        : [],
    count: ({ flow, event }) =>
      event.type === 'attempt' ? [limits.enrolling(event.account.id, flow.pending?.method ?? '')] : [],
    uncount: ({ event }) =>
      event.type === 'register' ? [limits.enrolled(event.account.id, event.registered.method)] : [],
    store: async ({ event }) => [...stored(desk, event), ...(await forgotten(desk, event))],
    tell: ({ flow, event }) => (event.type === 'register' || event.type === 'remove' ? toldOf(desk, flow, event) : []),
    audit: (occurrence) => {
      const event = audited(occurrence);
      return event ? [host.audit.event(event)] : [];
    },
  };
};
