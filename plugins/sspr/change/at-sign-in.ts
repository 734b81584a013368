import { get, post, redirect } from '../../../src/plugin.ts';
import type { Account, Answer, HalfSignIn, Route, RunningSignIn, SignInStep, Visit } from '../../../src/plugin.ts';
import { flows } from '../collections.ts';
import type { Desk } from '../desk.ts';
import { beginFlow } from '../flows/begin.ts';
import { changeFlow } from '../flows/change.ts';
import { outOfOrder } from '../flows/table.ts';
import { changeForm, choicePage, choose, isDone } from './choose.ts';
import type { Changing, Room } from './choose.ts';
import { changeDue } from './due.ts';

const NAME = 'password-change';

const pathOf = (uid: string): string => `/interaction/${encodeURIComponent(uid)}/change-password`;

/** The step of a sign-in in which whoever must choose another password does so; also those of whom no policy speaks. */
export const changeStep = (desk: Desk): SignInStep => ({
  name: NAME,
  needed: async (question) => (await changeDue(desk, question)) !== undefined,
  path: pathOf,
});

interface Entry {
  readonly signIn: RunningSignIn;
  readonly half: HalfSignIn;
  readonly account: Account;
}

/** Each beginning of a sign-in has a flow of its own; the epoch, which the change itself raises, is no part of it. */
const idOf = ({ host: { secrets } }: Desk, { signIn, half, account }: Entry): string =>
  secrets.hash('sspr change at sign-in', [signIn.uid, account.id, half.at].join(' '));

/** Tells the sign-in, again if need be: the new password was proved by being chosen. */
const handOver = ({ host }: Desk, visit: Visit<unknown>, account: Account): Promise<Answer> =>
  host.signIns.prove(visit, { account, amr: ['pwd'], acr: 'aal1', at: host.clock.now() });

const enter = async ({ host }: Desk, visit: Visit<unknown>): Promise<Entry | undefined> => {
  const signIn = await host.signIns.details(visit);
  const half = await host.signIns.half(visit);
  const account = half && (await host.accounts.byId(half.accountId));
  return half && account?.active && account.epoch === half.epoch ? { signIn, half, account } : undefined;
};

/** Opens the room where this step is what the sign-in waits for, and no other, such as the second factor. */
const roomFor = async (
  changing: Changing,
  visit: Visit<unknown>,
  inside: (room: Room) => Promise<Answer> | Answer,
): Promise<Answer> => {
  const { desk } = changing;
  const { host } = desk;
  const entry = await enter(desk, visit);
  if (!entry) return redirect(host.signIns.path(visit.params['uid'] ?? ''));
  const { signIn, half, account } = entry;
  const id = idOf(desk, entry);
  const known = await host.store.get(flows, id);
  if (known && isDone(known) && known.browser === visit.browser) return handOver(desk, visit, account);
  const reason = await changeDue(desk, { ...half, account });
  if (reason === undefined || (await host.signIns.due(visit)) !== NAME) return redirect(host.signIns.path(signIn.uid));
  if (!known) {
    const seen = await host.browsers.knows(visit.browser, account.id);
    await beginFlow(host, changeFlow, visit, account, { id, kind: 'change', known: seen, signIn: signIn.uid });
  }
  const flow = known ?? (await host.store.get(flows, id));
  if (flow?.browser !== visit.browser) throw outOfOrder('another browser than the one that gave the password');
  return inside({
    ...{ account, flow, reason, path: pathOf(signIn.uid), app: { id: signIn.clientId, name: signIn.clientName } },
    formTargets: signIn.returnOrigin === undefined ? [] : [signIn.returnOrigin],
    goingOn: async () => ({
      changes: await host.signIns.renewing(visit),
      // The sign-in was written over: what this request knows of it is old.
      done: () => redirect(pathOf(signIn.uid)),
    }),
  });
};

/** The page of the step. It asks for the password that was given a moment ago once more, which nobody has kept. */
export const changeAtSignInRoutes = (changing: Changing): readonly Route[] => [
  get('/interaction/:uid/change-password', (visit) => roomFor(changing, visit, (room) => choicePage(changing, room))),
  post('/interaction/:uid/change-password', changeForm, (visit) =>
    roomFor(changing, visit, (room) => choose(changing, visit, room)),
  ),
];
