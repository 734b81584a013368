import { meets, redirect } from '../../../src/plugin.ts';
import type { Answer, HalfSignIn, RunningSignIn, Visit } from '../../../src/plugin.ts';
import { flows } from '../collections.ts';
import type { StoredFlow } from '../collections.ts';
import type { Desk, Eligible } from '../desk.ts';
import { eligibleOf } from '../desk.ts';
import { beginFlow } from '../flows/begin.ts';
import { secondFactorFlow } from '../flows/second-factor.ts';
import type { FactorEvent } from '../flows/second-factor.ts';
import type { Runner } from '../flows/run.ts';
import { outOfOrder } from '../flows/table.ts';
import type { SsprLimits } from '../limits.ts';
import { factorNeed } from './need.ts';
import type { Need } from './need.ts';

/** What the pages of the second factor share. */
export interface SecondFactorStep {
  readonly desk: Desk;
  readonly limits: SsprLimits;
  readonly runner: Runner<FactorEvent>;
}

/** A sign-in in which somebody proved something, and has to prove more. */
export interface Entry {
  readonly signIn: RunningSignIn;
  readonly half: HalfSignIn;
  readonly person: Eligible;
  readonly need: Need;
}

/** An entry whose person can prove what is missing, with its flow. */
export interface Room extends Entry {
  readonly need: Extract<Need, { kind: 'proof' }>;
  readonly flow: StoredFlow;
}

export const baseOf = (uid: string): string => `/interaction/${uid}/factor`;

export const isAnswer = (result: Entry | Answer): result is Answer => 'kind' in result;

/** The sign-in of this browser and the path; an answer where it waits for something else. */
export const enter = async ({ desk }: SecondFactorStep, visit: Visit<unknown>): Promise<Entry | Answer> => {
  const { host } = desk;
  const signIn = await host.signIns.details(visit);
  const half = await host.signIns.half(visit);
  const account = half && (await host.accounts.byId(half.accountId));
  const person = await eligibleOf(desk, account);
  if (!half || !account || !person || account.epoch !== half.epoch) return redirect(host.signIns.path(signIn.uid));
  const { acr } = half;
  const { wanted } = signIn;
  const { browser } = visit;
  const need = await factorNeed(desk, { account, signIn, browser, acr, wanted, met: meets(acr, wanted) });
  return need ? { signIn, half, person, need } : redirect(host.signIns.path(signIn.uid));
};

/** Each proof that the sign-in stands on has a flow of its own, so that what was proved for one counts for no other. */
const idOf = ({ host: { secrets } }: Desk, { signIn, half }: Entry): string =>
  secrets.hash('sspr second factor', [signIn.uid, half.accountId, half.epoch, half.at, half.acr].join(' '));

const begin = async ({ desk: { host } }: SecondFactorStep, visit: Visit<unknown>, entry: Entry, id: string) => {
  const { account } = entry.person;
  const known = await host.browsers.knows(visit.browser, account.id);
  await beginFlow(host, secondFactorFlow, visit, account, {
    ...{ id, kind: 'second-factor', known },
    signIn: entry.signIn.uid,
  });
};

/** The flow of an entry, begun where there is none yet. */
export const flowFor = async (step: SecondFactorStep, visit: Visit<unknown>, entry: Entry): Promise<StoredFlow> => {
  const { store } = step.desk.host;
  const id = idOf(step.desk, entry);
  const known = await store.get(flows, id);
  if (!known) await begin(step, visit, entry, id);
  const flow = known ?? (await store.get(flows, id));
  if (flow?.browser !== visit.browser) throw outOfOrder('another browser than the one that gave the password');
  return flow;
};
