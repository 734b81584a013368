import type { Answer, RunningSignIn, Visit } from '../../../src/plugin.ts';
import { flows } from '../collections.ts';
import type { StoredFlow } from '../collections.ts';
import type { Desk, Eligible } from '../desk.ts';
import { beginFlow } from '../flows/begin.ts';
import { confirmFlow, manageFlow, passFlow, registerFlow } from '../flows/enrolment.ts';
import type { EnrolmentEvent } from '../flows/enrolment.ts';
import type { Runner } from '../flows/run.ts';
import type { SsprLimits } from '../limits.ts';
import { FRESH } from './need.ts';
import type { Kind } from './need.ts';

/** Somebody at the pages on which methods are registered. */
export interface Entry {
  readonly person: Eligible;
  /** Of the sign-in or the session: each has one flow. */
  readonly uid: string;
  /** Path of the pages. */
  readonly base: string;
  /** When they last proved who they are, by as much as it takes to change methods (epoch milliseconds). */
  readonly provedAt: number;
  /** Origins that a form here may end at besides our own. */
  readonly formTargets: readonly string[];
  /** The sign-in that asks, where one does. */
  readonly signIn?: RunningSignIn;
  /** Where they prove themselves anew; from there they come back to `page` where that can be. */
  proofPath(page?: string): string;
}

/**
 * The same pages in four places: two questions of a sign-in, the page that people manage their methods on, and what a
 * pass of the help desk opens.
 */
export interface Enrolment<E extends Entry = Entry> {
  readonly desk: Desk;
  readonly kind: Kind | 'manage' | 'pass';
  readonly limits: SsprLimits;
  readonly runner: Runner<EnrolmentEvent>;
  /** Path of the pages, as routes spell it. */
  readonly path: string;
  /** Who is there; an answer where the pages are not for them. */
  enter(visit: Visit<unknown>): Promise<E | Answer>;
  /** What each page has besides its own. */
  frame(entry: E): Readonly<Record<string, unknown>>;
  /** Whether methods may be changed on what was proved, where not every flow begins with enough for it. */
  mayChange?(room: E & { readonly flow: StoredFlow }): boolean;
  /** Told of each page that is looked at. */
  looked?(room: E & { readonly flow: StoredFlow }): Promise<void>;
  /** Told when something was registered, for the next page to say it. */
  registered?(visit: Visit<unknown>): void;
}

const TABLES = { register: registerFlow, confirm: confirmFlow, manage: manageFlow, pass: passFlow };

export const isAnswer = (result: Entry | Answer): result is Answer => 'kind' in result;

const idOf = ({ kind }: Enrolment, { uid }: Entry): string => `${kind}.${uid}`;

/** The live flow of this entry; there is one only after a fresh proof of the person. */
export const flowOf = async (
  enrolment: Enrolment,
  visit: Visit<unknown>,
  entry: Entry,
): Promise<StoredFlow | undefined> => {
  const { account } = entry.person;
  const flow = await enrolment.desk.host.store.get(flows, idOf(enrolment, entry));
  const isOwn = flow?.browser === visit.browser && flow.accountId === account.id;
  return isOwn && flow.epoch === account.epoch ? flow : undefined;
};

/** Begins the flow. The caller has seen to it that the person proved themselves a moment ago. */
export const begin = async (enrolment: Enrolment, visit: Visit<unknown>, entry: Entry): Promise<void> => {
  const { kind, desk } = enrolment;
  await beginFlow(desk.host, TABLES[kind], visit, entry.person.account, {
    ...{ id: idOf(enrolment, entry), kind, known: true },
    ...(entry.signIn ? { signIn: entry.signIn.uid } : {}),
  });
};

export const isFresh = ({ desk }: Enrolment, { provedAt }: Entry): boolean => provedAt + FRESH > desk.host.clock.now();
