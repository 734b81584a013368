import { z } from 'zod';
import { MINUTE } from '../../../src/kernel/clock.ts';
import { randomToken } from '../../../src/kernel/random.ts';
import type { Random } from '../../../src/kernel/random.ts';
import type { Secrets } from '../../../src/kernel/secrets.ts';
import type { Host } from '../../../src/plugin.ts';
import { change } from '../../../src/store/port.ts';
import { passes } from '../pass/collection.ts';
import { defineMethod } from './method.ts';
import type { Method, Opening } from './method.ts';
import { inGroups, newWrittenCode, typedWrittenCode } from './written-code.ts';

const LIFETIME = 15 * MINUTE;

const PURPOSE = 'sspr temporary access pass';

/** The most hours that a pass may be good for. */
export const MOST_HOURS = 24;

export const passConfig = z
  .strictObject({
    hours: z
      .int()
      .min(1)
      .max(MOST_HOURS)
      .default(1)
      .describe('Hours that a pass is good for, unless whoever issues it says otherwise.'),
    offered: z
      .boolean()
      .default(true)
      .describe(
        'Whether passes are taken at the beginning of a reset and on a page of their own; off where no help desk issues any.',
      ),
  })
  .prefault({})
  .describe('Temporary access passes, which the help desk issues after checking who calls. Policies do not name them.');

export type PassPorts = Pick<Host, 'clock' | 'random' | 'secrets'> & z.output<typeof passConfig>;

const shape = z.strictObject({
  /** Keyed: it cannot be guessed, and a stolen store without our key allows no trying. */
  hash: z.string(),
  /** Epoch milliseconds. */
  until: z.number(),
  opens: z.enum(['gate', 'registration']),
});

export type Pass = z.infer<typeof shape>;

/** How a pass rests, however it was typed. */
export const passHash = (secrets: Secrets, typed: string): string => secrets.hash(PURPOSE, typedWrittenCode(typed));

export interface NewPass {
  /** As it is read out: shown once, and kept nowhere. */
  readonly text: string;
  readonly data: Pass;
}

/** @param until epoch milliseconds */
export const newPass = (
  { random, secrets }: { readonly random: Random; readonly secrets: Secrets },
  opens: Opening,
  until: number,
): NewPass => {
  const code = newWrittenCode(random);
  return { text: inGroups(code), data: { hash: passHash(secrets, code), until, opens } };
};

/** A pass that the help desk gave somebody: it opens one gate of a reset, or the pages of registration, and is used up. */
export const passMethod = ({ clock, random, secrets, offered }: PassPorts): Method<Pass> => ({
  name: 'pass',
  guessable: false,
  given: { offered, opens: ({ opens, until }) => (until > clock.now() ? opens : undefined) },
  secondFactor: { amr: ['otp'], backup: true },
  most: 1,
  data: shape,
  describe: () => ({}),
  proves: () => [],
  removing: ({ hash }) => [change.remove(passes, hash)],

  proof: {
    form: z.strictObject({ pass: z.string() }),
    sends: false,
    page: () => ({}),
    issue: ({ held: [held] }) => ({
      challenge: { until: clock.now() + LIFETIME, data: { hash: held?.data.hash ?? randomToken(random) } },
    }),
    async check({ challenge, held }, { pass = '' }) {
      const hash = passHash(secrets, pass);
      // Hashes under our key: how long the comparison takes tells nothing of a pass.
      if (hash !== challenge?.data['hash']) return undefined;
      const one = (await held()).find(({ data }) => data.hash === hash && data.until > clock.now());
      return one && { registered: one.id, becomes: null, telling: { template: 'pass-used', data: {} } };
    },
  },
});

export const pass = defineMethod({
  config: passConfig,
  given: true,
  collections: [passes],
  create: (host, config) => passMethod({ ...host, ...config }),
});
