import { z } from 'zod';
import { MINUTE } from '../../../src/kernel/clock.ts';
import { randomDigits } from '../../../src/kernel/random.ts';
import type { Host, MessageRef } from '../../../src/plugin.ts';
import type { Fields, Method, Proof, RegistrationQuestion, Sending, Started } from './method.ts';

const CODE_DIGITS = 6;
/** Milliseconds. */
const CODE_LIFETIME = 5 * MINUTE;

// What a hash was made for: neither of these passes for the other.
const PROOF_CODE = 'sspr phone code';
const REGISTRATION_CODE = 'sspr phone registration code';

export type PhonePorts = Pick<Host, 'clock' | 'random' | 'secrets' | 'notify'>;

/** A telephone as somebody registered it. */
export const phone = z.strictObject({
  /** E.164. */
  number: z.string(),
  /** Digits that are dialled once the call is answered. */
  extension: z.string().exactOptional(),
  /** It stood in the directory as well when it was registered: it goes when it goes there. */
  from: z.literal('directory').exactOptional(),
});

export type Phone = z.infer<typeof phone>;

/** What tells one way of reaching a telephone from another. */
export interface Way {
  readonly name: string;
  readonly channel: 'sms' | 'voice';
  /** RFC 8176. */
  readonly amr: readonly string[];
}

/** How the channels write a telephone (see `Message.to`). */
const written = ({ number, extension }: Phone): string =>
  extension === undefined ? number : `${number};ext=${extension}`;

/** No line is broken within a number. */
const SPACE = '\u00a0';
const DOTS = `•••${SPACE}•••`;

/** The beginning tells the country and the end the telephone: its owner knows it by them, others learn little. */
export const maskNumber = ({ number, extension }: Phone): string => {
  const masked = [number.slice(0, 3), DOTS, number.slice(-2)].join(SPACE);
  return extension === undefined ? masked : `${masked} · ${extension.slice(-1).padStart(extension.length, '•')}`;
};

const digitsOf = (typed: string): string => typed.normalize('NFKC').replace(/[\s\p{Pd}]/gu, '');

const codeForm = z.strictObject({ code: z.string() });

/** A number as it was typed or stands in the directory, read and allowed; or why it is not. */
export const readPhone = async (
  { notify }: PhonePorts,
  { channel }: Way,
  typed: string,
  country: string | undefined,
): Promise<{ readonly phone: Phone } | { readonly fault: 'invalid' | 'notMobile' | 'notReached' }> => {
  const number = await notify.number(typed, country);
  if (!number) return { fault: 'invalid' };
  if (channel === 'sms' && !number.mobile) return { fault: 'notMobile' };
  if (number.premium || !(await notify.reaches(channel, number.e164))) return { fault: 'notReached' };
  return { phone: { number: number.e164 } };
};

/** Whether a registered number is the one that somebody wrote. */
export const isNumber = async (
  { notify }: PhonePorts,
  { number }: Phone,
  written: string,
  country: string | undefined,
): Promise<boolean> => (await notify.number(written, country))?.e164 === number;

const sendingTo = (way: Way, one: Phone, template: string, code: string, expiresAt: number): Sending => ({
  channel: way.channel,
  to: written(one),
  template,
  secret: { code },
  expiresAt,
});

/** A code that is sent or spoken to the registered telephone. */
const proofOf = ({ clock, random, secrets }: PhonePorts, way: Way): Proof<Phone> => ({
  form: codeForm,
  sends: true,
  page: ({ held: [held] }) => ({ address: held && maskNumber(held.data) }),
  issue({ flowId, held: [held], guessing }) {
    const code = randomDigits(random, CODE_DIGITS);
    const until = clock.now() + CODE_LIFETIME;
    const hash = guessing ? { code: secrets.hash(PROOF_CODE, `${way.name} ${flowId} ${code}`) } : {};
    return {
      challenge: { until, data: hash, ...(held ? { registered: held.id } : {}) },
      ...(held && guessing ? { message: sendingTo(way, held.data, 'code', code, until) } : {}),
    };
  },
  async check({ flowId, challenge, held }, { code = '' }) {
    const expected = String(challenge?.data['code'] ?? '');
    const right = secrets.matches(PROOF_CODE, `${way.name} ${flowId} ${digitsOf(code)}`, expected);
    if (!right || clock.now() >= (challenge?.until ?? 0)) return undefined;
    const now = (await held()).find(({ id }) => id === challenge?.registered);
    return now && { registered: now.id };
  },
});

/** What waits for the code that went to a telephone which somebody says is theirs. */
export const pendingFor = (
  { clock, random, secrets }: PhonePorts,
  way: Way,
  { flowId }: RegistrationQuestion<Phone>,
  one: Phone,
): Started<Phone> => {
  const code = randomDigits(random, CODE_DIGITS);
  const until = clock.now() + CODE_LIFETIME;
  const hash = secrets.hash(REGISTRATION_CODE, `${way.name} ${flowId} ${code}`);
  return {
    kind: 'pending',
    pending: { ...one, code: hash },
    until,
    message: sendingTo(way, one, 'register', code, until),
  };
};

const pendingPhone = (pending: Readonly<Record<string, string | number>>): Phone => {
  const { code: _code, ...one } = pending;
  return phone.parse(one);
};

/** The page that takes the code, and what is registered once it is right. */
export const confirmationFor = (
  { secrets }: PhonePorts,
  way: Way,
  stillStands: (question: RegistrationQuestion<Phone>, one: Phone) => boolean | Promise<boolean> = () => true,
): NonNullable<NonNullable<Method<Phone>['enrolment']>['confirmation']> => ({
  form: codeForm,
  page: (_question, pending) => ({ address: maskNumber(pendingPhone(pending)) }),
  async confirm(question, pending, { code = '' }: Fields) {
    const typed = `${way.name} ${question.flowId} ${digitsOf(code)}`;
    const one = pendingPhone(pending);
    if (!secrets.matches(REGISTRATION_CODE, typed, String(pending['code'] ?? ''))) return undefined;
    return (await stillStands(question, one)) ? { data: one } : undefined;
  },
});

/** What all ways to a telephone share: a call and a message to one number prove the same. */
export const phoneMethod = (
  ports: PhonePorts,
  way: Way,
): Omit<Method<Phone>, 'enrolment'> & { readonly proof: Proof<Phone> } => ({
  name: way.name,
  guessable: true,
  secondFactor: { amr: way.amr },
  most: 1,
  data: phone,
  describe: (one) => ({ number: maskNumber(one) }),
  contacts: (one) => [{ channel: way.channel, to: written(one) }],
  proves: ({ number, extension }) => [`phone ${number}${extension === undefined ? '' : ` ${extension}`}`],
  proof: proofOf(ports, way),
});

const form = z.strictObject({ tel: z.string() });

const refusal = (name: string, fault: string): { readonly tel: MessageRef } => ({
  tel: { key: `sspr.method.${name}.${fault}` },
});

/** What the directory has to do with a number that somebody types. */
export interface Known {
  readonly country: string | undefined;
  /** Whether the form begins with the number of the directory. */
  readonly isSuggested: boolean;
  of(account: RegistrationQuestion<Phone>['account']): string | undefined;
}

/** A telephone whose number the person types, as suggested by the directory where that is wanted. */
export const typedPhone = (ports: PhonePorts, way: Way, known: Known): NonNullable<Method<Phone>['enrolment']> => ({
  form,
  page: ({ account }) => ({ suggestion: known.isSuggested ? known.of(account) : undefined }),
  async start(question, { tel = '' }) {
    const read = await readPhone(ports, way, tel.trim(), known.country);
    if ('fault' in read) return { kind: 'refused', errors: refusal(way.name, read.fault) };
    // Also where it was not suggested: the directory may take back what it knows.
    const one = known.of(question.account);
    const isKnown = one !== undefined && (await isNumber(ports, read.phone, one, known.country));
    return pendingFor(ports, way, question, { ...read.phone, ...(isKnown ? { from: 'directory' } : {}) });
  },
  confirmation: confirmationFor(ports, way),
});
