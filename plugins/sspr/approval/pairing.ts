import { MINUTE } from '../../../src/kernel/clock.ts';
import type { Host } from '../../../src/plugin.ts';
import { change, Conflict } from '../../../src/store/port.ts';
import type { Change, Stored } from '../../../src/store/port.ts';
import { isSigned } from '../browser-key.ts';
import { newWrittenCode } from '../methods/written-code.ts';
import { pairings } from './collections.ts';
import type { Pairing } from './collections.ts';
import { pairingText } from './signature.ts';
import { twoDigits } from './two-digits.ts';

/** How long a code can be scanned (milliseconds). */
export const PAIRING_LIFETIME = 10 * MINUTE;

// What a hash was made for.
const CODE = 'sspr pairing code';
const NUMBER = 'sspr pairing number';

type Ports = Pick<Host, 'clock' | 'random' | 'secrets' | 'store'>;

/** What a browser sends that wants to be paired. */
export interface Candidate {
  readonly publicKey: string;
  readonly signature: string;
  /** Keyed hash of it. */
  readonly browser: string;
  readonly agent: string;
}

/** Brings a phone and somebody who is signed in elsewhere together, by a code from there and a number from here. */
export const createPairing = ({ clock, random, secrets, store }: Ports) => {
  const idOf = (code: string): string => secrets.hash(CODE, code);

  /** Shown on the phone alone: who scanned the code unnoticed has another one than the owner's phone, which has none. */
  const numberOf = ({ id, phone }: Pairing): string | undefined =>
    phone && twoDigits(secrets.hash(NUMBER, `${id} ${phone.publicKey}`));

  return {
    idOf,
    numberOf,

    begin(accountId: string): { readonly code: string; readonly until: number; readonly changes: readonly Change[] } {
      const code = newWrittenCode(random);
      const until = clock.now() + PAIRING_LIFETIME;
      return { code, until, changes: [change.insert(pairings, { id: idOf(code), accountId, until })] };
    },

    find: (code: string): Promise<Stored<Pairing> | undefined> => store.get(pairings, idOf(code)),

    /** The first phone is taken and no other; false where this one was not. */
    async offer(code: string, { publicKey, signature, browser, agent }: Candidate): Promise<boolean> {
      const pairing = await store.get(pairings, idOf(code));
      if (!pairing || pairing.phone || !isSigned(publicKey, pairingText(code, publicKey), signature)) return false;
      try {
        await store.swap(pairings, { ...pairing, phone: { publicKey, browser, agent } });
        return true;
      } catch (error) {
        if (error instanceof Conflict) return false;
        throw error;
      }
    },
  };
};

export type Pairings = ReturnType<typeof createPairing>;
