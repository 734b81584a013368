import { z } from 'zod';
import { get, page, PasswordRefused, post, redirect } from '../../../src/plugin.ts';
import type { Answer, MessageRef, Route, Visit } from '../../../src/plugin.ts';
import { flowHere, requireFlow } from '../account-recovery/cookie.ts';
import { doneData } from '../account-recovery/done.ts';
import { pathOf, stepOf } from '../account-recovery/gate.ts';
import { endingOf, pathTo } from '../account-recovery/recovery.ts';
import { auditEvent } from '../audit-events.ts';
import type { StoredFlow } from '../collections.ts';
import { advance, outOfOrder } from '../flows/table.ts';
import { isLive } from '../flows/account-recovery.ts';
import { unlockFlow } from '../flows/unlock.ts';
import { isCapped } from '../limits.ts';
import { refusalOf } from '../password-rules/refusal.ts';
import { personOf, requirePerson } from '../proving/person.ts';
import type { Unlock } from './unlock.ts';

const confirmPage = async (unlock: Unlock, flow: StoredFlow, userName: string, error?: MessageRef): Promise<Answer> =>
  page(
    'sspr/unlock',
    { ...(await stepOf(unlock, flow)), userName },
    error === undefined ? {} : { errors: { form: error } },
  );

const show = async (unlock: Unlock, visit: Visit): Promise<Answer> => {
  const flow = await flowHere(unlock, visit);
  if (flow?.state !== 'proved') return redirect(pathOf(unlock, flow));
  const person = await personOf(unlock.desk, flow);
  return person ? confirmPage(unlock, flow, person.account.userName) : redirect(pathTo(unlock));
};

/** Proofs, person and browser are looked at before an authority hears of it, and again as it is committed. */
const write = (unlock: Unlock, visit: Visit<unknown>, id: string): Promise<StoredFlow> =>
  unlock.runner.applyTo(id, async (flow) => {
    const { host } = unlock.desk;
    const person = await requirePerson(unlock.desk, flow);
    const event = { type: 'unlock', ...endingOf(unlock, visit, person) } as const;
    advance(unlockFlow, flow, { ...event, wasLocked: false, unlocking: [] }, event.now);
    const found = await host.passwords.unlock?.(person.account);
    return { ...event, wasLocked: found?.wasLocked ?? false, unlocking: found?.changes ?? [] };
  });

const press = async (unlock: Unlock, visit: Visit<unknown>): Promise<Answer> => {
  const { desk } = unlock;
  const flow = await requireFlow(unlock, visit);
  // Pressed twice: what the second press asked for is done.
  if (!isLive(flow)) return redirect(pathOf(unlock, flow));
  if (flow.state !== 'proved') throw outOfOrder(`nothing is unlocked in state ${flow.state}`);
  const { account } = await requirePerson(desk, flow);
  try {
    return redirect(pathOf(unlock, await write(unlock, visit, flow.id)));
  } catch (error) {
    if (!(error instanceof PasswordRefused) && !isCapped(error)) throw error;
    const reason = error instanceof PasswordRefused ? error.reason : 'too often';
    const shown = error instanceof PasswordRefused ? refusalOf(error) : { key: 'sspr.unlock.tooOften' };
    const event = auditEvent(flow, { type: 'unlock.refused', result: 'refused', reason, subject: account.id });
    await desk.host.store.commit([desk.host.audit.event(event)]);
    return confirmPage(unlock, flow, account.userName, shown);
  }
};

const done = async (unlock: Unlock, visit: Visit): Promise<Answer> => {
  const flow = await flowHere(unlock, visit);
  if (!flow || isLive(flow)) return redirect(pathOf(unlock, flow));
  const { signIn } = flow;
  const frozen = (await personOf(unlock.desk, flow))?.frozen !== undefined;
  return page('sspr/unlocked', {
    frozen,
    ...(await doneData(unlock, visit, flow)),
    wasLocked: flow.state === 'unlocked',
    reset: signIn === undefined ? '/reset' : `/reset?sign_in=${encodeURIComponent(signIn)}`,
  });
};

/** The last pages: the button, and what comes next. An unlock signs nobody in. */
export const confirmRoutes = (unlock: Unlock): readonly Route[] => [
  get(pathTo(unlock, '/confirm'), (visit) => show(unlock, visit)),
  post(pathTo(unlock, '/confirm'), z.strictObject({}), (visit) => press(unlock, visit)),
  get(pathTo(unlock, '/done'), (visit) => done(unlock, visit)),
];
