import { HOUR } from '../../../src/kernel/clock.ts';
import type { AuditEvent } from '../../../src/plugin.ts';
import { change } from '../../../src/store/port.ts';
import type { Change } from '../../../src/store/port.ts';
import { auditEvent } from '../audit-events.ts';
import { flows } from '../collections.ts';
import type { Flow, Registered } from '../collections.ts';
import type { Desk } from '../desk.ts';
import { addressesOf, leaving, thingsOf } from '../desk.ts';
import { gatesOpen } from '../flows/proofs.ts';
import type { EventOf, ResetEffect, ResetEvent } from '../flows/reset.ts';
import type { Effects, Occurrence } from '../flows/run.ts';
import { ending, inWay, liveFlows } from '../live-flows.ts';
import { sent, told, toldOfUse } from '../notices.ts';
import { heldOf, replacing, withUsed } from '../registrations.ts';
import type { MaybeStored } from '../registrations.ts';
import { nameOf } from '../limits.ts';
import type { SsprLimits } from '../limits.ts';

/** No method may be added for so long after a reset by one gate (milliseconds). */
const HOLD = 24 * HOUR;

type Of<T extends ResetEvent['type']> = Occurrence<EventOf<T>>;

// A name stands at the arrows of one or few events: the table says which, and the type of the map cannot.
const only =
  <T extends ResetEvent['type']>(effect: (occurrence: Of<T>) => readonly Change[] | Promise<readonly Change[]>) =>
  (occurrence: Occurrence<ResetEvent>): readonly Change[] | Promise<readonly Change[]> =>
    effect(occurrence as Of<T>);

/** What nobody bears is kept as a keyed hash: people type passwords there. */
const typedName = ({ host }: Desk, flow: Flow): { readonly typedName: string } => ({
  typedName: nameOf(host.secrets, flow),
});

const audits = (desk: Desk, { event, flow }: Occurrence<ResetEvent>): AuditEvent | undefined => {
  const subject = flow.accountId === undefined ? {} : { subject: flow.accountId };
  switch (event.type) {
    case 'issue': {
      const { method } = event.challenge;
      const result = event.message || event.changes ? 'success' : 'refused';
      const about = event.subject === undefined ? typedName(desk, flow) : { subject: event.subject };
      return auditEvent(flow, { type: 'reset.asked', result, reason: event.reason, method, ...about });
    }
    case 'prove':
      return auditEvent(flow, { type: 'reset.proved', result: 'success', method: event.proof.method, ...subject });
    case 'carry':
      return auditEvent(flow, { type: 'reset.continued', result: 'success', method: event.method, ...subject });
    case 'bring':
      return auditEvent(flow, { type: 'reset.continued', result: 'success', reason: 'by the short word', ...subject });
    case 'write': {
      const reason = flow.proofs.map(({ method }) => method).join(' ');
      return auditEvent(flow, { type: 'reset.finished', result: 'success', reason, ...subject });
    }
    default:
      return undefined;
  }
};

/** What opened the only gate, or shows the same thing, is no second factor meanwhile: it would be the whole account. */
const resting = (desk: Desk, { proofs }: Flow, registration: MaybeStored, aloneUntil: number): Registered[] => {
  const ids = new Set(proofs.map(({ registered }) => registered));
  const things = new Set(proofs.flatMap((proof) => proof.things));
  const opened = Object.values(desk.methods).flatMap((method) =>
    heldOf(method, registration)
      .filter((held) => ids.has(held.id) || thingsOf(desk, { method, held }).some((thing) => things.has(thing)))
      .map(({ id }) => id),
  );
  return registration.methods.map((one) => (opened.includes(one.id) ? { ...one, aloneUntil } : one));
};

const held = (desk: Desk, { flow, event: { registration, now } }: Of<'write'>): readonly Change[] => {
  if (gatesOpen(flow.proofs, flow.browser, now) > 1) return [];
  const holdUntil = now + HOLD;
  const methods = resting(desk, flow, registration, holdUntil);
  return [replacing(registration, { ...registration, methods, holdUntil })];
};

/**
 * Every browser but the one at hand, where it was known: strangers who go on guessing would else keep the owner from
 * signing in with the new password. It is remembered under the epoch that the new password begins; where others raised
 * it as well, it is forgotten like the rest.
 */
const forgotten = async ({ host }: Desk, { flow, event }: Of<'write'>): Promise<readonly Change[]> => {
  const { accountId: id, epoch } = event.person;
  return [
    ...(await host.browsers.forgetting(id)),
    ...(flow.known ? [host.browsers.remembering(event.browser, { id, epoch: epoch + 1 })] : []),
  ];
};

const finish = (desk: Desk, limits: SsprLimits) => {
  const { host } = desk;
  return {
    'set password': only<'write'>(({ event }) => event.setting),
    'end others': only<'write'>(async ({ flow, event }) => {
      const others = await liveFlows(host.store, event.person.accountId);
      return others.filter(({ id }) => id !== flow.id).map(ending);
    }),
    'clear limits': only<'write'>(({ flow }) => limits.clearing(flow, Object.keys(desk.methods))),
    'hold registration': only<'write'>((occurrence) => held(desk, occurrence)),
    'forget browsers': only<'write'>((occurrence) => forgotten(desk, occurrence)),
    'spare sign-in': only<'write'>(({ flow, event }) =>
      flow.signIn === undefined ? [] : host.signIns.sparing(flow.signIn, event.account.userName),
    ),
    tell: only<'write'>(({ flow, event }) =>
      told(host, event.account, flow, 'password-reset', addressesOf(desk, event.account, event.registration)),
    ),
  };
};

/** What the names in the reset table do. */
export const resetEffects = (desk: Desk, limits: SsprLimits): Effects<ResetEffect, ResetEvent> => {
  const { host } = desk;
  return {
    count: only<'ask' | 'attempt'>(({ flow, event }) =>
      event.type === 'ask'
        ? event.sends
          ? limits.countingSeenSend(flow)
          : []
        : [limits.countingSeen(flow), ...limits.counting(flow, event.method, event.judged)],
    ),
    uncount: only<'prove'>(({ flow, event }) =>
      event.counted ? [limits.uncountingSeen(flow), ...limits.uncounting(flow, event.proof.method)] : [],
    ),
    use: only<'prove'>(({ flow, event: { registration, proof, becomes, changes = [], telling } }) => {
      const next = withUsed(registration, proof.registered, proof.at, becomes);
      return [
        replacing(registration, next),
        ...leaving(desk, registration, next),
        ...changes,
        ...(telling ? toldOfUse(desk, telling.account, flow, registration, telling) : []),
      ];
    }),
    send: only<'issue'>(({ flow, event }) => [
      ...(event.counts ? limits.sending(flow, event.message?.to) : []),
      ...(event.message && event.account ? [sent(host, event.account, flow, event.message)] : []),
      ...(event.changes ?? []),
    ]),
    'end oldest': only<'issue'>(async ({ flow }) => {
      if (flow.accountId === undefined) return [];
      const others = (await liveFlows(host.store, flow.accountId)).filter(({ id }) => id !== flow.id);
      return inWay(flow, others, desk.config.limits.flowsPerPerson).map(ending);
    }),
    'end first': only<'bring'>(({ event }) => [change.take(flows, event.first.id, event.first.version)]),
    'begin there': only<'carry'>(({ event }) => [change.insert(flows, event.there)]),
    ...finish(desk, limits),
    audit: (occurrence) => {
      const event = audits(desk, occurrence);
      return event ? [host.audit.event(event)] : [];
    },
  };
};
