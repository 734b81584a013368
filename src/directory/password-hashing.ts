import { hash, parseOptions, verify } from '@node-rs/argon2';
import type { BoundedQueue } from '../kernel/bounded-queue.ts';
import type { Random } from '../kernel/random.ts';

/** Memory in KiB, passes, lanes (RFC 9106 section 3.1). */
export interface Argon2Parameters {
  readonly memoryCost: number;
  readonly timeCost: number;
  readonly parallelism: number;
}

/** The first choice of OWASP's password storage cheat sheet for argon2id. */
export const ARGON2ID: Argon2Parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

const SALT_BYTES = 16;

/** Slow hashes of what people know by heart. Every call may throw `busy`. */
export interface PasswordHashing {
  /** A PHC string with a salt of its own. */
  hash(secret: string): Promise<string>;
  verify(phc: string, secret: string): Promise<boolean>;
  /** Costs as much as a `verify` and is always false: for a name that nobody bears. */
  verifyNothing(secret: string): Promise<false>;
  /** True when the hash was made with other parameters than new ones are. */
  outdated(phc: string): boolean;
}

/** Keyboards write one text in several forms; NIST SP 800-63B-4 section 3.1.1.2 names NFKC as the one to hash. */
const normal = (secret: string): string => secret.normalize('NFKC');

/** argon2id, at most as many at once as the queue lets through. */
export const openPasswordHashing = async (
  queue: Pick<BoundedQueue, 'run'>,
  random: Random,
  parameters: Argon2Parameters = ARGON2ID,
): Promise<PasswordHashing> => {
  const make = (secret: string): Promise<string> =>
    queue.run(() => hash(normal(secret), { ...parameters, salt: random.bytes(SALT_BYTES) }));

  const decoy = await make(random.bytes(SALT_BYTES).toString('base64url'));
  const wanted = JSON.stringify(parseOptions(decoy));

  return {
    hash: make,
    verify: (phc, secret) => queue.run(() => verify(phc, normal(secret))),
    async verifyNothing(secret) {
      await queue.run(() => verify(decoy, normal(secret)));
      return false;
    },
    outdated: (phc) => JSON.stringify(parseOptions(phc)) !== wanted,
  };
};
