import { z } from 'zod';
import { MINUTE } from '../../../src/kernel/clock.ts';
import { randomToken } from '../../../src/kernel/random.ts';
import type { Host } from '../../../src/plugin.ts';
import { defineMethod } from './method.ts';
import type { Held, Method, Pending, Proved } from './method.ts';
import { inGroups, newWrittenCode, typedWrittenCode } from './written-code.ts';

const CODES = 10;
/** With so many left, people are reminded to make new ones. */
const FEW = 3;
/** As long as a reset or a registration takes at most (milliseconds). */
const LIFETIME = 15 * MINUTE;

const PURPOSE = 'sspr recovery code';
/** How they rest from the page that shows them until the person has kept them. */
const SHOWN = 'sspr recovery codes shown';

export const recoveryConfig = z.strictObject({}).prefault({}).describe('Recovery codes.');

export type RecoveryPorts = Pick<Host, 'clock' | 'random' | 'secrets'>;

const shape = z.strictObject({
  /**
   * Keyed hashes of those that are left. A slow hash would slow down only somebody who has the key as well, and who
   * would still have 80 bits to guess.
   */
  codes: z.array(z.string()).min(1).max(CODES),
});

type Recovery = z.infer<typeof shape>;

const codeForm = z.strictObject({ code: z.string() });

const shownIn = ({ secrets }: RecoveryPorts, pending: Pending): readonly string[] =>
  secrets.open(SHOWN, String(pending['codes'])).split(' ');

/** Hashes in the places of those that were used, or of all where there is nobody, so that all lists are alike. */
const prepare = ({ random }: RecoveryPorts, held: Held<Recovery> | undefined): { readonly codes: string } => {
  const codes = held?.data.codes ?? [];
  const others = Array.from({ length: CODES - codes.length }, () => randomToken(random));
  return { codes: [...codes, ...others].join(' ') };
};

/** A code that is left, by us or by another request, since the challenge was prepared. */
const used = (held: Held<Recovery> | undefined, hash: string): Proved<Recovery> | undefined => {
  if (held?.data.codes.includes(hash) !== true) return undefined;
  const codes = held.data.codes.filter((code) => code !== hash);
  const becomes = codes.length === 0 ? null : { codes };
  return { registered: held.id, becomes, telling: { template: 'recovery-used', data: { left: codes.length } } };
};

/**
 * Ten codes on paper (look-up secrets, NIST SP 800-63B section 3.1.2), each of them once. RFC 8176 has no word of its
 * own for them; `otp` is "one-time password", and names the RFCs for codes that are computed as examples only.
 */
export const recoveryMethod = (ports: RecoveryPorts): Method<Recovery> => {
  const { clock, random, secrets } = ports;
  const hashed = (typed: string): string => secrets.hash(PURPOSE, typedWrittenCode(typed));
  return {
    name: 'recovery',
    guessable: false,
    secondFactor: { amr: ['otp'], backup: true },
    most: 1,
    data: shape,
    describe: ({ codes }) => ({ count: codes.length }),
    proves: () => [],
    afterwards(data) {
      const left = data?.codes.length ?? 0;
      return left > FEW ? undefined : { key: 'sspr.recoveryCode.left', values: { left } };
    },

    proof: {
      form: codeForm,
      sends: false,
      page: () => ({}),
      issue: ({ held: [held] }) => ({ challenge: { until: clock.now() + LIFETIME, data: prepare(ports, held) } }),
      async check({ challenge, held }, { code = '' }) {
        const hash = hashed(code);
        // Hashes under our key: how long the look takes tells nothing of a code.
        const isLeft = String(challenge?.data['codes'] ?? '')
          .split(' ')
          .includes(hash);
        return isLeft ? used((await held())[0], hash) : undefined;
      },
    },

    enrolment: {
      form: z.strictObject({}),
      page: ({ held }) => ({ replaces: held.length > 0 }),
      start() {
        const codes = Array.from({ length: CODES }, () => newWrittenCode(random));
        const pending = { codes: secrets.seal(SHOWN, codes.join(' ')) };
        return Promise.resolve({ kind: 'pending', pending, until: clock.now() + LIFETIME });
      },
      confirmation: {
        form: z.strictObject({}),
        page: ({ account }, pending) => ({
          codes: shownIn(ports, pending).map(inGroups),
          userName: account.userName,
        }),
        confirm: (_question, pending) => ({ data: { codes: shownIn(ports, pending).map(hashed) } }),
      },
    },
  };
};

export const recovery = defineMethod({
  config: recoveryConfig,
  create: (host) => recoveryMethod(host),
});
