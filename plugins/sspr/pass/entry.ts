import { randomToken } from '../../../src/kernel/random.ts';
import { redirect } from '../../../src/plugin.ts';
import type { Visit } from '../../../src/plugin.ts';
import { flows } from '../collections.ts';
import type { Flow, StoredFlow } from '../collections.ts';
import type { Desk, Eligible } from '../desk.ts';
import type { Enrolment, Entry } from '../enrolment/entry.ts';
import { newFlow } from '../flows/begin.ts';
import { passFlow } from '../flows/enrolment.ts';
import { personOf } from '../proving/person.ts';

/** The page for whoever has a pass of the help desk, and nothing else. */
export const PASS = '/pass';

export const KIND = 'pass';

/** Holds a secret; the flow's id is its keyed hash, so that the store tells nobody how to get in. */
const COOKIE = 'pass';

const uidOf = ({ host: { secrets } }: Desk, secret: string): string => secrets.hash('sspr pass flow', secret);

const idOf = (uid: string): string => `${KIND}.${uid}`;

const entryOf = (person: Eligible, uid: string): Entry => ({
  person,
  uid,
  base: PASS,
  // Only a pass begins the flow, never a proof of long ago.
  provedAt: 0,
  formTargets: [],
  proofPath: () => PASS,
});

/** What a pass opens for this browser from now on, in the place of whatever another one opened. */
export const newPassFlow = (
  desk: Desk,
  visit: Visit<unknown>,
  { account }: Eligible,
): { flow: Flow; give: () => void } => {
  const secret = randomToken(desk.host.random);
  return {
    flow: newFlow(desk.host, passFlow, visit, {
      ...{ id: idOf(uidOf(desk, secret)), kind: KIND, known: true },
      ...{ accountId: account.id, epoch: account.epoch },
    }),
    give: () => {
      visit.cookies.set(COOKIE, secret);
    },
  };
};

interface Here {
  readonly flow: StoredFlow;
  readonly entry: Entry;
}

/** The flow of this browser and its person; undefined where there is none, or they may not register any more. */
export const passHere = async (desk: Desk, visit: Visit<unknown>): Promise<Here | undefined> => {
  const secret = visit.cookies.get(COOKIE);
  if (secret === undefined) return undefined;
  const uid = uidOf(desk, secret);
  const flow = await desk.host.store.get(flows, idOf(uid));
  if (flow?.kind !== KIND || flow.browser !== visit.browser) return undefined;
  const person = await personOf(desk, flow);
  // Whoever became an administrator since needs more than a pass.
  if (!person || person.account.administrator) return undefined;
  return { flow, entry: entryOf(person, uid) };
};

/** The pages of the methods, for whoever opened them by a pass. They add, and change nothing that works. */
export const byPass = (parts: Pick<Enrolment, 'desk' | 'limits' | 'runner'>): Enrolment => ({
  ...parts,
  kind: KIND,
  path: PASS,
  async enter(visit) {
    const here = await passHere(parts.desk, visit);
    return here && here.flow.state !== 'finished' ? here.entry : redirect(PASS);
  },
  frame: ({ base, person }) => ({
    ...{ base, kind: KIND, later: false, userName: person.account.userName },
    ...{ back: PASS, backTo: 'sspr.pass.overview.back' },
  }),
});
