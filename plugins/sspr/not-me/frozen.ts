import type { Freeze } from '../../../src/plugin.ts';
import type { Registered } from '../collections.ts';
import type { Eligible } from '../desk.ts';
import { disowned } from '../staleness/marks.ts';

/** What was registered when somebody else may have been at it opens nothing any more. */
export const disownedSince = (methods: readonly Registered[], since: number, now: number): Registered[] =>
  methods.map((one) => (one.addedAt < since ? one : disowned(one, now)));

/** While an account is frozen, two methods open it that are older than what its owner disowned. */
export const whileFrozen = (person: Eligible, frozen: Freeze): Eligible => {
  const { policy, registration } = person;
  return {
    ...person,
    frozen,
    policy: { ...policy, gates: 2, unlockGates: 2 },
    registration: { ...registration, methods: disownedSince(registration.methods, frozen.since, frozen.at) },
  };
};
