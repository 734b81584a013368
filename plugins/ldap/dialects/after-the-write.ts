import { LdapFailure } from '../connection/failure.ts';
import type { Ldap, Modification } from '../connection/ldap.ts';
import type { Written } from './dialect.ts';

/**
 * What has to be otherwise on an account once its password was set. The password is set whatever becomes of this: to say
 * that it was not would be untrue, so a failure is told as what is missing.
 *
 * @param modifications read from the account as the write left it
 */
export const afterTheWrite = async (
  ldap: Ldap,
  dn: string,
  modifications: () => Promise<readonly Modification[]>,
): Promise<Pick<Written, 'incomplete'>> => {
  try {
    const all = await modifications();
    if (all.length > 0) await ldap.modify(dn, all);
    return {};
  } catch (error) {
    if (!(error instanceof LdapFailure)) throw error;
    return { incomplete: error.message };
  }
};

export const replacing = (attribute: string, values: readonly string[] = []): Modification => ({
  operation: 'replace',
  attribute,
  values,
});
