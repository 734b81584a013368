import type { Account } from '../../../src/plugin.ts';
import type { Coming } from '../connection/coming.ts';
import { LdapFailure } from '../connection/failure.ts';
import type { FoundEntry } from './authority.ts';
import type { Entries } from './entries.ts';
import type { AuthorityParts } from './parts.ts';
import { provenBy } from './proof.ts';
import type { Proof } from './proof.ts';

const NO_SUCH_OBJECT = 32;

/**
 * Does something to an entry, and once more where it was renamed or moved after the look at it: it is the same entry by
 * its id, and "there is nobody" would be untrue.
 *
 * @param anew looks again, by the id. Throws where there is nobody
 */
export const whereItIs = async <T>(
  found: FoundEntry,
  act: (found: FoundEntry) => Promise<T>,
  anew: () => Promise<FoundEntry>,
): Promise<T> => {
  try {
    return await act(found);
  } catch (error) {
    if (!(error instanceof LdapFailure) || error.code !== NO_SUCH_OBJECT) throw error;
    const moved = await anew();
    if (moved.entry.dn === found.entry.dn) throw error;
    return act(moved);
  }
};

/** As {@link provenBy}, of an entry that may have got another DN meanwhile: a bind with the one before is always wrong. */
export const provenWherever = async (
  parts: AuthorityParts & { readonly entries: Entries },
  account: Account,
  found: FoundEntry,
  password: string,
  on?: Coming,
): Promise<Proof> => {
  const { link, entries } = parts;
  const proof = await provenBy(parts, found, password, on);
  if (proof !== 'wrong') return proof;
  try {
    const known = await entries.linkOf(account);
    const anew = await link.withService((ldap) => entries.on(ldap, account, known), { server: found.server });
    return anew.found === 'one' && anew.entry.dn !== found.entry.dn ? await provenBy(parts, anew, password) : 'wrong';
  } catch (error) {
    if (!(error instanceof LdapFailure)) throw error;
    return 'nothing';
  }
};
