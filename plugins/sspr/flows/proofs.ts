import { MINUTE } from '../../../src/kernel/clock.ts';
import type { GateProof } from '../collections.ts';
import { gatesOf } from '../gates.ts';

/** A proof counts for so long, also one that came along from another browser (milliseconds). */
export const PROOF_LIFETIME = 15 * MINUTE;

/**
 * How many gates are open: by different methods and different things, proved in this browser, none of them too long
 * ago.
 */
export const gatesOpen = (proofs: readonly GateProof[], browser: string, now: number): number =>
  gatesOf(proofs.filter((proof) => proof.browser === browser && proof.at <= now && now < proof.at + PROOF_LIFETIME))
    .length;
