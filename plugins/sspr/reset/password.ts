import { z } from 'zod';
import { get, page, PasswordRefused, post, redirect } from '../../../src/plugin.ts';
import type { Answer, MessageRef, Route, Visit } from '../../../src/plugin.ts';
import type { StoredFlow } from '../collections.ts';
import type { Eligible } from '../desk.ts';
import { auditEvent } from '../audit-events.ts';
import { resetFlow } from '../flows/reset.ts';
import { advance, outOfOrder } from '../flows/table.ts';
import { contextOf } from '../password-rules/context.ts';
import { judged, unjudged } from '../password-rules/judge.ts';
import type { Judgement, RuleLine } from '../password-rules/judge.ts';
import { check, whileTyping } from '../password-rules/while-typing.ts';
import { flowHere, requireFlow } from '../account-recovery/cookie.ts';
import { doneData } from '../account-recovery/done.ts';
import { pathOf, stepOf } from '../account-recovery/gate.ts';
import { endingOf } from '../account-recovery/recovery.ts';
import { errorsOf } from '../password-rules/refusal.ts';
import { obstacleFor } from '../preflight.ts';
import { personOf, requirePerson } from '../proving/person.ts';
import { cannotPage } from './cannot.ts';
import type { Reset } from './reset.ts';

const form = z.strictObject({ username: z.string().optional(), password: z.string(), check });

type Form = z.infer<typeof form>;

const choicePage = async (
  reset: Reset,
  flow: StoredFlow,
  { account }: Eligible,
  lines: readonly RuleLine[],
  errors: Readonly<Record<string, MessageRef>> = {},
): Promise<Answer> =>
  page('sspr/password', { ...(await stepOf(reset, flow)), userName: account.userName, rules: lines }, { errors });

const show = async (reset: Reset, visit: Visit): Promise<Answer> => {
  const flow = await flowHere(reset, visit);
  if (flow?.state !== 'proved') return redirect(pathOf(reset, flow));
  const person = await personOf(reset.desk, flow);
  if (!person) return redirect('/reset');
  const obstacle = await obstacleFor(reset.desk, person.account);
  if (obstacle) return cannotPage(reset, flow, person, obstacle);
  return choicePage(reset, flow, person, unjudged(reset.desk.rules, await contextOf(reset.desk, person.account)));
};

/** Proofs, person and browser are looked at before an authority hears of the password, and again as it is committed. */
const write = (reset: Reset, visit: Visit<Form>, id: string, unchecked: Judgement['unchecked']): Promise<StoredFlow> =>
  reset.runner.applyTo(id, async (flow) => {
    const { host } = reset.desk;
    const person = await requirePerson(reset.desk, flow);
    const event = { type: 'write', ...endingOf(reset, visit, person) } as const;
    advance(resetFlow, flow, { ...event, setting: [] }, event.now);
    const setting = await host.passwords.set(person.account, visit.form.password, 'reset');
    const notes = unchecked.map((reason) =>
      auditEvent(flow, { type: 'password.unchecked', result: 'success', reason, subject: person.account.id }),
    );
    return { ...event, setting: [...setting, ...notes.map((note) => host.audit.event(note))] };
  });

const refused = async (reset: Reset, flow: StoredFlow, error: PasswordRefused): Promise<void> => {
  const { host } = reset.desk;
  const subject = flow.accountId === undefined ? {} : { subject: flow.accountId };
  const event = auditEvent(flow, { type: 'reset.refused', result: 'refused', reason: error.reason, ...subject });
  await host.store.commit([host.audit.event(event)]);
};

const choose = async (reset: Reset, visit: Visit<Form>): Promise<Answer> => {
  const { desk } = reset;
  const flow = await requireFlow(reset, visit);
  // Pressed twice: what the second press asked for is done.
  if (flow.state === 'finished') return redirect('/reset/done');
  if (flow.state !== 'proved') throw outOfOrder(`no password is chosen in state ${flow.state}`);
  const person = await requirePerson(desk, flow);
  const context = await contextOf(desk, person.account);
  if (visit.form.check) return whileTyping(desk.rules, visit.form.password, context);
  const { lines, fault, unchecked } = await judged(desk.rules, visit.form.password, context);
  if (fault) return choicePage(reset, flow, person, lines, { password: { key: `sspr.password.${fault}` } });
  try {
    await write(reset, visit, flow.id, unchecked);
  } catch (error) {
    if (!(error instanceof PasswordRefused)) throw error;
    await refused(reset, flow, error);
    return choicePage(reset, flow, person, lines, errorsOf(error));
  }
  return redirect('/reset/done');
};

const done = async (reset: Reset, visit: Visit): Promise<Answer> => {
  const flow = await flowHere(reset, visit);
  if (flow?.state !== 'finished') return redirect(pathOf(reset, flow));
  return page('sspr/done', await doneData(reset, visit, flow));
};

/** The last pages: choose the new password, and what comes next. A reset signs nobody in. */
export const passwordRoutes = (reset: Reset): readonly Route[] => [
  get('/reset/password', (visit) => show(reset, visit)),
  post('/reset/password', form, (visit) => choose(reset, visit)),
  get('/reset/done', (visit) => done(reset, visit)),
];
