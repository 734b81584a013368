import type { Coming } from '../connection/coming.ts';
import { LdapFailure } from '../connection/failure.ts';
import type { FoundEntry } from './authority.ts';
import type { AuthorityParts } from './parts.ts';

export type Proof = 'right' | 'wrong' | 'nothing';

/**
 * What a bind with a password proves, asked once and never again: it is right also where the directory lets its owner
 * in for some other reason not now. `nothing` where the account is locked or no server answers.
 */
export const provenBy = async (
  { link, dialect, log, name }: AuthorityParts,
  { entry: { dn }, server }: FoundEntry,
  password: string,
  on?: Coming,
): Promise<Proof> => {
  try {
    const { outcome } = dialect.meaning(await link.bindAs(dn, password, { server, on }));
    if (outcome === 'locked' || outcome === 'unavailable') return 'nothing';
    return outcome === 'wrong' ? 'wrong' : 'right';
  } catch (error) {
    if (!(error instanceof LdapFailure)) throw error;
    log.warn({ directory: name, error }, 'a password that was written could not be tried');
    return 'nothing';
  }
};
