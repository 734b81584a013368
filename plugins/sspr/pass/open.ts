import { z } from 'zod';
import { fold } from '../../../src/kernel/text.ts';
import { page, redirect } from '../../../src/plugin.ts';
import type { Account, Answer, MessageRef, Visit } from '../../../src/plugin.ts';
import { change, Conflict } from '../../../src/store/port.ts';
import type { Change } from '../../../src/store/port.ts';
import { and, eq } from '../../../src/store/query.ts';
import { auditEvent } from '../audit-events.ts';
import { flows } from '../collections.ts';
import { eligibleOf } from '../desk.ts';
import type { Desk, Eligible, Usable } from '../desk.ts';
import type { Enrolment } from '../enrolment/entry.ts';
import { released, releasesOf, releasing } from '../enrolment/hold.ts';
import { isCapped } from '../limits.ts';
import type { Proved } from '../methods/method.ts';
import { passHash } from '../methods/pass.ts';
import { passes } from './collection.ts';
import { KIND, newPassFlow, PASS } from './entry.ts';

const MOST_OF_A_NAME = 320;
const ATTEMPTS = 3;

export const form = z.strictObject({ username: z.string(), pass: z.string() });

type Posted = Visit<z.infer<typeof form>>;

export const formPage = (username = '', errors?: Readonly<Record<string, MessageRef>>, status?: number): Answer =>
  page('sspr/pass/enter', { username }, { ...(errors ? { errors } : {}), ...(status ? { status } : {}) });

const refused = (typed: string, field: 'username' | 'pass', key: string, status?: number): Answer =>
  formPage(typed, { [field]: { key: `sspr.pass.enter.${key}` } }, status);

const bears = ({ userName, mail }: Account, typed: string): boolean =>
  [userName, ...mail].map(fold).includes(fold(typed));

interface Right {
  readonly person: Eligible;
  readonly given: Usable;
  readonly proved: Proved<unknown>;
}

/**
 * Whose the pass is. It is looked for by itself, so that the work of a wrong one does not depend on the name: only who
 * has a right one gets as far as any person.
 */
const rightOf = async (desk: Desk, visit: Posted, typed: string): Promise<Right | undefined> => {
  const { store, secrets, accounts } = desk.host;
  const { pass } = visit.form;
  const row = await store.get(passes, passHash(secrets, pass));
  const person = row && (await eligibleOf(desk, await accounts.byId(row.accountId)));
  if (!person || !bears(person.account, typed)) return undefined;
  for (const given of releasesOf(desk, person)) {
    const proved = await released({ ...visit, form: { pass } }, row.id, given);
    if (proved) return { person, given, proved };
  }
  return undefined;
};

/** What was opened by an earlier pass: a new one may mean that the earlier one was stolen. */
const endingOthers = async ({ host: { store } }: Desk, { account }: Eligible): Promise<readonly Change[]> => {
  const { docs } = await store.find(flows, and(eq('accountId', account.id), eq('kind', KIND)));
  return docs.map(({ id }) => change.remove(flows, id));
};

/** False where somebody else used it, or wrote about its person, a moment ago. */
const enter = async (enrolment: Enrolment, visit: Posted, { person, given, proved }: Right): Promise<boolean> => {
  const { desk } = enrolment;
  const { flow, give } = newPassFlow(desk, visit, person);
  const subject = person.account.id;
  try {
    await desk.host.store.commit([
      ...releasing(desk, person, visit, given.method, proved),
      ...(await endingOthers(desk, person)),
      change.insert(flows, flow),
      desk.host.audit.event(auditEvent(visit, { type: 'pass.used', result: 'success', subject })),
    ]);
  } catch (error) {
    if (error instanceof Conflict) return false;
    throw error;
  }
  give();
  return true;
};

/** Takes a name and a pass. Whatever is wrong with them, the answer is one, and so is the work until the pass is right. */
export const open = async (enrolment: Enrolment, visit: Posted): Promise<Answer> => {
  const { desk, limits } = enrolment;
  const { store, audit } = desk.host;
  const typed = visit.form.username.trim();
  if (typed === '') return refused(typed, 'username', 'missing');
  if (typed.length > MOST_OF_A_NAME) return refused(typed, 'username', 'tooLong');
  try {
    await store.commit(limits.beginning(visit.address));
  } catch (error) {
    if (isCapped(error)) return refused(typed, 'username', 'tooMany', 429);
    throw error;
  }
  const wrong = async (): Promise<Answer> => {
    await store.commit([audit.event(auditEvent(visit, { type: 'pass.failed', result: 'failure', typedName: typed }))]);
    return refused(typed, 'pass', 'wrong');
  };
  for (let left = ATTEMPTS; left > 0; left -= 1) {
    const right = await rightOf(desk, visit, typed);
    if (!right) break;
    // It would register what counts once the account is open again, for whoever it was frozen against.
    if (right.person.frozen) return page('sspr/pass/frozen', {}, { status: 403 });
    // A call to the help desk alone is no way into the account of somebody who may change those of others.
    if (right.person.account.administrator) return page('sspr/pass/not-alone', {});
    if (await enter(enrolment, visit, right)) return redirect(PASS);
  }
  return wrong();
};
