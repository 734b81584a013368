import { createNotify } from '../../../src/notify/outbox.ts';
import { systemRandom } from '../../../src/kernel/random.ts';
import { officeMethod } from '../../../plugins/sspr/methods/office.ts';
import type { Phone } from '../../../plugins/sspr/methods/phone.ts';
import { smsMethod } from '../../../plugins/sspr/methods/sms.ts';
import { voiceMethod } from '../../../plugins/sspr/methods/voice.ts';
import type { Method } from '../../../plugins/sspr/methods/method.ts';
import type { MethodFixture } from '../method.ts';
import { ports, question } from './ports.ts';

export const MOBILE = '+491701234567';
export const OFFICE = 'tel:+49-30-1234567;ext=42';

type Make = (all: Awaited<ReturnType<typeof phonePorts>>) => Method<Phone>;

export const phonePorts = async () => {
  const all = await ports();
  const reach = { channels: ['sms', 'voice'], countries: { sms: ['DE'], voice: ['DE'] } } as const;
  return { ...all, notify: createNotify(all.clock, systemRandom, all.secrets, reach) };
};

const phoneFixture = async (make: Make, enrolling: Readonly<Record<string, string>>): Promise<MethodFixture<Phone>> => {
  const all = await phonePorts();
  return {
    method: make(all),
    enrolling,
    secrets: [],
    question: { ...question, account: { ...question.account, phones: [{ value: OFFICE, type: 'work' }] } },
    answer: (_held, message) => ({ code: message?.secret['code'] ?? '' }),
    later: (milliseconds) => {
      all.clock.advance(milliseconds);
    },
  };
};

export const sms = () =>
  phoneFixture((all) => smsMethod({ ...all, country: 'DE', suggest: 'directory' }), { tel: '0170 1234567' });

export const voice = () =>
  phoneFixture((all) => voiceMethod({ ...all, country: 'DE', suggest: 'nothing' }), { tel: '030 1234567' });

/** There is nothing to type, so there is no nonsense. */
export const office = async () => ({ ...(await phoneFixture((all) => officeMethod({ ...all }), {})), nonsense: [] });
