import { lacking } from './policy-writing.ts';
import type { PolicyWriter } from './policy-writing.ts';

const truth = (value: boolean): string => (value ? 'TRUE' : 'FALSE');

/** Attributes of `pwdPolicy` (draft-behera-ldap-password-policy section 5.2). */
export const slapdPolicy: PolicyWriter = {
  minLength: (value) => [
    ['pwdMinLength', String(value)],
    // Passwords that were hashed by whoever sends them cannot be judged and are refused.
    ['pwdCheckQuality', '2'],
  ],
  complexity: lacking('slapd judges the kinds of characters only by a module of its own'),
  history: (value) => [['pwdInHistory', String(value)]],
  minAge: (value) => [['pwdMinAge', String(value)]],
  maxAge: (value) => [['pwdMaxAge', String(value)]],
  lockoutThreshold: (value) => [
    ['pwdMaxFailure', String(value)],
    // Without it an account that an administrator locked is open as well.
    ['pwdLockout', 'TRUE'],
  ],
  lockoutWindow: (value) => [['pwdFailureCountInterval', String(value)]],
  lockoutDuration: (value) => [['pwdLockoutDuration', String(value)]],
  changeAfterReset: (value) => [['pwdMustChange', truth(value)]],
};
