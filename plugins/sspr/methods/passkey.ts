import { z } from 'zod';
import { MINUTE } from '../../../src/kernel/clock.ts';
import { randomToken } from '../../../src/kernel/random.ts';
import type { Host } from '../../../src/plugin.ts';
import { change } from '../../../src/store/port.ts';
import { deviceOf } from '../device.ts';
import { defineMethod } from './method.ts';
import type { Alone, Enrolment, Fields, Method, Proof, RegistrationQuestion, Started } from './method.ts';
import { spentChallenges } from '../passkeys/challenges.ts';
import { createReader, descriptorOf, passkeys, passkeyShape, PATIENCE } from '../passkeys/reader.ts';
import type { Passkey, Reader, ReaderPorts } from '../passkeys/reader.ts';
import { ALGORITHMS, challengeOf, readAssertion, readAttestation, verifyAttestation } from '../passkeys/webauthn.ts';
import type { NewCredential } from '../passkeys/webauthn.ts';

export const passkeyConfig = z
  .strictObject({
    signIn: z.boolean().default(true).describe('Whether a passkey signs in by itself, without name and password.'),
  })
  .prefault({})
  .describe('Passkeys (WebAuthn).');

export type PasskeyPorts = ReaderPorts & Pick<Host, 'organisation'> & z.output<typeof passkeyConfig>;

const MOST = 20;
const LONGEST_NAME = 60;

/** How long a gate can be answered that was prepared. */
const GATE_LIFETIME = 15 * MINUTE;

const answerForm = z.strictObject({ credential: z.string() });

// What a hash was made for.
const USER = 'sspr passkey user';
const OWNER = 'sspr passkey owner';

const nameOf = (typed: string): string =>
  [
    ...typed
      .toWellFormed()
      .normalize('NFC')
      .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
      .trim(),
  ]
    .slice(0, LONGEST_NAME)
    .join('')
    .trim();

/**
 * A gate. Who is found by the typed name rests as a keyed hash in the challenge: only the owner of the passkey that
 * answered is compared with it, and looked up when it is the same.
 */
const proofOf = ({ clock, random, secrets }: PasskeyPorts, reader: Reader): Proof<Passkey> => ({
  form: answerForm,
  sends: false,
  offered: () => reader.party !== undefined,
  page: ({ flowId, held }) => ({ options: reader.requestOptions(reader.challenges.ofGate(flowId), held) }),
  issue: ({ flowId, held: [held] }) => ({
    challenge: {
      until: clock.now() + GATE_LIFETIME,
      data: { owner: secrets.hash(OWNER, `${flowId} ${held?.data.user ?? randomToken(random)}`) },
    },
  }),
  async check({ flowId, challenge, here, held }, { credential = '' }) {
    const answer = readAssertion(credential);
    const said = answer && (await reader.read(answer, reader.challenges.ofGate(flowId), here));
    if (!said || !challenge || clock.now() >= challenge.until) return undefined;
    const owner = String(challenge.data['owner'] ?? '');
    return secrets.matches(OWNER, `${flowId} ${said.user}`, owner) ? said.prove(await held()) : undefined;
  },
});

/** Sign-in without name and password: the authenticator says whose the passkey is. */
const aloneOf = ({ challenges, read, requestOptions }: Reader): Alone<Passkey> => ({
  form: answerForm,
  label: { key: 'sspr.passkey.signIn.way' },
  script: 'sspr/passkey/passkey.js',
  page: (question) => ({ options: requestOptions(challenges.ofSignIn(question)) }),
  async claim(question, { credential = '' }) {
    const answer = readAssertion(credential);
    // Nobody was named, so that the authenticator has to say for whom it answers (WebAuthn section 7.2, step 6).
    if (!answer?.response.userHandle) return undefined;
    const challenge = challengeOf(answer);
    const spending = challenges.spending(question, challenge);
    const said = spending && (await read(answer, challenge, question.here));
    return (
      said && {
        accountId: said.accountId,
        async prove(held) {
          const proved = await said.prove(held);
          return proved && { ...proved, changes: [spending] };
        },
      }
    );
  },
});

const creationOptions = (
  { organisation, secrets }: PasskeyPorts,
  { party, challenges }: Reader,
  question: RegistrationQuestion<Passkey>,
): string =>
  JSON.stringify({
    challenge: challenges.ofRegistration(question),
    rp: { id: party?.id, name: organisation.name },
    user: {
      id: secrets.hash(USER, question.account.id),
      name: question.account.userName,
      displayName: question.account.displayName,
    },
    pubKeyCredParams: ALGORITHMS.map((alg) => ({ type: 'public-key', alg })),
    excludeCredentials: question.held.map(descriptorOf),
    authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
    attestation: 'none',
    extensions: { credProps: true },
    timeout: PATIENCE,
  });

const enrolmentOf = (ports: PasskeyPorts, reader: Reader): Enrolment<Passkey> => {
  const { secrets, store } = ports;

  const registered = (question: RegistrationQuestion<Passkey>, made: NewCredential, name: string): Started<Passkey> => {
    const { id, publicKey, ...rest } = made;
    const user = secrets.hash(USER, question.account.id);
    const row = { id: reader.keyOf(id), accountId: question.account.id, user, publicKey };
    return {
      kind: 'registered',
      data: { credential: id, ...rest, transports: [...rest.transports], user, name, browser: question.here.browser },
      changes: [change.insert(passkeys, row)],
    };
  };

  const start = async (
    question: RegistrationQuestion<Passkey>,
    { credential = '', name = '' }: Fields,
  ): Promise<Started<Passkey>> => {
    const refuse = (reason: string): Started<Passkey> => ({
      kind: 'refused',
      errors: { credential: { key: `sspr.method.passkey.${reason}` } },
    });
    const answer = readAttestation(credential);
    const challenge = reader.challenges.ofRegistration(question);
    const made = answer && reader.party && (await verifyAttestation(reader.party, answer, challenge));
    if (!made) return refuse('unmade');
    if (await store.get(passkeys, reader.keyOf(made.id))) return refuse('known');
    return registered(question, made, nameOf(name));
  };

  return {
    open: () => reader.party !== undefined,
    form: z.strictObject({ name: z.string(), credential: z.string() }),
    page: (question) => ({
      options: creationOptions(ports, reader, question),
      device: deviceOf(question.here.from?.agent ?? ''),
    }),
    start,
  };
};

/** Passkeys: keys that authenticators keep, use for the person they verified only, and for our origin only. */
export const passkeyMethod = (ports: PasskeyPorts): Method<Passkey> => {
  const reader = createReader(ports);
  return {
    name: 'passkey',
    guessable: false,
    most: MOST,
    // The key may be in hardware or not, and the person was there (RFC 8176). How they were verified, nobody tells.
    secondFactor: {
      amr: ['user'],
      amrOf: ({ backupEligible }) => [backupEligible ? 'swk' : 'hwk', 'user'],
      acr: 'phr',
    },
    ...(ports.signIn && reader.party ? { alone: aloneOf(reader) } : {}),
    data: passkeyShape,
    describe: ({ name }) => ({ named: name === '' ? 'no' : 'yes', name }),
    // Whoever has this device and its PIN has both, also where it was copied to others.
    proves: ({ platform, browser }) => (platform ? [`browser ${browser}`] : []),
    proof: proofOf(ports, reader),
    enrolment: enrolmentOf(ports, reader),
    removing: ({ credential }) => [change.remove(passkeys, reader.keyOf(credential))],
  };
};

export const passkey = defineMethod({
  config: passkeyConfig,
  secondFactor: true,
  collections: [passkeys, spentChallenges],
  create: (host, config) => passkeyMethod({ ...host, ...config }),
});
