import { z } from 'zod';
import { MINUTE } from '../../../src/kernel/clock.ts';
import { randomId } from '../../../src/kernel/random.ts';
import type { Host } from '../../../src/plugin.ts';
import { change, defineCollection } from '../../../src/store/port.ts';
import type { Change } from '../../../src/store/port.ts';
import type { AloneQuestion, RegistrationQuestion } from '../methods/method.ts';

/** Challenges of sign-ins that were answered: each counts once. They rest until their time is over anyway. */
export const spentChallenges = defineCollection({
  name: 'ssprPasskeyChallenges',
  shape: z.strictObject({ id: z.string(), expiresAt: z.number() }),
  expiry: 'expiresAt',
});

/** How long a sign-in page can be looked at before its passkey is asked for anew (milliseconds). */
export const SIGN_IN_LIFETIME = 15 * MINUTE;

// What a challenge was made for: none of these passes for another.
const REGISTRATION = 'sspr passkey registration';
const GATE = 'sspr passkey gate';
const SIGN_IN = 'sspr passkey sign-in';
const SPENT = 'sspr passkey challenge';

/** Challenges as authenticators sign them, in base64url. Nothing is written before one was answered. */
export interface Challenges {
  /** Changes with everything that is registered. */
  ofRegistration(question: Pick<RegistrationQuestion, 'flowId' | 'held'>): string;
  /** Of a flow in which a gate can be opened once by a passkey. */
  ofGate(flowId: string): string;
  /** Another each time, for one sign-in in one browser. */
  ofSignIn(question: AloneQuestion): string;
  /** What makes it spent, to be committed with what the answer begins; undefined unless it is of that sign-in and lives. */
  spending(question: AloneQuestion, challenge: string): Change | undefined;
}

export const createChallenges = ({
  clock,
  random,
  secrets,
}: Pick<Host, 'clock' | 'random' | 'secrets'>): Challenges => {
  const bound = ({ uid, here }: AloneQuestion, part: string): string => `${uid} ${here.browser} ${part}`;

  return {
    ofRegistration: ({ flowId, held }) => secrets.hash(REGISTRATION, [flowId, ...held.map(({ id }) => id)].join(' ')),
    ofGate: (flowId) => secrets.hash(GATE, flowId),
    ofSignIn(question) {
      const part = `${randomId(random)}.${String(clock.now() + SIGN_IN_LIFETIME)}`;
      return Buffer.from(`${part}.${secrets.hash(SIGN_IN, bound(question, part))}`).toString('base64url');
    },
    spending(question, challenge) {
      const [id = '', until = '', mark = ''] = Buffer.from(challenge, 'base64url').toString('latin1').split('.');
      if (!secrets.matches(SIGN_IN, bound(question, `${id}.${until}`), mark)) return undefined;
      const expiresAt = Number(until);
      return expiresAt > clock.now()
        ? change.insert(spentChallenges, { id: secrets.hash(SPENT, id), expiresAt })
        : undefined;
    },
  };
};
