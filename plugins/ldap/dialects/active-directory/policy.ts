import type { Entry } from '../../connection/entry.ts';
import { LdapFailure } from '../../connection/failure.ts';
import type { Ldap } from '../../connection/ldap.ts';
import type { DirectoryPolicy } from '../dialect.ts';
import { supposed } from '../supposed-policy.ts';
import { count, hasFlag, interval } from './values.ts';

const COMPLEX = 0x1;

const DOMAIN = [
  ...['minPwdLength', 'pwdProperties', 'pwdHistoryLength', 'minPwdAge', 'maxPwdAge'],
  ...['lockoutThreshold', 'lockOutObservationWindow', 'lockoutDuration'],
];

const SETTINGS = [
  ...['msDS-MinimumPasswordLength', 'msDS-PasswordComplexityEnabled', 'msDS-PasswordHistoryLength'],
  ...['msDS-MinimumPasswordAge', 'msDS-MaximumPasswordAge'],
  ...['msDS-LockoutThreshold', 'msDS-LockoutObservationWindow', 'msDS-LockoutDuration'],
];

const ofDomain = (head: Entry): DirectoryPolicy => ({
  minLength: count(head.text('minPwdLength')),
  complexity: hasFlag(head.text('pwdProperties'), COMPLEX),
  history: count(head.text('pwdHistoryLength')),
  minAge: interval(head.text('minPwdAge')),
  maxAge: interval(head.text('maxPwdAge')),
  threshold: count(head.text('lockoutThreshold')),
  window: interval(head.text('lockOutObservationWindow')),
  lockout: interval(head.text('lockoutDuration')),
});

const ofSettings = (settings: Entry): DirectoryPolicy => ({
  minLength: count(settings.text('msDS-MinimumPasswordLength')),
  complexity: settings.text('msDS-PasswordComplexityEnabled')?.toUpperCase() === 'TRUE',
  history: count(settings.text('msDS-PasswordHistoryLength')),
  minAge: interval(settings.text('msDS-MinimumPasswordAge')),
  maxAge: interval(settings.text('msDS-MaximumPasswordAge')),
  threshold: count(settings.text('msDS-LockoutThreshold')),
  window: interval(settings.text('msDS-LockoutObservationWindow')),
  lockout: interval(settings.text('msDS-LockoutDuration')),
});

const domainPolicy = async (ldap: Ldap): Promise<DirectoryPolicy> => {
  const { defaultNamingContext: context } = await ldap.rootDse();
  const head = context === undefined ? undefined : await ldap.entry(context, DOMAIN);
  if (!head) throw new LdapFailure(32, 'the domain shows no password policy', ldap.server.url);
  return ofDomain(head);
};

/** The fine-grained policy (MS-ADTS section 3.1.1.4.5.36), else the domain's. */
export const readPolicy = async (ldap: Ldap, settingsDn: string | undefined): Promise<DirectoryPolicy> => {
  if (settingsDn === undefined) return domainPolicy(ldap);
  const settings = await ldap.entry(settingsDn, SETTINGS).catch((error: unknown) => {
    if (error instanceof LdapFailure && !error.isOutage) return undefined;
    throw error;
  });
  if (settings?.has('msDS-LockoutThreshold') === true) return ofSettings(settings);
  // Only administrators may read them by default: what is said of passwords is the domain's, and may not hold.
  return supposed(await domainPolicy(ldap));
};
