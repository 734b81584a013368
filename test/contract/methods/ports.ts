import { boundedQueue } from '../../../src/kernel/bounded-queue.ts';
import { systemRandom } from '../../../src/kernel/random.ts';
import { openPasswordHashing } from '../../../src/directory/password-hashing.ts';
import { CHEAP, testSecrets } from '../../support/rooms.ts';
import { testClock } from '../../support/clock.ts';
import { accountOf } from '../../sspr/flow-samples.ts';

const cookies = { get: () => undefined, set: () => undefined, clear: () => undefined };

export const here = { browser: 'a browser', cookies, locale: 'en' };

/** Ann, who registers something. */
export const question = { flowId: 'a-flow', account: accountOf('ann'), here };

const organisation = { name: 'Example', helpDesk: {}, mailDomains: ['example.test'] };

/** What most methods need of their host. */
export const ports = async () => {
  const clock = testClock();
  const secrets = testSecrets();
  const hashing = await openPasswordHashing(boundedQueue(2, 100, 1), systemRandom, CHEAP);
  return { clock, secrets, hashing, random: systemRandom, issuer: 'https://id.example', organisation };
};

/** What a method keeps of a registration. */
export type DataOf<M> = M extends { readonly data: { parse(value: unknown): infer D } } ? D : never;
