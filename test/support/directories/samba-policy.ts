import type { Change } from 'ldapts';
import { change } from './common-work.ts';
import type { ServerPolicy } from './directory-server.ts';
import { FIRST_POLICY, lacking, writtenPolicy } from './policy-writing.ts';
import type { PolicyWriter } from './policy-writing.ts';

const NEVER = '-9223372036854775808';
const COMPLEXITY = 1;

/** Negative intervals of 100 ns (MS-ADTS section 3.1.1.2.2.2.13). */
const interval = (seconds: number): string => String(-seconds * 10_000_000);
const orNever = (seconds: number): string => (seconds === 0 ? NEVER : interval(seconds));

const changeAfterReset = lacking('AD has no policy of changing a password after its reset');

const ofDomain: PolicyWriter = {
  minLength: (value) => [['minPwdLength', String(value)]],
  complexity: (value) => [['pwdProperties', value ? String(COMPLEXITY) : '0']],
  history: (value) => [['pwdHistoryLength', String(value)]],
  minAge: (value) => [['minPwdAge', interval(value)]],
  maxAge: (value) => [['maxPwdAge', orNever(value)]],
  lockoutThreshold: (value) => [['lockoutThreshold', String(value)]],
  lockoutWindow: (value) => [['lockOutObservationWindow', interval(value)]],
  changeAfterReset,
  lockoutDuration: (value) => [['lockoutDuration', orNever(value)]],
};

const ofSettingsObject: PolicyWriter = {
  minLength: (value) => [['msDS-MinimumPasswordLength', String(value)]],
  complexity: (value) => [['msDS-PasswordComplexityEnabled', value ? 'TRUE' : 'FALSE']],
  history: (value) => [['msDS-PasswordHistoryLength', String(value)]],
  minAge: (value) => [['msDS-MinimumPasswordAge', interval(value)]],
  maxAge: (value) => [['msDS-MaximumPasswordAge', orNever(value)]],
  lockoutThreshold: (value) => [['msDS-LockoutThreshold', String(value)]],
  lockoutWindow: (value) => [['msDS-LockoutObservationWindow', interval(value)]],
  changeAfterReset,
  lockoutDuration: (value) => [['msDS-LockoutDuration', orNever(value)]],
};

/** As every Samba of the tests is at its start. */
export const SAMBA_POLICY: ServerPolicy = { ...FIRST_POLICY, complexity: true };

export const domainChanges = (policy: Partial<ServerPolicy>): Change[] =>
  writtenPolicy(ofDomain, policy).map(([name, value]) => change('replace', name, [value]));

/** Attributes of a `msDS-PasswordSettings` object (MS-ADTS section 3.1.1.5.2.1), which must have all of them. */
export const settingsObject = (
  policy: Partial<ServerPolicy>,
  appliesTo: readonly string[],
): Record<string, string | string[]> => ({
  objectClass: 'msDS-PasswordSettings',
  'msDS-PasswordSettingsPrecedence': '10',
  'msDS-PasswordReversibleEncryptionEnabled': 'FALSE',
  'msDS-PSOAppliesTo': [...appliesTo],
  ...Object.fromEntries(writtenPolicy(ofSettingsObject, { ...SAMBA_POLICY, ...policy })),
});
