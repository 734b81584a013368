import { z } from 'zod';
import { MINUTE } from '../../../src/kernel/clock.ts';
import type { Account, Host } from '../../../src/plugin.ts';
import { change } from '../../../src/store/port.ts';
import { find, followed, wide } from '../otp/device.ts';
import type { Device } from '../otp/device.ts';
import { createJudge } from '../otp/judge.ts';
import { openKey, sealKey } from '../otp/keys.ts';
import { typedCode } from '../otp/one-time-password.ts';
import { TOKEN_KEY, tokenId, tokens, tokensOf } from '../tokens/collection.ts';
import type { StoredToken } from '../tokens/collection.ts';
import { defineMethod } from './method.ts';
import type { Confirmed, Fields, Held, Method, Pending, Proved } from './method.ts';

const MOST = 5;
const MADE_UP_KEY_BYTES = 20;

/** As long as a reset or a registration takes at most (milliseconds). */
const LIFETIME = 15 * MINUTE;

/** Steps that the clock of a token may be off when it is activated: it lay in a drawer. */
const AROUND_AT_ACTIVATION = 10;

/** Presses that a button may have seen before it is activated or set right, by two consecutive codes. */
const AHEAD_AT_ACTIVATION = 100;

export const tokenConfig = z.strictObject({}).prefault({}).describe('Hardware tokens that show codes.');

export type TokenPorts = Pick<Host, 'clock' | 'random' | 'secrets' | 'store' | 'audit'>;

const shape = z.strictObject({
  serial: z.string(),
  /** Of the token to the person: once it is taken back, this opens nothing. */
  assignment: z.string(),
  /** How often it proved somebody: whoever judged a code by an earlier state finds that this has changed. */
  uses: z.int(),
});

type Data = z.infer<typeof shape>;

const madeUp = ({ random, secrets }: TokenPorts): Device => ({
  secret: sealKey(secrets, TOKEN_KEY, random.bytes(MADE_UP_KEY_BYTES)),
  algorithm: 'SHA-1',
  digits: 6,
  next: 0,
  drift: 0,
});

/** The token of a registration, as long as it is the person's. */
const tokenOf = async ({ store }: TokenPorts, { serial, assignment }: Data): Promise<StoredToken | undefined> => {
  const token = await store.get(tokens, tokenId(serial));
  return token?.assigned?.id === assignment ? token : undefined;
};

const provedBy = async (
  ports: TokenPorts,
  held: readonly Held<Data>[],
  shown: readonly { readonly id: string; readonly counter: number }[],
): Promise<Proved<Data> | undefined> => {
  for (const { id, counter } of shown) {
    const one = held.find((each) => each.id === id);
    const token = one && (await tokenOf(ports, one.data));
    if (!token || counter < token.device.next) continue;
    const moved = followed(token.device, counter, ports.clock.now());
    return {
      registered: id,
      becomes: { ...one.data, uses: one.data.uses + 1 },
      changes: [change.swap(tokens, { ...token, device: moved })],
    };
  }
  return undefined;
};

/** What was assigned to somebody and is not activated. */
const waiting = async ({ store }: TokenPorts, { id }: Account, held: readonly Held<Data>[]) => {
  const active = new Set(held.map(({ data }) => data.assignment));
  return (await tokensOf(store, id)).filter(({ assigned }) => assigned && !active.has(assigned.id));
};

/** The counter that a token has come to, by one code of a clock or two consecutive ones of a button. */
const reached = ({ secrets, clock }: TokenPorts, one: Device, { code = '', following = '' }: Fields) => {
  const key = openKey(secrets, TOKEN_KEY, one.secret);
  const now = clock.now();
  return one.period === undefined
    ? find(key, one, [typedCode(code), typedCode(following)], wide(one, now, AHEAD_AT_ACTIVATION))
    : find(key, one, [typedCode(code)], wide(one, now, AROUND_AT_ACTIVATION));
};

const activate = (
  ports: TokenPorts,
  account: Account,
  token: StoredToken | undefined,
  fields: Fields,
): Confirmed<Data> | undefined => {
  const counter = token && reached(ports, token.device, fields);
  if (!token?.assigned || counter === undefined) return undefined;
  const moved = followed(token.device, counter, ports.clock.now());
  return {
    data: { serial: token.serial, assignment: token.assigned.id, uses: 0 },
    changes: [
      change.swap(tokens, { ...token, device: moved }),
      ports.audit.event({
        type: 'token.activated',
        result: 'success',
        subject: account.id,
        method: 'token',
        reason: token.serial,
      }),
    ],
  };
};

const enrolmentOf = (ports: TokenPorts): NonNullable<Method<Data>['enrolment']> => {
  const own = async (account: Account, held: readonly Held<Data>[], serial: string) =>
    (await waiting(ports, account, held)).find(({ id }) => id === tokenId(serial));
  const serialOf = (pending: Pending): string => String(pending['serial'] ?? '');
  return {
    open: async (account, held) => (await waiting(ports, account, held)).length > 0,
    form: z.strictObject({ serial: z.string() }),
    page: async ({ account, held }) => ({
      tokens: (await waiting(ports, account, held)).map(({ serial }) => ({ serial })),
    }),
    async start({ account, held }, { serial = '' }) {
      const token = await own(account, held, serial);
      if (!token) return { kind: 'refused', errors: { serial: { key: 'sspr.method.token.unknown' } } };
      return { kind: 'pending', pending: { serial: token.serial }, until: ports.clock.now() + LIFETIME };
    },
    confirmation: {
      form: z.strictObject({ code: z.string(), following: z.string().optional() }),
      async page({ account, held }, pending) {
        const serial = serialOf(pending);
        const { digits, period } = (await own(account, held, serial))?.device ?? {};
        return { serial, digits, pressed: digits !== undefined && period === undefined };
      },
      confirm: async ({ account, held }, pending, fields) =>
        activate(ports, account, await own(account, held, serialOf(pending)), fields),
    },
  };
};

/** Codes of a hardware token (HOTP, RFC 4226, and TOTP, RFC 6238) that an administrator assigned to the person. */
export const tokenMethod = (ports: TokenPorts): Method<Data> => {
  const judge = createJudge(ports, TOKEN_KEY, MOST, () => madeUp(ports));
  const prepared = async (held: readonly Held<Data>[]) => {
    const found = await Promise.all(held.map(async ({ id, data }) => ({ id, token: await tokenOf(ports, data) })));
    return judge.prepare(found.flatMap(({ id, token }) => (token ? [{ id, device: token.device }] : [])));
  };
  return {
    name: 'token',
    guessable: true,
    secondFactor: { amr: ['otp'] },
    most: MOST,
    data: shape,
    describe: ({ serial }) => ({ serial }),
    proves: () => [],

    proof: {
      form: z.strictObject({ code: z.string() }),
      sends: false,
      page: () => ({}),
      issue: async ({ held }) => ({
        challenge: { until: ports.clock.now() + LIFETIME, data: await prepared(held) },
      }),
      async check({ challenge, held }, { code = '' }) {
        const shown = judge.shown(challenge, code);
        return shown.length === 0 ? undefined : provedBy(ports, await held(), shown);
      },
    },

    enrolment: enrolmentOf(ports),
  };
};

export const token = defineMethod({
  config: tokenConfig,
  collections: [tokens],
  secondFactor: true,
  create: (host) => tokenMethod(host),
});
