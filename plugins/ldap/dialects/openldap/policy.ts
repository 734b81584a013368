import type { Entry } from '../../connection/entry.ts';
import type { Ldap } from '../../connection/ldap.ts';
import { eq } from '../../filter.ts';
import type { DirectoryPolicy } from '../dialect.ts';
import { numberOf, secondsOf } from '../numbers.ts';
import { NO_POLICY, supposed } from '../supposed-policy.ts';

const ATTRIBUTES = [
  ...['cn', 'pwdMinLength', 'pwdCheckQuality', 'pwdInHistory', 'pwdMinAge', 'pwdMaxAge'],
  ...['pwdLockout', 'pwdMaxFailure', 'pwdFailureCountInterval', 'pwdLockoutDuration'],
];

/** Attributes of `pwdPolicy` (draft-behera-ldap-password-policy section 5.2). */
const policyOf = (entry: Entry): DirectoryPolicy => ({
  // What is written by an administrator is judged only where quality is.
  minLength: numberOf(entry.text('pwdCheckQuality')) > 0 ? numberOf(entry.text('pwdMinLength')) : 0,
  complexity: false,
  history: numberOf(entry.text('pwdInHistory')),
  minAge: secondsOf(entry.text('pwdMinAge')),
  maxAge: secondsOf(entry.text('pwdMaxAge')),
  threshold: entry.text('pwdLockout') === 'TRUE' ? numberOf(entry.text('pwdMaxFailure')) : 0,
  window: secondsOf(entry.text('pwdFailureCountInterval')),
  lockout: secondsOf(entry.text('pwdLockoutDuration')),
});

const isDefault = (entry: Entry): boolean => entry.text('cn')?.toLowerCase() === 'default';

/**
 * The policy that an entry names, else the one for everybody else. Which that is, is said in the server's own
 * configuration, which few may read: it is the only one, or the one called `default`.
 */
export const readPolicy = async (ldap: Ldap, named: string | undefined): Promise<DirectoryPolicy> => {
  if (named !== undefined) {
    const entry = await ldap.entry(named, ATTRIBUTES);
    return entry?.has('pwdPolicy') === true || entry?.has('cn') === true ? policyOf(entry) : supposed(NO_POLICY);
  }
  const { namingContexts } = await ldap.rootDse();
  const found: Entry[] = [];
  for (const base of namingContexts) {
    found.push(
      ...(await ldap.search({ base, filter: eq('objectClass', 'pwdPolicy'), attributes: ATTRIBUTES })).entries,
    );
  }
  const chosen = found.find(isDefault) ?? (found.length === 1 ? found[0] : undefined);
  if (chosen) return policyOf(chosen);
  return found.length === 0 ? NO_POLICY : supposed(NO_POLICY);
};
