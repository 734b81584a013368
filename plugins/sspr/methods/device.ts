import { generateKeyPairSync } from 'node:crypto';
import { z } from 'zod';
import { DAY, MINUTE } from '../../../src/kernel/clock.ts';
import { randomToken } from '../../../src/kernel/random.ts';
import { duration } from '../../../src/plugin.ts';
import type { Host } from '../../../src/plugin.ts';
import { isSigned } from '../browser-key.ts';
import { deviceOf } from '../device.ts';
import { gateChallenge, proofText, registrationChallenge, registrationText } from '../trusted-device/challenges.ts';
import { entriesIn, giveEntry } from '../trusted-device/cookie.ts';
import { forgetsKeys } from '../trusted-device/forgetful.ts';
import { defineMethod } from './method.ts';
import type { Enrolment, Fields, Held, Here, Method, Proof, RegistrationQuestion, Started } from './method.ts';

const MOST = 5;

/** How long a gate can be answered that was prepared. */
const GATE_LIFETIME = 15 * MINUTE;

/** Browsers let no cookie live longer (RFC 6265bis section 5.6.2). */
const LONGEST = 400 * DAY;

const SECRET = 'sspr device secret';

export const deviceConfig = z
  .strictObject({
    lifetime: duration('180d')
      .refine((length) => length >= DAY && length <= LONGEST, 'from 1d to 400d')
      .describe(
        'How long a browser counts after it was registered, from 1d to 400d; using it does not make that longer.',
      ),
  })
  .prefault({})
  .describe('Trusted devices: browsers that keep a key. Each counts in itself alone, so name other methods beside it.');

export type DevicePorts = Pick<Host, 'clock' | 'random' | 'secrets'> & z.output<typeof deviceConfig>;

const shape = z.strictObject({
  /** SubjectPublicKeyInfo of a P-256 key in base64url; the private half cannot leave the browser. */
  publicKey: z.string(),
  /** Keyed hash of the secret in the cookie. */
  secret: z.string(),
  /** Keyed hash of the browser that it is. */
  browser: z.string(),
  /** What its owner recognises it by. */
  program: z.string(),
  system: z.string(),
  /** Epoch milliseconds. */
  until: z.number(),
});

export type TrustedDevice = z.infer<typeof shape>;

/** What an answer is judged by. */
type Expected = Pick<TrustedDevice, 'publicKey' | 'secret'>;

const expectedIn = (text: string | number | undefined): readonly Expected[] =>
  text === undefined ? [] : (JSON.parse(String(text)) as readonly Expected[]);

/** A key that nobody has: answers are checked against it where there is nothing to check them against. */
const newUnowned = (): string =>
  generateKeyPairSync('ec', { namedCurve: 'P-256' })
    .publicKey.export({ format: 'der', type: 'spki' })
    .toString('base64url');

/**
 * A gate. As many devices as one may have are prepared, made-up ones among them, and one signature is checked whatever
 * the cookie says; only the owner of a right one is looked up.
 */
const proofOf = ({ clock, random, secrets }: DevicePorts): Proof<TrustedDevice> => {
  const unowned = newUnowned();
  const madeUp = (): Expected => ({ publicKey: unowned, secret: randomToken(random) });

  /** The device of which this browser has the cookie, with the signature at its place. */
  const claimed = ({ cookies }: Here, expected: readonly Expected[], signatures: readonly string[]) =>
    entriesIn(cookies)
      .map(({ secret }, at) => {
        const hash = secrets.hash(SECRET, secret);
        return { device: expected.find((one) => one.secret === hash), signature: signatures[at] ?? '' };
      })
      .find(({ device }) => device !== undefined);

  return {
    form: z.strictObject({ signature: z.string() }),
    sends: false,
    offered: ({ cookies }) => entriesIn(cookies).length > 0,
    page: ({ flowId, here: { cookies } }) => ({
      challenge: gateChallenge(secrets, flowId),
      keys: entriesIn(cookies).map(({ key }) => key),
    }),
    issue({ held }) {
      const known = held.slice(0, MOST).map(({ data: { publicKey, secret } }): Expected => ({ publicKey, secret }));
      const others = Array.from({ length: MOST - known.length }, madeUp);
      const data = { devices: JSON.stringify([...known, ...others]) };
      return { challenge: { until: clock.now() + GATE_LIFETIME, data } };
    },
    async check({ flowId, challenge, here, held }, { signature = '' }) {
      const signatures = signature.split('.', MOST);
      const claim = claimed(here, expectedIn(challenge?.data['devices']), signatures);
      const text = proofText(gateChallenge(secrets, flowId));
      const { device: { publicKey } = { publicKey: unowned }, signature: signed } = claim ?? { signature };
      const isRight = isSigned(publicKey, text, signed);
      const now = clock.now();
      if (!isRight || !claim?.device || !challenge || now >= challenge.until) return undefined;
      const { secret } = claim.device;
      const isIt = ({ data }: Held<TrustedDevice>): boolean =>
        data.secret === secret && data.publicKey === publicKey && data.browser === here.browser && now < data.until;
      const one = (await held()).find(isIt);
      return one && { registered: one.id };
    },
  };
};

const enrolmentOf = ({ clock, random, secrets, lifetime }: DevicePorts): Enrolment<TrustedDevice> => {
  const inThis = ({ here, held }: RegistrationQuestion<TrustedDevice>): Held<TrustedDevice> | undefined =>
    held.find(({ data }) => data.browser === here.browser);

  const start = (
    question: RegistrationQuestion<TrustedDevice>,
    { publicKey = '', signature = '' }: Fields,
  ): Started<TrustedDevice> => {
    const { here } = question;
    const challenge = registrationChallenge(secrets, question);
    if (!isSigned(publicKey, registrationText(challenge, publicKey), signature)) {
      return { kind: 'refused', errors: { signature: { key: 'sspr.method.device.unmade' } } };
    }
    const secret = randomToken(random);
    giveEntry(here.cookies, { key: challenge, secret }, lifetime);
    const { browser: program, system } = deviceOf(here.from?.agent ?? '');
    const before = inThis(question);
    return {
      kind: 'registered',
      data: {
        ...{ publicKey, secret: secrets.hash(SECRET, secret), browser: here.browser, program, system },
        until: clock.now() + lifetime,
      },
      ...(before ? { replaces: before.id } : {}),
    };
  };

  return {
    form: z.strictObject({ publicKey: z.string(), signature: z.string() }),
    page: (question) => ({
      challenge: registrationChallenge(secrets, question),
      until: clock.now() + lifetime,
      replaces: inThis(question) !== undefined,
      forgets: forgetsKeys(question.here.from?.agent ?? ''),
    }),
    start: (question, fields) => Promise.resolve(start(question, fields)),
  };
};

/** A browser that keeps a key which cannot leave it, and a cookie of which scripts see nothing: it takes both. */
export const deviceMethod = (ports: DevicePorts): Method<TrustedDevice> => ({
  name: 'device',
  guessable: false,
  // A key in software (RFC 8176 section 2). Nobody is asked for it: they would be locked out of every other browser.
  secondFactor: { amr: ['swk'], backup: true },
  most: MOST,
  data: shape,
  describe: ({ program, system }) => ({ browser: program, system }),
  proves: ({ browser }) => [`browser ${browser}`],
  ends: ({ until }) => until,
  proof: proofOf(ports),
  enrolment: enrolmentOf(ports),
});

export const device = defineMethod({
  config: deviceConfig,
  create: (host, config) => deviceMethod({ ...host, ...config }),
});
