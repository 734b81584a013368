import { reaches } from '../../../src/plugin.ts';
import type { Desk } from '../desk.ts';
import { secondFactors } from '../factor/need.ts';
import { isLastingFactor } from '../standing.ts';
import type { Asked } from './asking.ts';
import { FRESH } from './need.ts';
import type { Room } from './room.ts';

const LEVEL = 'aal2';

/**
 * Whether what this sign-in proved is enough to change methods: two factors, a moment ago, where the person has two. The
 * password alone may have led here in a browser that is remembered, or where the policy asks for no second factor.
 */
export const mayChange = (desk: Desk, { person, flow, signIn }: Room<Asked>): boolean => {
  const { acr, authenticatedAt = 0 } = signIn;
  // Where a foreign host signs people in, it alone knows their factors.
  if (acr === undefined) return true;
  const isRecent = authenticatedAt + FRESH > flow.begunAt;
  if (isRecent && reaches(acr, LEVEL)) return true;
  // What is set up on these pages could not be asked for before them.
  const before = new Set(person.registration.methods.filter((one) => one.addedAt < flow.begunAt).map(({ id }) => id));
  return !secondFactors(desk, person).some(({ method, held }) => isLastingFactor(method) && before.has(held.id));
};
