import { MINUTE } from '../../../src/kernel/clock.ts';
import type { GateProof } from '../collections.ts';

/** A proof counts for so long, also one that came along from another browser (milliseconds). */
export const PROOF_LIFETIME = 15 * MINUTE;

/**
 * How many gates are open: different methods proved in this browser, none of them too long ago. What proves the same
 * thing twice opens one gate.
 */
export const gatesOpen = (proofs: readonly GateProof[], browser: string, now: number): number =>
  new Set(
    proofs
      .filter((proof) => proof.browser === browser && proof.at <= now && now < proof.at + PROOF_LIFETIME)
      .map((proof) => proof.method),
  ).size;
