import { z } from 'zod';
import { defineMethod } from './method.ts';
import type { Method } from './method.ts';
import { phoneMethod, typedPhone } from './phone.ts';
import type { Phone, PhonePorts, Way } from './phone.ts';

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

/** A number on a mobile telephone, as the directory has it. */
export const suggestedMobile =
  ({ suggest: from }: MobilePorts) =>
  ({ account }: { readonly account: { readonly phones?: readonly { value: string; type?: string }[] } }) =>
    from === 'directory' ? account.phones?.find(({ type }) => type?.toLowerCase() === 'mobile')?.value : undefined;

const way: Way = { name: 'sms', channel: 'sms', amr: ['sms'] };

/** A 6-digit code in a text message to a mobile telephone. */
export const smsMethod = (ports: MobilePorts): Method<Phone> => ({
  ...phoneMethod(ports, way),
  enrolment: typedPhone(ports, way, ports.country, suggestedMobile(ports)),
});

export const sms = defineMethod({
  config: smsConfig,
  secondFactor: true,
  needs: ['sms'],
  create: (host, config) => smsMethod({ ...host, ...config }),
});
