import type { Entry } from '../../connection/entry.ts';
import { LdapFailure } from '../../connection/failure.ts';
import type { Ldap } from '../../connection/ldap.ts';
import type { DirectoryPolicy } from '../dialect.ts';
import { numberOf, secondsOf } from '../numbers.ts';
import { NO_POLICY, supposed } from '../supposed-policy.ts';

const CONFIGURATION = 'cn=config';

const ATTRIBUTES = [
  ...['passwordCheckSyntax', 'passwordMinLength', 'passwordMinCategories', 'passwordHistory', 'passwordInHistory'],
  ...['passwordMinAge', 'passwordExp', 'passwordMaxAge'],
  ...[
    'passwordLockout',
    'passwordMaxFailure',
    'passwordResetFailureCount',
    'passwordUnlock',
    'passwordLockoutDuration',
  ],
];

const isOn = (entry: Entry, attribute: string): boolean => entry.text(attribute)?.toLowerCase() === 'on';

const policyOf = (entry: Entry): DirectoryPolicy => {
  const syntax = isOn(entry, 'passwordCheckSyntax');
  return {
    minLength: syntax ? numberOf(entry.text('passwordMinLength')) : 0,
    // Another rule than Active Directory's, with numbers of its own.
    complexity: false,
    history: isOn(entry, 'passwordHistory') ? numberOf(entry.text('passwordInHistory')) : 0,
    minAge: secondsOf(entry.text('passwordMinAge')),
    maxAge: isOn(entry, 'passwordExp') ? secondsOf(entry.text('passwordMaxAge')) : 0,
    threshold: isOn(entry, 'passwordLockout') ? numberOf(entry.text('passwordMaxFailure')) : 0,
    window: secondsOf(entry.text('passwordResetFailureCount')),
    lockout: isOn(entry, 'passwordUnlock') ? secondsOf(entry.text('passwordLockoutDuration')) : 0,
  };
};

/** The policy that an entry names, else the server's. */
export const readPolicy = async (ldap: Ldap, named: string | undefined): Promise<DirectoryPolicy> => {
  const entry = await ldap.entry(named ?? CONFIGURATION, ATTRIBUTES).catch((error: unknown) => {
    if (error instanceof LdapFailure && !error.isOutage) return undefined;
    throw error;
  });
  // Only administrators may read it by default.
  return entry?.has('passwordMinAge') || entry?.has('passwordLockout') ? policyOf(entry) : supposed(NO_POLICY);
};
