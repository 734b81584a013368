import { z } from 'zod';
import { MINUTE } from '../../../src/kernel/clock.ts';
import type { Host } from '../../../src/plugin.ts';
import { defineCollection } from '../../../src/store/port.ts';
import type { Claim, Held, Here, Proved } from '../methods/method.ts';
import { createChallenges } from './challenges.ts';
import { relyingPartyOf, verifyAssertion } from './webauthn.ts';
import type { Assertion, Seen } from './webauthn.ts';

export type ReaderPorts = Pick<Host, 'clock' | 'random' | 'secrets' | 'issuer' | 'store' | 'audit'>;

/** Finds whose a passkey is. Written with its registration and removed with it. */
export const passkeys = defineCollection({
  name: 'ssprPasskeys',
  shape: z.strictObject({
    /** Keyed hash of the credential's id. */
    id: z.string(),
    accountId: z.string(),
    /** What authenticators know the person by. */
    user: z.string(),
    /** COSE_Key (RFC 9052), base64url. */
    publicKey: z.string(),
  }),
});

export const passkeyShape = z.strictObject({
  /** Id of the credential, base64url. */
  credential: z.string(),
  user: z.string(),
  counter: z.int(),
  transports: z.array(z.string()),
  /** Made in the device of the browser that it was registered in. */
  platform: z.boolean(),
  /** Make of the authenticator; zeros where it does not say. */
  aaguid: z.string(),
  /** Made to be copied to the person's other devices; and whether it was. */
  backupEligible: z.boolean(),
  backedUp: z.boolean(),
  /** As the person calls it; may be empty. */
  name: z.string(),
  /** Keyed hash of the browser that it was registered in. */
  browser: z.string(),
});

export type Passkey = z.infer<typeof passkeyShape>;

/** As long as browsers wait for a finger (milliseconds). */
export const PATIENCE = 5 * MINUTE;

const CREDENTIAL = 'sspr passkey credential';

const isCopy = (counter: number, before: number): boolean => (counter > 0 || before > 0) && counter <= before;

export const descriptorOf = ({ data: { credential, transports } }: Held<Passkey>) => ({
  type: 'public-key',
  id: credential,
  transports,
});

/** A claim, and what its person is known by to authenticators. */
export interface Answered extends Claim<Passkey> {
  readonly user: string;
}

/** Reads what authenticators answer, and finds whose it is. */
export const createReader = ({ secrets, issuer, store, audit, ...ports }: ReaderPorts) => {
  const party = relyingPartyOf(issuer);
  const keyOf = (credential: string): string => secrets.hash(CREDENTIAL, credential);

  const refuseCopy = (accountId: string, { from }: Here): Promise<unknown> =>
    store.commit([
      audit.event({ type: 'passkey.copied', result: 'refused', subject: accountId, method: 'passkey', ...from }),
    ]);

  const prove = async (
    all: readonly Held<Passkey>[],
    answer: Assertion,
    { counter, backedUp }: Seen,
    copied: () => Promise<unknown>,
  ): Promise<Proved<Passkey> | undefined> => {
    const held = all.find(({ data }) => data.credential === answer.id);
    if (!held) return undefined;
    if (isCopy(counter, held.data.counter)) {
      await copied();
      return undefined;
    }
    return { registered: held.id, becomes: { ...held.data, counter, backedUp } };
  };

  return {
    party,
    keyOf,
    challenges: createChallenges({ secrets, ...ports }),

    /** Whose passkey signed this challenge; the same work whomever a page is about. */
    async read(answer: Assertion, challenge: string, here: Here): Promise<Answered | undefined> {
      const known = await store.get(passkeys, keyOf(answer.id));
      const seen = known && party && (await verifyAssertion(party, answer, challenge, known.publicKey));
      const { userHandle } = answer.response;
      if (!seen || (userHandle && userHandle !== known.user)) return undefined;
      const { accountId, user } = known;
      return { accountId, user, prove: (held) => prove(held, answer, seen, () => refuseCopy(accountId, here)) };
    },

    requestOptions: (challenge: string, held: readonly Held<Passkey>[] = []): string =>
      JSON.stringify({
        challenge,
        rpId: party?.id,
        allowCredentials: held.map(descriptorOf),
        userVerification: 'required',
        timeout: PATIENCE,
      }),
  };
};

export type Reader = ReturnType<typeof createReader>;
