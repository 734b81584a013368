import { z } from 'zod';
import { MINUTE } from '../../../src/kernel/clock.ts';
import { page, PasswordRefused } from '../../../src/plugin.ts';
import type { Account, Answer, MessageRef, MustChange, Visit } from '../../../src/plugin.ts';
import type { Change } from '../../../src/store/port.ts';
import { auditEvent } from '../audit-events.ts';
import type { StoredFlow } from '../collections.ts';
import { asDirected } from '../desk.ts';
import type { Desk } from '../desk.ts';
import type { ChangeEvent } from '../flows/change.ts';
import type { Runner } from '../flows/run.ts';
import { outOfOrder } from '../flows/table.ts';
import { contextOf } from '../password-rules/context.ts';
import { judged, unjudged } from '../password-rules/judge.ts';
import type { Judgement, RuleLine } from '../password-rules/judge.ts';
import { errorsOf } from '../password-rules/refusal.ts';
import type { RuleContext } from '../password-rules/rule.ts';
import { check, whileTyping } from '../password-rules/while-typing.ts';
import { registrationOf } from '../registrations.ts';

/** What the pages of a change share. */
export interface Changing {
  readonly desk: Desk;
  readonly runner: Runner<ChangeEvent>;
}

/** Somebody who may choose another password here and now, if they know the present one. */
export interface Room {
  readonly account: Account;
  readonly flow: StoredFlow;
  /** Path of the page. */
  readonly path: string;
  readonly reason?: MustChange;
  /** The app that they are on the way to. */
  readonly app?: { readonly id: string; readonly name: string };
  /** Origins that the form may end at besides our own. */
  readonly formTargets: readonly string[];
  /** What lets them go on, and where, once it is done. */
  goingOn(): Promise<{ readonly changes: readonly Change[]; done(): Answer }>;
}

export const changeForm = z.strictObject({
  username: z.string().optional(),
  flow: z.string().optional(),
  current: z.string().default(''),
  password: z.string(),
  check,
});

export type ChangeForm = z.infer<typeof changeForm>;

interface Shown {
  readonly lines?: readonly RuleLine[];
  readonly errors?: Readonly<Record<string, MessageRef>>;
  readonly status?: number;
}

/** From when on they may change it, where that is still to come: whoever must change it may do so at any time. */
const notBefore = ({ host }: Desk, { reason }: Room, { authority }: RuleContext): number | undefined => {
  const from = authority?.changeableFrom ?? 0;
  return reason === undefined && from > host.clock.now() ? from : undefined;
};

export const choicePage = async (
  { desk }: Changing,
  room: Room,
  { lines, errors, status }: Shown = {},
): Promise<Answer> => {
  const { account, flow, path, reason, app, formTargets } = room;
  const context = await contextOf(desk, account);
  const data = {
    ...{ path, reason, app: app?.name, flow: flow.id, userName: account.userName },
    // A refusal says the same, with the time.
    notBefore: errors ? undefined : notBefore(desk, room, context),
    rules: lines ?? unjudged(desk.rules, context),
  };
  return page('sspr/change', data, {
    formTargets,
    ...(errors ? { errors } : {}),
    ...(status === undefined ? {} : { status }),
  });
};

/** What is wrong with the present password as typed, judged behind the guard of the sign-in page. */
const currentFault = async (
  { desk: { host } }: Changing,
  visit: Visit<ChangeForm>,
  room: Room,
): Promise<Shown | undefined> => {
  const { current } = visit.form;
  if (current === '') return { errors: { current: { key: 'sspr.change.missing' } } };
  const rechecked = await host.signIns.recheck(visit, room.account, current, room.app?.id);
  switch (rechecked.kind) {
    case 'right':
      return undefined;
    case 'wrong':
      return { errors: { current: { key: 'sspr.refused.wrong_password' } } };
    case 'unavailable':
      return { errors: { form: { key: 'sspr.refused.unreachable' } }, status: 503 };
    case 'paused': {
      const minutes = Math.max(1, Math.ceil((rechecked.until - host.clock.now()) / MINUTE));
      return { errors: { current: { key: 'sspr.change.paused', values: { minutes } } }, status: 429 };
    }
  }
};

const write = async (
  { desk, runner }: Changing,
  visit: Visit<ChangeForm>,
  { flow: { id }, reason }: Room,
  unchecked: Judgement['unchecked'],
  goingOn: readonly Change[],
): Promise<void> => {
  const { host } = desk;
  const { current, password } = visit.form;
  await runner.applyTo(id, async (flow) => {
    if (flow.state !== 'choosing') throw outOfOrder(`no password is chosen in state ${flow.state}`);
    const account = await host.accounts.byId(flow.accountId ?? '');
    if (!account || account.epoch !== flow.epoch) throw outOfOrder('everything of this person ended meanwhile');
    const registration = await asDirected(desk, account, await registrationOf(host.store, account.id));
    const setting = await host.passwords.change(account, current, password);
    const notes = unchecked.map((rule) =>
      auditEvent(flow, { type: 'password.unchecked', result: 'success', reason: rule, subject: account.id }),
    );
    return {
      type: 'change',
      ...{ account, registration, goingOn, browser: visit.browser },
      ...(reason === undefined ? {} : { reason }),
      setting: [...setting, ...notes.map((note) => host.audit.event(note))],
    };
  });
};

const refused = async ({ host }: Desk, { account, flow }: Room, { reason }: PasswordRefused): Promise<void> => {
  const event = { type: 'password.refused', result: 'refused', reason, subject: account.id } as const;
  await host.store.commit([host.audit.event(auditEvent(flow, event))]);
};

/**
 * Takes the present password and the next one. The present one is judged first: whether the next was used before is
 * nothing to tell to whoever only found a browser open.
 */
export const choose = async (changing: Changing, visit: Visit<ChangeForm>, room: Room): Promise<Answer> => {
  const { desk } = changing;
  if (visit.form.check) return whileTyping(desk.rules, visit.form.password, await contextOf(desk, room.account));
  const fault = await currentFault(changing, visit, room);
  if (fault) return choicePage(changing, room, fault);
  const context = await contextOf(desk, room.account);
  const { lines, fault: unmet, unchecked } = await judged(desk.rules, visit.form.password, context);
  if (unmet) return choicePage(changing, room, { lines, errors: { password: { key: `sspr.password.${unmet}` } } });
  const { changes, done } = await room.goingOn();
  try {
    await write(changing, visit, room, unchecked, changes);
  } catch (error) {
    if (!(error instanceof PasswordRefused)) throw error;
    await refused(desk, room, error);
    return choicePage(changing, room, { lines, errors: errorsOf(error) });
  }
  return done();
};

/** For whoever finds that it is done already, in another tab or by a second press. */
export const isDone = ({ state }: StoredFlow): boolean => state === 'changed';
