import { createHash } from 'node:crypto';
import type { Clock } from '../../src/kernel/clock.ts';
import { withRegistered, registrationOf, replacing } from '../../plugins/sspr/registrations.ts';
import type { Registered } from '../../plugins/sspr/collections.ts';
import { fromBase32 } from '../../plugins/sspr/otp/base32.ts';
import { stepAt } from '../../plugins/sspr/otp/device.ts';
import { sealKey } from '../../plugins/sspr/otp/keys.ts';
import { oneTimePassword } from '../../plugins/sspr/otp/one-time-password.ts';
import type { Person } from './person.ts';
import type { World as Whole } from './world.ts';

interface Clocked {
  readonly clock: Clock;
}

type World = Pick<Whole, 'app'> & Clocked;

const PERIOD = 30;
const FORMAT = { algorithm: 'SHA-1', digits: 6 } as const;

interface Somebody {
  readonly id: string;
  readonly userName: string;
}

const keyOf = ({ userName }: Somebody, name: string): Buffer =>
  createHash('sha1').update(`${userName} ${name}`).digest();

const registers = async (
  { app: { foundation }, clock }: World,
  person: Somebody,
  method: string,
  data: Registered['data'],
  more: Partial<Registered> = {},
): Promise<void> => {
  const { store } = foundation;
  const now = clock.now();
  const registration = await registrationOf(store, person.id);
  const registered = { id: `${method} of ${person.userName}`, method, addedAt: now, data, ...more };
  await store.commit([replacing(registration, { ...withRegistered(registration, registered, 5), confirmedAt: now })]);
};

/** Gives somebody an app that shows codes, as though registered a while ago. */
export const hasApp = async (
  world: World,
  person: Somebody,
  name = 'phone',
  more: Partial<Registered> = {},
): Promise<void> => {
  const secret = sealKey(world.app.foundation.secrets, 'sspr totp key', keyOf(person, name));
  const data = { ...FORMAT, secret, period: PERIOD, next: 0, drift: 0, name };
  await registers(world, person, 'totp', data, { id: `${name} of ${person.userName}`, ...more });
};

/** What the app shows now, or `steps` of half a minute later. */
export const shownCode = ({ clock }: Clocked, person: Somebody, steps = 0, name = 'phone'): string =>
  oneTimePassword(keyOf(person, name), FORMAT, stepAt(PERIOD, clock.now()) + steps);

/** What an app shows that was given this key, as the page shows it. */
export const codeOf = ({ clock }: Clocked, key: string): string =>
  oneTimePassword(fromBase32(key) ?? Buffer.alloc(0), FORMAT, stepAt(PERIOD, clock.now()));

/** A code that the app shows neither now nor soon. */
export const wrongCode = (world: Clocked, person: Somebody): string => {
  const shown = [-2, -1, 0, 1, 2].map((steps) => shownCode(world, person, steps));
  const wrong = ['000000', '111111', '222222', '333333', '444444', '555555'].find((code) => !shown.includes(code));
  return wrong ?? '';
};

/** What the app's latest sign-in told it; the error where it told none. */
export const claimsOf = (person: Person): Readonly<Record<string, unknown>> => {
  const outcome = person.outcome();
  return outcome.kind === 'signed-in' ? outcome.claims : { error: outcome.error };
};

/** Gives somebody a passkey that nobody here can use: it is only offered. */
export const hasPasskey = (world: World, person: Somebody): Promise<void> =>
  registers(world, person, 'passkey', {
    credential: Buffer.from(person.userName).toString('base64url'),
    user: 'somebody',
    counter: 0,
    transports: ['internal'],
    platform: true,
    aaguid: '00000000-0000-0000-0000-000000000000',
    backupEligible: false,
    backedUp: false,
    name: '',
    browser: 'elsewhere',
  });

/** Gives somebody recovery codes that nobody here knows: they are only offered. */
export const hasRecoveryCodes = (world: World, person: Somebody): Promise<void> =>
  registers(world, person, 'recovery', { codes: ['no hash of any code'] });

/** Gives somebody a telephone, by the name of the way that it is reached. */
export const hasPhone = (world: World, person: Somebody, method: string, number = '+491701234567'): Promise<void> =>
  registers(world, person, method, { number });
