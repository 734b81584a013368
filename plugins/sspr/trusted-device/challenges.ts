import type { Secrets } from '../../../src/kernel/secrets.ts';
import type { RegistrationQuestion } from '../methods/method.ts';

// What a challenge was made for: none of these passes for another.
const REGISTRATION = 'sspr device registration';
const GATE = 'sspr device gate';

/** Changes with everything that is registered; names the key as well, until the browser forgets it. */
export const registrationChallenge = (
  secrets: Secrets,
  { flowId, held }: Pick<RegistrationQuestion, 'flowId' | 'held'>,
): string => secrets.hash(REGISTRATION, [flowId, ...held.map(({ id }) => id)].join(' '));

/** Of a flow, which a proof takes on: nothing is stored before somebody answers, for nobody as for somebody. */
export const gateChallenge = (secrets: Secrets, flowId: string): string => secrets.hash(GATE, flowId);

/** What a browser signs when it is registered. */
export const registrationText = (challenge: string, publicKey: string): string =>
  `latchkey device registration\n${challenge}\n${publicKey}`;

/** What it signs when it proves somebody. */
export const proofText = (challenge: string): string => `latchkey device\n${challenge}`;
