import type { Change } from 'ldapts';
import { change } from './common-work.ts';
import type { ServerPolicy } from './directory-server.ts';

const NEVER = '-9223372036854775808';
const COMPLEXITY = 1;

/** Negative intervals of 100 ns (MS-ADTS section 3.1.1.2.2.2.13). */
const interval = (seconds: number): string => String(-seconds * 10_000_000);
const orNever = (seconds: number): string => (seconds === 0 ? NEVER : interval(seconds));

/** No attribute says what is to happen after somebody else's reset. */
type Named = Exclude<keyof ServerPolicy, 'changeAfterReset'>;

type Values = { readonly [Name in Named]: (value: ServerPolicy[Name]) => readonly [string, string] };

const ofDomain: Values = {
  minLength: (value) => ['minPwdLength', String(value)],
  complexity: (value) => ['pwdProperties', value ? String(COMPLEXITY) : '0'],
  history: (value) => ['pwdHistoryLength', String(value)],
  minAge: (value) => ['minPwdAge', interval(value)],
  maxAge: (value) => ['maxPwdAge', orNever(value)],
  lockoutThreshold: (value) => ['lockoutThreshold', String(value)],
  lockoutWindow: (value) => ['lockOutObservationWindow', interval(value)],
  lockoutDuration: (value) => ['lockoutDuration', orNever(value)],
};

const ofSettingsObject: Values = {
  minLength: (value) => ['msDS-MinimumPasswordLength', String(value)],
  complexity: (value) => ['msDS-PasswordComplexityEnabled', value ? 'TRUE' : 'FALSE'],
  history: (value) => ['msDS-PasswordHistoryLength', String(value)],
  minAge: (value) => ['msDS-MinimumPasswordAge', interval(value)],
  maxAge: (value) => ['msDS-MaximumPasswordAge', orNever(value)],
  lockoutThreshold: (value) => ['msDS-LockoutThreshold', String(value)],
  lockoutWindow: (value) => ['msDS-LockoutObservationWindow', interval(value)],
  lockoutDuration: (value) => ['msDS-LockoutDuration', orNever(value)],
};

/** As every Samba of the tests is at its start. */
export const SAMBA_POLICY: ServerPolicy = {
  minLength: 8,
  complexity: true,
  history: 3,
  minAge: 0,
  maxAge: 0,
  lockoutThreshold: 0,
  lockoutWindow: 1800,
  lockoutDuration: 1800,
  changeAfterReset: false,
};

type Written = readonly [string, string];

const attributesBy = (values: Values, policy: Partial<ServerPolicy>): readonly Written[] => {
  if (policy.changeAfterReset === true) throw new Error('AD has no policy of changing a password after its reset');
  const one = (name: Named): Written | undefined => {
    // Each name has a writer for its own kind of value, which no type can say of a name that varies.
    const write = values[name] as (value: boolean | number) => Written;
    const value = policy[name];
    return value === undefined ? undefined : write(value);
  };
  return (Object.keys(values) as Named[]).map(one).filter((written) => written !== undefined);
};

export const domainChanges = (policy: Partial<ServerPolicy>): Change[] =>
  attributesBy(ofDomain, policy).map(([name, value]) => change('replace', name, [value]));

/** Attributes of a `msDS-PasswordSettings` object (MS-ADTS section 3.1.1.5.2.1), which must have all of them. */
export const settingsObject = (
  policy: Partial<ServerPolicy>,
  appliesTo: readonly string[],
): Record<string, string | string[]> => ({
  objectClass: 'msDS-PasswordSettings',
  'msDS-PasswordSettingsPrecedence': '10',
  'msDS-PasswordReversibleEncryptionEnabled': 'FALSE',
  'msDS-PSOAppliesTo': [...appliesTo],
  ...Object.fromEntries(attributesBy(ofSettingsObject, { ...SAMBA_POLICY, ...policy })),
});
