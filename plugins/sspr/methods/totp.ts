import { z } from 'zod';
import { MINUTE } from '../../../src/kernel/clock.ts';
import { hasInvisible, isStorable } from '../../../src/kernel/text.ts';
import type { DemoFact, Host } from '../../../src/plugin.ts';
import { toBase32 } from '../otp/base32.ts';
import { device, find, stepAt, used, usual } from '../otp/device.ts';
import type { Device } from '../otp/device.ts';
import { createJudge } from '../otp/judge.ts';
import { openKey, sealKey } from '../otp/keys.ts';
import { algorithms, oneTimePassword, typedCode } from '../otp/one-time-password.ts';
import { qrCode } from '../qr.ts';
import { defineMethod } from './method.ts';
import type { Fields, Held, Method, Pending, Proved, RegistrationQuestion, Started } from './method.ts';

/** How the keys of apps rest. */
const KEY = 'sspr totp key';

/** Bytes of a key: as many as the hash gives (RFC 6238 section 5.1, RFC 4226 section 4). */
const KEY_BYTES = { 'SHA-1': 20, 'SHA-256': 32, 'SHA-512': 64 } as const;

const MOST = 5;
const LONGEST_NAME = 40;

/** As long as a reset or a registration takes at most (milliseconds). */
const LIFETIME = 15 * MINUTE;

export const totpConfig = z
  .strictObject({
    algorithm: z
      .enum(algorithms)
      .default('SHA-1')
      .describe('Hash of the codes. Many apps know only SHA-1, and some show wrong codes for others without a word.'),
    digits: z.literal([6, 8]).default(6).describe('Digits of a code. Many apps know only 6.'),
    period: z.literal([30, 60]).default(30).describe('Seconds that a code is shown. Many apps know only 30.'),
  })
  .prefault({})
  .describe('Authenticator app that shows codes. What changes here holds for apps that are registered from then on.');

export type TotpPorts = Pick<Host, 'clock' | 'random' | 'secrets' | 'organisation'> & z.output<typeof totpConfig>;

const shape = z.strictObject({ ...device.shape, name: z.string().exactOptional() });

type Totp = z.infer<typeof shape>;

const codeForm = z.strictObject({ code: z.string() });

const newDevice = ({ random, secrets, algorithm, digits, period }: TotpPorts): Device => ({
  secret: sealKey(secrets, KEY, random.bytes(KEY_BYTES[algorithm])),
  algorithm,
  digits,
  period,
  next: 0,
  drift: 0,
});

/** The address that apps register by, as a link and in the QR code (Key Uri Format of Google Authenticator). */
const keyUri = (key: string, { algorithm, digits, period = 0 }: Device, issuer: string, userName: string): string => {
  // A colon stands between the two names.
  const label = [issuer, userName].map((part) => encodeURIComponent(part.replaceAll(':', ' '))).join(':');
  const parameters = [
    `secret=${key}`,
    `issuer=${encodeURIComponent(issuer.replaceAll(':', ' '))}`,
    `algorithm=${algorithm.replace('-', '')}`,
    `digits=${String(digits)}`,
    `period=${String(period)}`,
  ];
  return `otpauth://totp/${label}?${parameters.join('&')}`;
};

/** The key as the person reads and types it, and as their phone takes it. */
const keyOf = ({ secrets, organisation }: TotpPorts, one: Device, userName: string) => {
  const key = toBase32(openKey(secrets, KEY, one.secret));
  return { key: key.replace(/(.{4})(?=.)/g, '$1 '), uri: keyUri(key, one, organisation.name, userName) };
};

const pendingDevice = (pending: Pending): Device => device.parse(JSON.parse(String(pending['device'])));

const start = (ports: TotpPorts, fields: Fields): Started<Totp> => {
  const name = (fields['name'] ?? '').trim().normalize('NFC');
  if ([...name].length > LONGEST_NAME || hasInvisible(name) || !isStorable(name)) {
    return { kind: 'refused', errors: { name: { key: 'sspr.method.totp.badName' } } };
  }
  return {
    kind: 'pending',
    pending: { device: JSON.stringify(newDevice(ports)), ...(name === '' ? {} : { name }) },
    until: ports.clock.now() + LIFETIME,
  };
};

const confirmationPage = async (ports: TotpPorts, { account }: RegistrationQuestion, pending: Pending) => {
  const one = pendingDevice(pending);
  const { key, uri } = keyOf(ports, one, account.userName);
  return { key, uri, qr: await qrCode(uri), digits: one.digits };
};

const confirm = ({ secrets, clock }: TotpPorts, pending: Pending, { code = '' }: Fields) => {
  const one = pendingDevice(pending);
  const key = openKey(secrets, KEY, one.secret);
  const counter = find(key, one, [typedCode(code)], usual(one, clock.now()));
  if (counter === undefined) return undefined;
  const { name } = pending;
  return { data: { ...used(one, counter), ...(typeof name === 'string' ? { name } : {}) } };
};

/** A code that a held app shows and that was not used, by us or by another request, since it was prepared. */
const provedBy = (
  held: readonly Held<Totp>[],
  shown: readonly { readonly id: string; readonly counter: number }[],
): Proved<Totp> | undefined => {
  for (const { id, counter } of shown) {
    const one = held.find((each) => each.id === id);
    if (one && counter >= one.data.next) {
      return { registered: id, becomes: { ...one.data, ...used(one.data, counter) } };
    }
  }
  return undefined;
};

/** The key, for an app, and for visitors without one a code that it would show. */
const demoFacts = (ports: TotpPorts, data: Totp, userName: string): readonly DemoFact[] => {
  const { key, uri } = keyOf(ports, data, userName);
  const counter = Math.max(stepAt(data.period ?? ports.period, ports.clock.now()), data.next);
  const code = oneTimePassword(openKey(ports.secrets, KEY, data.secret), data, counter);
  return [
    { label: { key: 'sspr.demo.totpCode' }, value: code, lasting: false },
    { label: { key: 'sspr.demo.totpKey' }, value: key, href: uri, lasting: true },
  ];
};

/** Codes of an authenticator app (TOTP, RFC 6238): one step around ours, and each of them once. */
export const totpMethod = (ports: TotpPorts): Method<Totp> => {
  const judge = createJudge(ports, KEY, MOST, () => newDevice(ports));
  return {
    name: 'totp',
    guessable: true,
    secondFactor: { amr: ['otp'] },
    most: MOST,
    data: shape,
    describe: ({ name = '' }) => ({ name, named: name === '' ? 'no' : 'yes' }),
    proves: () => [],

    proof: {
      form: codeForm,
      sends: false,
      page: () => ({}),
      issue: ({ held }) => ({
        challenge: {
          until: ports.clock.now() + LIFETIME,
          data: judge.prepare(held.map(({ id, data: { name: _name, ...one } }) => ({ id, device: one }))),
        },
      }),
      async check({ challenge, held }, { code = '' }) {
        const shown = judge.shown(challenge, code);
        return shown.length === 0 ? undefined : provedBy(await held(), shown);
      },
    },

    demo: {
      data: () => newDevice(ports),
      facts: (data, account) => demoFacts(ports, data, account.userName),
    },

    enrolment: {
      form: z.strictObject({ name: z.string().optional() }),
      page: () => ({}),
      start: (_question, fields) => Promise.resolve(start(ports, fields)),
      confirmation: {
        form: codeForm,
        page: (question, pending) => confirmationPage(ports, question, pending),
        confirm: (_question, pending, fields) => confirm(ports, pending, fields),
      },
    },
  };
};

export const totp = defineMethod({
  config: totpConfig,
  secondFactor: true,
  create: (host, config) => totpMethod({ ...host, ...config }),
});
