import { z } from 'zod';
import type { Account } from '../../../src/plugin.ts';
import { defineMethod } from './method.ts';
import type { Method } from './method.ts';
import { confirmationFor, maskNumber, pendingFor, phoneMethod, readPhone } from './phone.ts';
import type { Phone, PhonePorts, Way } from './phone.ts';
import { mobileSettings } from './sms.ts';

export const officeConfig = z
  .strictObject({ country: mobileSettings.country })
  .prefault({})
  .describe('Codes spoken in a call to the office telephone that the directory knows.');

export type OfficePorts = PhonePorts & z.output<typeof officeConfig>;

const way: Way = { name: 'office', channel: 'voice', amr: ['tel'] };

/** `tel:+49-30-1234;ext=56` (RFC 3966) as well as what people write, such as `+49 30 1234 ext. 56` or `… x56`. */
const EXTENSION = /(?:;\s*ext=|\s*(?:ext\.?|x|#)\s*)(\d{1,10})\s*$/i;

/** The telephone of somebody's place of work, as the directory has it now. */
const officePhone = async (ports: OfficePorts, account: Account): Promise<Phone | undefined> => {
  const written = account.phones?.find(({ type }) => type?.toLowerCase() === 'work')?.value.replace(/^tel:/i, '');
  if (written === undefined) return undefined;
  const extension = EXTENSION.exec(written)?.[1];
  const read = await readPhone(ports, way, written.replace(EXTENSION, ''), ports.country);
  if ('fault' in read) return undefined;
  return { ...read.phone, ...(extension === undefined ? {} : { extension }) };
};

const isSame = (a: Phone, b: Phone | undefined): boolean => a.number === b?.number && a.extension === b.extension;

/**
 * A 6-digit code, spoken in a call to the office telephone. The number is the directory's, never typed by the person;
 * as soon as the directory has another one, the registered one opens nothing.
 */
export const officeMethod = (ports: OfficePorts): Method<Phone> => ({
  ...phoneMethod(ports, way),
  stands: async (one, account) => isSame(one, await officePhone(ports, account)),
  enrolment: {
    open: async (account) => (await officePhone(ports, account)) !== undefined,
    form: z.strictObject({}),
    async page({ account }) {
      const one = await officePhone(ports, account);
      return { address: one && maskNumber(one) };
    },
    async start(question) {
      const one = await officePhone(ports, question.account);
      if (!one) return { kind: 'refused', errors: { form: { key: 'sspr.method.office.invalid' } } };
      return pendingFor(ports, way, question, one);
    },
    confirmation: confirmationFor(ports, way, async ({ account }, one) =>
      isSame(one, await officePhone(ports, account)),
    ),
  },
});

export const office = defineMethod({
  config: officeConfig,
  secondFactor: true,
  needs: ['voice'],
  create: (host, config) => officeMethod({ ...host, ...config }),
});
