import { page, redirect } from '../../../src/plugin.ts';
import type { Answer, MessageRef, Visit } from '../../../src/plugin.ts';
import type { StoredFlow } from '../collections.ts';
import { begin, enter, flowOf, isAnswer, isFresh, noteAsked } from './entry.ts';
import type { Enrolment, Entry } from './entry.ts';
import { isRequired, progressOf } from './need.ts';

/** An entry whose person proved themselves a moment ago, with its flow. */
export interface Room extends Entry {
  readonly flow: StoredFlow;
}

export const pathTo = ({ kind }: Enrolment, { signIn }: Entry, ...rest: readonly string[]): string =>
  ['', 'interaction', signIn.uid, kind, ...rest].join('/');

/** Forms here end at the app, once all is done: its origin has to be allowed (CSP form-action follows redirects). */
export const show = (
  { signIn }: Entry,
  view: string,
  data: Readonly<Record<string, unknown>>,
  errors?: Readonly<Record<string, MessageRef>>,
): Answer =>
  page(view, data, {
    ...(errors ? { errors } : {}),
    ...(signIn.returnOrigin === undefined ? {} : { formTargets: [signIn.returnOrigin] }),
  });

/** Where one is, and whether "not now" is an answer. */
export const frame = (enrolment: Enrolment, entry: Entry): Readonly<Record<string, unknown>> => {
  const { desk, kind } = enrolment;
  const step = progressOf(desk, entry.person);
  const steps = kind === 'register' && step.of > 1 ? { step } : {};
  return {
    ...steps,
    base: pathTo(enrolment, entry),
    kind,
    app: entry.signIn.clientName,
    later: kind === 'confirm' || !isRequired(desk, entry.person, entry.session),
  };
};

/** Opens the room: a live flow, begun where the proof of the session is fresh; else the page that asks for one. */
export const roomFor = async (
  enrolment: Enrolment,
  visit: Visit<unknown>,
  inside: (room: Room) => Promise<Answer> | Answer,
): Promise<Answer> => {
  const entry = await enter(enrolment, visit);
  if (isAnswer(entry)) return entry;
  let flow = await flowOf(enrolment, visit, entry);
  if (!flow && isFresh(enrolment, entry)) {
    await begin(enrolment, visit, entry);
    flow = await flowOf(enrolment, visit, entry);
  }
  if (!flow) return redirect(pathTo(enrolment, entry, 'password'));
  return inside({ ...entry, flow });
};

/** As {@link roomFor} for a page that is looked at: what may be put off counts as put off from now on. */
export const pageFor = (
  enrolment: Enrolment,
  visit: Visit,
  inside: (room: Room) => Promise<Answer> | Answer,
): Promise<Answer> =>
  roomFor(enrolment, visit, async (room) => {
    if (enrolment.kind === 'confirm' || !isRequired(enrolment.desk, room.person, room.session)) {
      await noteAsked(enrolment, room);
    }
    return inside(room);
  });
