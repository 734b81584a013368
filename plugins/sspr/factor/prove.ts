import { z } from 'zod';
import { DAY } from '../../../src/kernel/clock.ts';
import type { Account, Answer, Visit } from '../../../src/plugin.ts';
import { redirect } from '../../../src/plugin.ts';
import type { Factor, Registered, StoredFlow } from '../collections.ts';
import { requirePerson } from '../proving/person.ts';
import { outOfOrder } from '../flows/table.ts';
import { isCapped } from '../limits.ts';
import type { Fields, Method } from '../methods/method.ts';
import type { Offer } from '../proving/gate.ts';
import { challengeOf, isSame, takeAnswer } from '../proving/judge.ts';
import type { Right } from '../proving/judge.ts';
import { gatePage } from '../proving/page.ts';
import { heldOf } from '../registrations.ts';
import { besidePassword } from '../staleness/marks.ts';
import { baseOf } from './entry.ts';
import type { Room, SecondFactorStep } from './entry.ts';
import { gateOf } from './gate.ts';

/** The answer as the method's form has it, and whether the browser is to be remembered. */
export interface Posted {
  readonly fields: Fields;
  readonly remember: boolean;
}

/** A method's form with the box beside it, of which the method knows nothing. */
export const withRemember = (form: z.ZodType<Fields>): z.ZodType<Posted> =>
  z.looseObject({ remember: z.literal('yes').optional() }).transform(({ remember, ...rest }, context) => {
    const fields = form.safeParse(rest);
    if (fields.success) return { fields: fields.data, remember: remember === 'yes' };
    context.issues.push({ code: 'custom', input: rest, message: fields.error.message });
    return z.NEVER;
  });

/** Tells the sign-in what was proved. It may be told again: what it knows already changes nothing. */
export const handOver = (
  { desk: { host } }: SecondFactorStep,
  visit: Visit<unknown>,
  flow: StoredFlow,
  account: Account,
): Promise<Answer> => {
  if (!flow.factor) throw outOfOrder('nothing was proved in this flow');
  return host.signIns.prove(visit, { account, ...flow.factor });
};

const factorOf = (step: SecondFactorStep, { need, person }: Room, right: Right, remember: boolean): Factor => {
  const { secondFactor } = right.method;
  if (!secondFactor) throw outOfOrder(`${right.method.name} is no second factor`);
  const at = step.desk.host.clock.now();
  // What was given for once is not remembered for days.
  const days = need.byPolicy && remember && !right.method.given ? person.policy.rememberSecondFactorDays : 0;
  return {
    amr: [...(secondFactor.amrOf?.(right.held.data) ?? secondFactor.amr)],
    acr: secondFactor.acr ?? 'aal1',
    at,
    ...(days > 0 ? { rememberUntil: at + days * DAY } : {}),
  };
};

const open = async (
  step: SecondFactorStep,
  visit: Visit<unknown>,
  room: Room,
  right: Right,
  remember: boolean,
): Promise<Answer> => {
  const { desk, runner } = step;
  const { method, held, proved, counted } = right;
  const { becomes, changes, telling } = proved;
  const factor = factorOf(step, room, right, remember);
  const flow = await runner.applyTo(right.flow.id, async (now) => {
    const stillOpen = isSame(challengeOf(now, method), challengeOf(right.flow, method));
    if (!stillOpen) throw outOfOrder('this was used, or another was sent since');
    const { account, registration } = await requirePerson(desk, now);
    // A code that counts once counts once for all flows: whoever used it first changed what is registered.
    const same = isSame(
      heldOf(method, besidePassword(registration)).find(({ id }) => id === held.id),
      held,
    );
    if (!same) throw outOfOrder('what is registered changed since the answer was judged');
    return {
      type: 'prove',
      ...{ account, method: method.name, registered: held.id, factor, registration, counted },
      ...(becomes === undefined ? {} : { becomes: becomes as Registered['data'] | null }),
      ...(changes ? { changes } : {}),
      ...(telling ? { telling } : {}),
    };
  });
  return handOver(step, visit, flow, room.person.account);
};

export const answer = (step: SecondFactorStep, visit: Visit<Posted>, room: Room, offer: Offer): Promise<Answer> => {
  const { fields, remember } = visit.form;
  return takeAnswer(gateOf(step, room, remember), { ...visit, form: fields }, room.flow, offer, (right) =>
    open(step, visit, room, right, remember),
  );
};

/** Sends what is to be answered with, in the request itself: whoever gave the password knows that there is somebody. */
export const send = async (
  step: SecondFactorStep,
  visit: Visit<unknown>,
  room: Room,
  { name, mine = [] }: Offer,
): Promise<Answer> => {
  const { desk, limits, runner } = step;
  const method: Method = desk.methods[name];
  const gate = gateOf(step, room);
  const page = (errors?: Parameters<typeof gatePage>[4]): Promise<Answer> =>
    gatePage(gate, visit, room.flow, { name, mine }, errors);
  if (!method.proof.sends || !method.proof.issue) return redirect(`${baseOf(room.signIn.uid)}/${name}`);
  if ((await gate.pausedUntil(room.flow, method)) !== undefined) return page();
  const { address, agent } = visit;
  const held = mine.map((one) => one.held);
  const guessing = await limits.judging(room.flow, name);
  try {
    await runner.applyTo(room.flow.id, async ({ id: flowId }) => {
      const issued = await method.proof.issue?.({
        flowId,
        held,
        guessing,
        seed: '',
        purpose: 'sign-in',
        where: { address, agent },
      });
      if (!issued) throw outOfOrder(`${name} prepares nothing`);
      const { challenge, message, changes } = issued;
      return {
        type: 'issue',
        challenge: { ...challenge, method: name },
        account: room.person.account,
        ...(message ? { message } : {}),
        ...(changes ? { changes } : {}),
      };
    });
  } catch (error) {
    if (!isCapped(error)) throw error;
    return page({ form: { key: 'sspr.send.tooMany' } });
  }
  return redirect(`${baseOf(room.signIn.uid)}/${name}`);
};
