import { z } from 'zod';
import { get, page, post, redirect } from '../../../src/plugin.ts';
import type { Answer, Route, Visit } from '../../../src/plugin.ts';
import { outOfOrder } from '../flows/table.ts';
import type { Method } from '../methods/method.ts';
import type { Offer } from '../proving/gate.ts';
import { choosePage, gatePage } from '../proving/page.ts';
import { baseOf, enter, flowFor, isAnswer } from './entry.ts';
import type { Entry, Room, SecondFactorStep } from './entry.ts';
import { frameOf, gateOf, offersHere, targetsOf } from './gate.ts';
import { answer, handOver, send, withRemember } from './prove.ts';

/** Where nothing can be proved now: what is missing, and who helps. */
const helpPage = ({ desk }: SecondFactorStep, entry: Entry): Answer => {
  const { holdUntil } = entry.person.registration;
  const waits = holdUntil > desk.host.clock.now() ? { holdUntil } : {};
  return page('sspr/factor/help', { ...frameOf(entry), ...waits }, { formTargets: targetsOf(entry) });
};

/** Opens the room: a live flow; what was proved in it already is handed over to the sign-in. */
const roomFor = async (
  step: SecondFactorStep,
  visit: Visit<unknown>,
  inside: (room: Room) => Promise<Answer> | Answer,
): Promise<Answer> => {
  const entry = await enter(step, visit);
  if (isAnswer(entry)) return entry;
  const { need } = entry;
  if (need.kind === 'help') return helpPage(step, entry);
  const flow = await flowFor(step, visit, entry);
  if (flow.state === 'proved') return handOver(step, visit, flow, entry.person.account);
  return inside({ ...entry, need, flow });
};

/** As {@link roomFor}, with what one method can be proved by; without it, a way that is open. */
const roomOf = (
  step: SecondFactorStep,
  visit: Visit<unknown>,
  name: string,
  inside: (room: Room, offer: Offer) => Promise<Answer>,
): Promise<Answer> =>
  roomFor(step, visit, async (room) => {
    const offer = offersHere(step, room, visit).find((one) => one.name === name);
    return offer ? inside(room, offer) : redirect(baseOf(room.signIn.uid));
  });

const lostPage = (step: SecondFactorStep, visit: Visit<unknown>, room: Room): Answer => {
  const ways = offersHere(step, room, visit).length;
  return page('sspr/factor/lost', { ...frameOf(room), others: ways > 0 }, { formTargets: targetsOf(room) });
};

/** Straight to the strongest way that there is: most people have it at hand. */
const first = (step: SecondFactorStep, visit: Visit<unknown>): Promise<Answer> =>
  roomFor(step, visit, (room) => {
    const [offer] = offersHere(step, room, visit);
    return offer ? redirect(`${baseOf(room.signIn.uid)}/${offer.name}`) : lostPage(step, visit, room);
  });

const choose = (step: SecondFactorStep, visit: Visit): Promise<Answer> =>
  roomFor(step, visit, (room) => {
    const offers = offersHere(step, room, visit);
    return offers.length > 1 ? choosePage(gateOf(step, room), room.flow, offers) : redirect(baseOf(room.signIn.uid));
  });

const methodRoutes = (step: SecondFactorStep, { name, proof }: Method): readonly Route[] => {
  const path = `/interaction/:uid/factor/${name}`;
  return [
    get(path, (visit) =>
      roomOf(step, visit, name, (room, offer) => gatePage(gateOf(step, room), visit, room.flow, offer)),
    ),
    post(path, withRemember(proof.form), (visit) =>
      roomOf(step, visit, name, (room, offer) => answer(step, visit, room, offer)),
    ),
    ...(proof.sends
      ? [
          post(`${path}/send`, z.strictObject({}), (visit) =>
            roomOf(step, visit, name, (room, offer) => send(step, visit, room, offer)),
          ),
        ]
      : []),
  ];
};

/** The pages of the second factor, on those that the methods show at the gates of a reset. */
export const factorRoutes = (step: SecondFactorStep): readonly Route[] => {
  const { signIns } = step.desk.host;
  const base = '/interaction/:uid/factor';
  return [
    get(base, (visit) => first(step, visit)),
    get(`${base}/ways`, (visit) => choose(step, visit)),
    get(`${base}/lost`, (visit) => roomFor(step, visit, (room) => lostPage(step, visit, room))),
    post(base, z.strictObject({ method: z.string() }), (visit) =>
      roomOf(step, visit, visit.form.method, (room, offer) => send(step, visit, room, offer)),
    ),
    post(`${base}/leave`, z.strictObject({}), async (visit) => {
      const entry = await enter(step, visit);
      return isAnswer(entry) ? entry : signIns.giveUp(visit);
    }),
    post(`${base}/somebody-else`, z.strictObject({}), async (visit) => {
      const entry = await enter(step, visit);
      if (isAnswer(entry)) return entry;
      if (entry.half.stepUp) throw outOfOrder('somebody is signed in');
      return signIns.startOver(visit);
    }),
    ...Object.values(step.desk.methods)
      .filter(({ secondFactor }) => secondFactor !== undefined)
      .flatMap((method) => methodRoutes(step, method)),
  ];
};
