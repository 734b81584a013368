import { auditEvents } from '../../../plugins/sspr/audit-events.ts';
import { passkey as kind, passkeyMethod } from '../../../plugins/sspr/methods/passkey.ts';
import { createAudit } from '../../../src/audit/log.ts';
import { systemRandom } from '../../../src/kernel/random.ts';
import { Authenticator } from '../../support/authenticator.ts';
import type { AuthenticatorTraits } from '../../support/authenticator.ts';
import { rooms } from '../../support/rooms.ts';
import type { Rooms } from '../../support/rooms.ts';
import type { MethodFixture } from '../method.ts';
import { ports, question } from './ports.ts';
import type { DataOf } from './ports.ts';

export const ORIGIN = 'https://id.example';

export type PasskeyData = DataOf<ReturnType<typeof passkeyMethod>>;

export interface PasskeyFixture extends MethodFixture<PasskeyData> {
  readonly authenticator: Authenticator;
  readonly rooms: Rooms;
  /** What the page of registration asks the browser for. */
  creation(): Promise<string>;
  /** What the page of a gate asks it for. */
  request(flowId?: string): Promise<string>;
}

const opened: Rooms[] = [];

/** Call it in an `after` hook of every suite that made some. */
export const closeRooms = async (): Promise<void> => {
  await Promise.all(opened.splice(0).map((each) => each[Symbol.asyncDispose]()));
};

const optionsOf = (data: Readonly<Record<string, unknown>>): string => String(data['options']);

/** Ann with an authenticator in software, each time with a new passkey. */
export const passkey = async (traits: AuthenticatorTraits = {}, signIn = true): Promise<PasskeyFixture> => {
  const all = await ports();
  const room = await rooms(undefined, kind.collections);
  opened.push(room);
  const { store, clock } = room;
  const audit = createAudit(auditEvents, clock, systemRandom, all.secrets);
  const method = passkeyMethod({ ...all, clock, store, audit, signIn });
  const authenticator = new Authenticator(ORIGIN, traits);
  const challenge = undefined;
  const { here } = question;
  const creation = async () => optionsOf((await method.enrolment?.page({ ...question, held: [] })) ?? {});
  const request = async (flowId = question.flowId) =>
    optionsOf(await method.proof.page({ flowId, held: [], challenge, seed: '', here }));
  const asked = await creation();
  return {
    method,
    authenticator,
    rooms: room,
    creation,
    request,
    get enrolling() {
      return { credential: authenticator.create(asked), name: 'My laptop' };
    },
    secrets: [],
    question,
    answer: async ({ data }, _message, flowId) => ({
      credential: authenticator.get(await request(flowId), { credential: data.credential }),
    }),
    commit: (changes) => store.commit(changes),
    later: (milliseconds) => {
      clock.advance(milliseconds);
    },
  };
};
