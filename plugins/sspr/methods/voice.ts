import { z } from 'zod';
import { defineMethod } from './method.ts';
import type { Method } from './method.ts';
import { phoneMethod, typedPhone } from './phone.ts';
import type { Phone, Way } from './phone.ts';
import { knownMobile, mobileSettings, standsAsMobile } from './sms.ts';
import type { MobilePorts } from './sms.ts';

export const voiceConfig = z.strictObject(mobileSettings).prefault({}).describe('Codes spoken in a call.');

const way: Way = { name: 'voice', channel: 'voice', amr: ['tel'] };

/** A 6-digit code, spoken in a call to a telephone of the person's own. */
export const voiceMethod = (ports: MobilePorts): Method<Phone> => ({
  ...phoneMethod(ports, way),
  stands: standsAsMobile(ports),
  enrolment: typedPhone(ports, way, knownMobile(ports)),
});

export const voice = defineMethod({
  config: voiceConfig,
  secondFactor: true,
  needs: ['voice'],
  create: (host, config) => voiceMethod({ ...host, ...config }),
});
