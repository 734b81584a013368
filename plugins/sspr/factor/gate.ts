import type { Visit } from '../../../src/plugin.ts';
import { flows } from '../collections.ts';
import { MOST_TRIES, triesOf } from '../flows/second-factor.ts';
import { outOfOrder } from '../flows/table.ts';
import { hereOf } from '../methods/here.ts';
import type { Here } from '../methods/method.ts';
import type { MethodName } from '../methods/names.ts';
import type { Gate, Offer } from '../proving/gate.ts';
import { baseOf } from './entry.ts';
import type { Entry, Room, SecondFactorStep } from './entry.ts';

/** What the person can prove in this browser, one offer for each method. */
const offersOf = ({ desk }: SecondFactorStep, { need }: Room, here: Here): readonly Offer[] => {
  const names = [...new Set(need.factors.map(({ method }) => method.name))] as MethodName[];
  return names
    .filter((name) => desk.methods[name].proof.offered?.(here) ?? true)
    .map((name) => ({ name, mine: need.factors.filter(({ method }) => method.name === name) }));
};

export const offersHere = (step: SecondFactorStep, room: Room, visit: Visit<unknown>): readonly Offer[] =>
  offersOf(step, room, hereOf(visit));

/** Whether "not now" ends in the app: it only wishes for more than the policy asks for. */
const isWish = ({ need, signIn }: Entry): boolean =>
  need.kind === 'proof' && !need.byPolicy && !signIn.wanted.essential;

/** What every page of the step shows. */
export const frameOf = (entry: Entry, remember = false): Readonly<Record<string, unknown>> => {
  const base = baseOf(entry.signIn.uid);
  const { need, person, signIn, half } = entry;
  const days = need.kind === 'proof' && need.byPolicy ? person.policy.rememberSecondFactorDays : 0;
  return {
    base,
    ways: `${base}/ways`,
    lost: `${base}/lost`,
    app: signIn.clientName,
    stepUp: half.stepUp,
    wish: isWish(entry),
    ...(days > 0 ? { remember: { days, checked: remember } } : {}),
  };
};

/** Forms of a sign-in end at the app, once all is done (CSP form-action follows redirects). */
export const targetsOf = ({ signIn: { returnOrigin } }: Entry): readonly string[] =>
  returnOrigin === undefined ? [] : [returnOrigin];

/** @param remember whether the box was ticked, so that it stays so after a wrong answer */
export const gateOf = (step: SecondFactorStep, room: Room, remember?: boolean): Gate => {
  const { desk, limits, runner } = step;
  return {
    ...{ desk, limits, runner },
    offers: (_flow, here) => Promise.resolve(offersOf(step, room, here)),
    frame: () => Promise.resolve(frameOf(room, remember)),
    formTargets: targetsOf(room),
    async pausedUntil(flow) {
      const until = await limits.blockedUntil(flow);
      return until ?? (triesOf(flow) >= MOST_TRIES ? flow.expiresAt : undefined);
    },
    async reread({ id }) {
      const flow = await desk.host.store.get(flows, id);
      if (!flow) throw outOfOrder('the second-factor flow is gone');
      return flow;
    },
  };
};
