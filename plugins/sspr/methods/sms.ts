import { z } from 'zod';
import type { Account } from '../../../src/plugin.ts';
import { defineMethod } from './method.ts';
import type { Method } from './method.ts';
import { isNumber, phoneMethod, typedPhone } from './phone.ts';
import type { Known, Phone, PhonePorts, Way } from './phone.ts';

const country = z
  .string()
  .regex(/^[A-Z]{2}$/, 'two capital letters, such as DE')
  .exactOptional()
  .describe('Country of numbers that are typed without one (ISO 3166-1 alpha-2).');

const suggest = z
  .enum(['nothing', 'directory'])
  .default('nothing')
  .describe(
    'Whether the form begins with the mobile number of the directory, which then has to be proved all the same.',
  );

/** How mobile numbers are asked for. */
export const mobileSettings = { country, suggest };

export const smsConfig = z.strictObject(mobileSettings).prefault({}).describe('Codes by text message (SMS).');

export type MobilePorts = PhonePorts & z.output<typeof smsConfig>;

type Directed = Pick<Account, 'phones'>;

const mobileOf = ({ phones }: Directed): string | undefined =>
  phones?.find(({ type }) => type?.toLowerCase() === 'mobile')?.value;

/** The mobile number that the directory has. */
export const knownMobile = ({ country, suggest: from }: MobilePorts): Known => ({
  country,
  isSuggested: from === 'directory',
  of: mobileOf,
});

/** What the directory knew stands for as long as the directory says so; a number of their own always. */
export const standsAsMobile =
  (ports: MobilePorts) =>
  async (one: Phone, account: Directed): Promise<boolean> => {
    if (one.from === undefined) return true;
    const now = mobileOf(account);
    return now !== undefined && isNumber(ports, one, now, ports.country);
  };

const way: Way = { name: 'sms', channel: 'sms', amr: ['sms'] };

/** A 6-digit code in a text message to a mobile telephone. */
export const smsMethod = (ports: MobilePorts): Method<Phone> => ({
  ...phoneMethod(ports, way),
  stands: standsAsMobile(ports),
  enrolment: typedPhone(ports, way, knownMobile(ports)),
});

export const sms = defineMethod({
  config: smsConfig,
  secondFactor: true,
  needs: ['sms'],
  create: (host, config) => smsMethod({ ...host, ...config }),
});
