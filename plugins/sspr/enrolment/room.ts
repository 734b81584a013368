import { page, redirect } from '../../../src/plugin.ts';
import type { Answer, MessageRef, Visit } from '../../../src/plugin.ts';
import type { StoredFlow } from '../collections.ts';
import { begin, flowOf, isAnswer, isFresh } from './entry.ts';
import type { Enrolment, Entry } from './entry.ts';

/** An entry whose person proved themselves a moment ago, with its flow. */
export type Room<E extends Entry = Entry> = E & { readonly flow: StoredFlow };

export const pathTo = ({ base }: Entry, ...rest: readonly string[]): string => [base, ...rest].join('/');

export const show = (
  { formTargets }: Entry,
  view: string,
  data: Readonly<Record<string, unknown>>,
  errors?: Readonly<Record<string, MessageRef>>,
): Answer => page(view, data, { formTargets, ...(errors ? { errors } : {}) });

type Inside<E extends Entry> = (room: Room<E>) => Promise<Answer> | Answer;

export interface RoomOptions {
  /** Path that comes after another proof, where it can. */
  readonly returnTo?: string;
  /** Method that may be waited for: what was begun on the strength of a fresh proof is finished without another. */
  readonly pending?: string;
}

/**
 * Whether a flow goes on without another proof. A question of a sign-in is one thing that somebody is at; what they do
 * on a page of their own are many, each of which needs a fresh proof.
 */
const goesOn = (enrolment: Enrolment, entry: Entry, flow: StoredFlow, { pending }: RoomOptions): boolean =>
  enrolment.kind !== 'manage' ||
  isFresh(enrolment, entry) ||
  (pending !== undefined && flow.pending?.method === pending);

/** Opens the room: a live flow, begun where the proof of the session is fresh; else the page that asks for one. */
export const roomFor = async <E extends Entry>(
  enrolment: Enrolment<E>,
  visit: Visit<unknown>,
  inside: Inside<E>,
  options: RoomOptions = {},
): Promise<Answer> => {
  const entry = await enrolment.enter(visit);
  if (isAnswer(entry)) return entry;
  let flow = await flowOf(enrolment, visit, entry);
  if (!flow && isFresh(enrolment, entry)) {
    await begin(enrolment, visit, entry);
    flow = await flowOf(enrolment, visit, entry);
  }
  return flow && goesOn(enrolment, entry, flow, options)
    ? inside({ ...entry, flow })
    : redirect(entry.proofPath(options.returnTo));
};

/** As {@link roomFor} for a page that is looked at. */
export const pageFor = <E extends Entry>(
  enrolment: Enrolment<E>,
  visit: Visit,
  inside: Inside<E>,
  options: RoomOptions = {},
): Promise<Answer> => {
  const looked: Inside<E> = async (room) => {
    await enrolment.looked?.(room);
    return inside(room);
  };
  return roomFor(enrolment, visit, looked, options);
};
