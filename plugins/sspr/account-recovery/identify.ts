import { z } from 'zod';
import { randomId } from '../../../src/kernel/random.ts';
import { fold } from '../../../src/kernel/text.ts';
import { change } from '../../../src/store/port.ts';
import { get, page, post, redirect } from '../../../src/plugin.ts';
import type { Account, Answer, Route, Visit } from '../../../src/plugin.ts';
import { flows } from '../collections.ts';
import { newFlow } from '../flows/begin.ts';
import type { Flow } from '../collections.ts';
import type { Desk } from '../desk.ts';
import { eligibleOf, methodOf } from '../desk.ts';
import { hereOf } from '../methods/here.ts';
import { flowHere, giveFlow, newFlowKey } from './cookie.ts';
import { isCapped, sealedName } from '../limits.ts';
import { pathTo } from './recovery.ts';
import type { AccountRecovery } from './recovery.ts';
import { serveSoon } from './find.ts';
import { onlyOffer } from './offers.ts';

const MOST_OF_A_NAME = 320;
const TOO_MANY = 'sspr.identify.tooMany';

const form = z.strictObject({ username: z.string(), sign_in: z.string().optional() });

type Form = z.infer<typeof form>;

/**
 * Who signed in in this browser before and bears the typed name. Only people of this browser are compared with it, so
 * that the work does not tell who else exists.
 */
const knownHere = async ({ host }: Desk, browser: string, typed: string): Promise<Account | undefined> => {
  const folded = fold(typed);
  for (const id of await host.browsers.people(browser)) {
    const account = await host.accounts.byId(id);
    const names = account ? [account.userName, ...account.mail].map(fold) : [];
    // A name that several people bear is nobody's, which only the directory can tell.
    if (names.includes(folded) && (await host.accounts.byName(typed))?.id === id) return account;
  }
  return undefined;
};

const ownSignIn = async (
  { host }: Desk,
  visit: Visit<unknown>,
  uid: string | undefined,
): Promise<string | undefined> =>
  uid !== undefined && uid !== '' && (await host.signIns.owns(visit, uid)) ? uid : undefined;

const begin = async (
  recovery: AccountRecovery,
  visit: Visit<Form>,
  typed: string,
): Promise<{ flow: Flow; secret: () => void }> => {
  const { desk, kind } = recovery;
  const { host } = desk;
  const account = await knownHere(desk, visit.browser, typed);
  const eligible = await eligibleOf(desk, account);
  const signIn = await ownSignIn(desk, visit, visit.form.sign_in);
  const key = newFlowKey(host.random, host.secrets);
  const flow = newFlow(host, kind.table, visit, {
    id: randomId(host.random),
    kind: kind.name,
    key: key.hash,
    name: sealedName(host.secrets, typed),
    ...(eligible ? { accountId: eligible.account.id, epoch: eligible.account.epoch } : {}),
    known: eligible !== undefined,
    ...(signIn === undefined ? {} : { signIn }),
  });
  const wanted = await onlyOffer(recovery, flow, hereOf(visit));
  return {
    flow: wanted === undefined ? flow : { ...flow, work: 'send', wanted },
    secret: () => {
      giveFlow(recovery, visit, flow.id, key);
    },
  };
};

const identifyPage = (
  { desk, kind }: AccountRecovery,
  username: string,
  signIn: string | undefined,
  key?: string,
): Answer => {
  const { mostGates } = desk.policies.strangers[kind.name];
  const data = { username, signIn, purpose: kind.name, step: { at: 1, of: mostGates + 2 } };
  if (key === undefined) return page('sspr/identify', data);
  return page('sspr/identify', data, { errors: { username: { key } }, ...(key === TOO_MANY ? { status: 429 } : {}) });
};

const sends = ({ desk }: AccountRecovery, { wanted }: Flow): boolean =>
  wanted !== undefined && methodOf(desk, wanted)?.proof.sends === true;

/** Takes the typed name, stores it and answers: who it is, if anyone, is found out by a job. */
const identify = async (recovery: AccountRecovery, visit: Visit<Form>): Promise<Answer> => {
  const { host } = recovery.desk;
  const typed = visit.form.username.trim();
  const refuse = (key: string): Answer => identifyPage(recovery, typed, visit.form.sign_in, key);
  if (typed === '') return refuse('sspr.identify.missing');
  if (typed.length > MOST_OF_A_NAME) return refuse('sspr.identify.tooLong');
  const earlier = await flowHere(recovery, visit);
  const { flow, secret } = await begin(recovery, visit, typed);
  try {
    await host.store.commit([
      change.insert(flows, flow),
      ...(flow.known ? [] : recovery.limits.beginning(visit.address)),
      ...(sends(recovery, flow) ? recovery.limits.countingSeenSend(flow) : []),
      ...(earlier ? [change.remove(flows, earlier.id)] : []),
    ]);
  } catch (error) {
    if (isCapped(error)) return refuse(TOO_MANY);
    throw error;
  }
  secret();
  if (flow.wanted !== undefined) await serveSoon(recovery, flow.id, flow.wanted);
  return redirect(pathTo(recovery, flow.wanted === undefined ? '/prove' : `/prove/${flow.wanted}`));
};

export const identifyRoutes = (recovery: AccountRecovery): readonly Route[] => [
  get(pathTo(recovery), (visit) => Promise.resolve(identifyPage(recovery, '', visit.query['sign_in']))),
  post(pathTo(recovery), form, (visit) => identify(recovery, visit)),
];
