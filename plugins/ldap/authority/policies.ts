import { MINUTE } from '../../../src/kernel/clock.ts';
import type { Clock } from '../../../src/kernel/clock.ts';
import type { Entry } from '../connection/entry.ts';
import type { Ldap } from '../connection/ldap.ts';
import type { Dialect, DirectoryPolicy } from '../dialects/dialect.ts';

/** How long a policy is believed without asking again. */
const BELIEVED = 5 * MINUTE;

export interface Policies {
  /**
   * The policy that holds for an entry; without one, for most people. Throws `LdapFailure`.
   *
   * @param anew asks the server, whatever is known: it has just refused something by its policy
   */
  of(ldap: Ldap, entry: Entry | undefined, anew?: boolean): Promise<DirectoryPolicy>;
}

export const createPolicies = (dialect: Dialect, clock: Clock): Policies => {
  const known = new Map<string, { readonly policy: DirectoryPolicy; readonly until: number }>();
  return {
    async of(ldap, entry, anew = false) {
      const key = dialect.policyKey(entry);
      const before = known.get(key);
      if (before && !anew && before.until > clock.now()) return before.policy;
      const policy = await dialect.policy(ldap, entry);
      known.set(key, { policy, until: clock.now() + BELIEVED });
      return policy;
    },
  };
};
