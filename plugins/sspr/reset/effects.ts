import { DAY, HOUR } from '../../../src/kernel/clock.ts';
import type { Account, Limit } from '../../../src/plugin.ts';
import type { Change } from '../../../src/store/port.ts';
import { only, recoveryEffects, subjectOf } from '../account-recovery/effects.ts';
import { administratorsTold } from '../administrators.ts';
import type { AdministratorsNews } from '../administrators.ts';
import { auditEvent } from '../audit-events.ts';
import type { Flow, Registered } from '../collections.ts';
import type { Desk } from '../desk.ts';
import { addressesOf, thingsOf } from '../desk.ts';
import { openGates } from '../flows/account-recovery.ts';
import type { ResetEffect, ResetEvent, WriteEvent } from '../flows/reset.ts';
import type { Effects, Occurrence } from '../flows/run.ts';
import { ending, liveFlows } from '../live-flows.ts';
import { told } from '../notices.ts';
import { heldOf, replacing } from '../registrations.ts';
import type { MaybeStored } from '../registrations.ts';
import type { SsprLimits } from '../limits.ts';

/** No method may be added for so long after a reset by one gate (milliseconds). */
const HOLD = 24 * HOUR;

const ADMINISTRATORS_TOLD: Limit = { name: 'sspr resets of an administrator told', cap: 5, window: DAY };

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

const held = (desk: Desk, { flow, event }: Occurrence<WriteEvent>): readonly Change[] => {
  const { registration, demand, now } = event;
  if (openGates(flow, demand, now) > 1) return [];
  const holdUntil = now + HOLD;
  const methods = resting(desk, flow, registration, holdUntil);
  return [replacing(registration, { ...registration, methods, holdUntil })];
};

/**
 * Every browser but the one at hand, where it was known: strangers who go on guessing would else keep the owner from
 * signing in with the new password. It is remembered under the epoch that the new password begins; where others raised
 * it as well, it is forgotten like the rest.
 */
const forgotten = async ({ host }: Desk, { flow, event }: Occurrence<WriteEvent>): Promise<readonly Change[]> => {
  const { accountId: id, epoch } = event.person;
  return [
    ...(await host.browsers.forgetting(id)),
    ...(flow.known ? [host.browsers.remembering(event.browser, { id, epoch: epoch + 1 })] : []),
  ];
};

/** The others hear of it: whoever got into one of their accounts may do what they may. */
const administratorsNews = ({ id, userName }: Account): AdministratorsNews => ({
  template: 'administrator-reset',
  data: { person: userName },
  limit: ADMINISTRATORS_TOLD,
  key: id,
  except: id,
});

/** What the names in the reset table do. */
export const resetEffects = (desk: Desk, limits: SsprLimits): Effects<ResetEffect, ResetEvent> => {
  const { host } = desk;
  const shared = recoveryEffects(desk, limits, 'reset');
  return {
    ...shared,
    'set password': only<WriteEvent>(({ event }) => event.setting),
    'end others': only<WriteEvent>(async ({ flow, event }) => {
      const others = await liveFlows(host.store, event.person.accountId);
      return others.filter(({ id }) => id !== flow.id).map(ending);
    }),
    'clear limits': only<WriteEvent>(({ flow }) => limits.clearing(flow, Object.keys(desk.methods))),
    'hold registration': only<WriteEvent>((occurrence) => held(desk, occurrence)),
    'forget browsers': only<WriteEvent>((occurrence) => forgotten(desk, occurrence)),
    'spare sign-in': only<WriteEvent>(({ flow, event }) =>
      flow.signIn === undefined ? [] : host.signIns.sparing(flow.signIn, event.account.userName),
    ),
    tell: only<WriteEvent>(async ({ flow, event: { account, registration } }) => [
      ...told(host, account, flow, 'password-reset', addressesOf(desk, account, registration)),
      ...(account.administrator ? await administratorsTold(desk, flow, administratorsNews(account)) : []),
    ]),
    audit: (occurrence) => {
      const { event, flow } = occurrence;
      if (event.type !== 'write') return shared.audit(occurrence);
      const reason = flow.proofs.map(({ method }) => method).join(' ');
      return [
        host.audit.event(auditEvent(flow, { type: 'reset.finished', result: 'success', reason, ...subjectOf(flow) })),
      ];
    },
  };
};
