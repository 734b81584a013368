import { get, post, reaches, redirect } from '../../../src/plugin.ts';
import type { Answer, Route, Sessions, Visit } from '../../../src/plugin.ts';
import { flows } from '../collections.ts';
import type { StoredFlow } from '../collections.ts';
import { beginFlow } from '../flows/begin.ts';
import { changeFlow } from '../flows/change.ts';
import { outOfOrder } from '../flows/table.ts';
import { hasFactor, SECURITY_INFO, somebodyHere } from '../security-info/entry.ts';
import type { Somebody } from '../security-info/entry.ts';
import { say } from '../security-info/said.ts';
import { changeForm, choicePage, choose, isDone } from './choose.ts';
import type { ChangeForm, Changing, Room } from './choose.ts';

/** Where people change the password that they know. */
export const CHANGE_PASSWORD = '/change-password';

const LEVEL = 'aal2';

/** The page that says it, once, among all else that they may want to look at now. */
const changed = (visit: Visit<unknown>): Answer => {
  say(visit.cookies, 'password-changed');
  return redirect(SECURITY_INFO);
};

/** Two factors where somebody has two. How long ago is no matter: the page asks for the password itself. */
const isEnough = ({ desk }: Changing, { person, session }: Somebody): boolean =>
  !person || !hasFactor(desk, person) || reaches(session.acr, LEVEL);

const flowFor = async ({ desk: { host } }: Changing, visit: Visit<unknown>, { account, session }: Somebody) => {
  const id = host.secrets.hash('sspr change', [session.uid, account.id, account.epoch, visit.browser].join(' '));
  const there = await host.store.get(flows, id);
  if (there) return there;
  const known = await host.browsers.knows(visit.browser, account.id);
  await beginFlow(host, changeFlow, visit, account, { id, kind: 'change', known });
  return host.store.get(flows, id);
};

type Inside = (room: Room) => Promise<Answer> | Answer;

const roomFor = async (
  changing: Changing,
  sessions: Sessions,
  visit: Visit<unknown>,
  inside: Inside,
): Promise<Answer> => {
  const { desk } = changing;
  const somebody = await somebodyHere({ desk, sessions }, visit);
  if (!somebody) return redirect(sessions.signInPath(visit, { returnTo: CHANGE_PASSWORD }));
  if (!isEnough(changing, somebody)) {
    return redirect(sessions.signInPath(visit, { returnTo: CHANGE_PASSWORD, acr: LEVEL }));
  }
  const flow = await flowFor(changing, visit, somebody);
  if (!flow) throw outOfOrder('the change came to its end');
  return inside({
    ...{ account: somebody.account, flow, path: CHANGE_PASSWORD, formTargets: [] },
    async goingOn() {
      const renewal = await sessions.renewing(visit);
      if (!renewal) throw outOfOrder('nobody is signed in any more');
      return {
        changes: renewal.changes,
        done() {
          renewal.hand();
          return changed(visit);
        },
      };
    },
  });
};

/** What was posted by a page whose change is made: by a second press, which must not say that the old one is wrong. */
const madeBy = async ({ desk: { host } }: Changing, visit: Visit<ChangeForm>): Promise<StoredFlow | undefined> => {
  const flow = await host.store.get(flows, visit.form.flow ?? '');
  return flow?.kind === 'change' && isDone(flow) && flow.browser === visit.browser ? flow : undefined;
};

/** Not in a foreign host, which keeps the sessions itself. */
export const changeOwnRoutes = (changing: Changing): readonly Route[] => {
  const { sessions } = changing.desk.host;
  if (!sessions) return [];
  return [
    get(CHANGE_PASSWORD, (visit) => roomFor(changing, sessions, visit, (room) => choicePage(changing, room))),
    post(CHANGE_PASSWORD, changeForm, async (visit) =>
      (await madeBy(changing, visit))
        ? changed(visit)
        : roomFor(changing, sessions, visit, (room) => choose(changing, visit, room)),
    ),
    // A Well-Known URL for Changing Passwords, section 4: password managers lead people here.
    get('/.well-known/change-password', () => Promise.resolve(redirect(CHANGE_PASSWORD))),
  ];
};
