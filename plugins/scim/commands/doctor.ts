import { DAY } from '../../../src/kernel/clock.ts';
import type { DoctorContext, Finding } from '../../../src/plugin.ts';
import { le } from '../../../src/store/query.ts';
import { SLOTS, scimTokens } from '../clients/tokens.ts';

/** In which a token that ends should be replaced. */
const SOON = 30 * DAY;

/** More clients than anybody has. */
const MOST = 100;

/** Says which bearer tokens end soon: a directory that is refused for its token only tells its own administrators. */
export const doctor = async ({ host: { store, clock } }: Pick<DoctorContext, 'host'>): Promise<readonly Finding[]> => {
  const { docs } = await store.find(scimTokens, le('expiresAt', clock.now() + SOON), { limit: MOST * SLOTS.length });
  return docs
    .filter(({ expiresAt = 0 }) => expiresAt > clock.now())
    .map(({ id, name, expiresAt = 0 }) => ({
      level: 'warning',
      about: `SCIM token ${id}`,
      text: `It ends on ${new Date(expiresAt).toISOString().slice(0, 10)}, and what ${name} sends by it is refused then.`,
      advice: `Make another (latchkey scim token create --name ${name}), give it to the client, then revoke this one.`,
    }));
};
