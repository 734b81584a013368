import { DAY } from '../../../src/kernel/clock.ts';
import type { Cookies } from '../../../src/plugin.ts';
import { deviceMethod } from '../../../plugins/sspr/methods/device.ts';
import type { TrustedDevice } from '../../../plugins/sspr/methods/device.ts';
import { proofText, registrationText } from '../../../plugins/sspr/trusted-device/challenges.ts';
import { SigningKey } from '../../support/phone-in-hand.ts';
import type { MethodFixture } from '../method.ts';
import { ports, question } from './ports.ts';

const FIREFOX = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0';

/** Cookies of one browser, to be looked into and to be changed. */
export interface Jar extends Cookies {
  readonly kept: Map<string, string>;
}

export const jar = (): Jar => {
  const kept = new Map<string, string>();
  return {
    kept,
    get: (name) => kept.get(name),
    set: (name, value) => void kept.set(name, value),
    clear: (name) => void kept.delete(name),
  };
};

export type DeviceFixture = MethodFixture<TrustedDevice> & {
  readonly cookies: Jar;
  readonly key: SigningKey;
  /** What the page of a flow shows here. */
  challenge(flowId?: string): Promise<string>;
};

/** Ann at a browser whose key is ours. */
export const device = async (agent = FIREFOX): Promise<DeviceFixture> => {
  const all = await ports();
  const method = deviceMethod({ ...all, lifetime: 180 * DAY });
  const cookies = jar();
  const key = new SigningKey();
  const { publicKey } = key;
  const from = { address: '192.0.2.7', agent, correlation: 'a correlation' };
  const here = { ...question.here, cookies, from };
  const shown = await method.enrolment?.page({ ...question, here, held: [] });
  const challenge = async (flowId = question.flowId) => {
    const page = await method.proof.page({ flowId, held: [], challenge: undefined, seed: '', here });
    return String(page['challenge']);
  };
  return {
    method,
    cookies,
    key,
    challenge,
    enrolling: { publicKey, signature: key.sign(registrationText(String(shown?.['challenge']), publicKey)) },
    get secrets() {
      return [...cookies.kept.values()].flatMap((value) => value.split('~').map((entry) => entry.split('.')[1] ?? ''));
    },
    question: { ...question, here },
    answer: async (_held, _message, flowId) => ({ signature: key.sign(proofText(await challenge(flowId))) }),
    later: (milliseconds) => {
      all.clock.advance(milliseconds);
    },
  };
};
