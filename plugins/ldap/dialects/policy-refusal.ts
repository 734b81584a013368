import type { LdapFailure } from '../connection/failure.ts';
import { passwordPolicyOf } from '../connection/password-policy.ts';
import type { PasswordPolicyError } from '../connection/password-policy.ts';
import type { WriteRefusal } from './dialect.ts';

const reasons: Readonly<Record<PasswordPolicyError, WriteRefusal>> = {
  passwordExpired: 'policy',
  accountLocked: 'no_permission',
  changeAfterReset: 'policy',
  passwordModNotAllowed: 'no_permission',
  mustSupplyOldPassword: 'misconfigured',
  insufficientPasswordQuality: 'complexity',
  passwordTooShort: 'too_short',
  passwordTooYoung: 'too_young',
  passwordInHistory: 'history',
  passwordTooLong: 'complexity',
};

/** Result codes of RFC 4511 section 4.1.9. */
const codes: Readonly<Record<number, WriteRefusal>> = {
  10: 'read_only',
  19: 'policy',
  32: 'not_found',
  50: 'no_permission',
  53: 'read_only',
};

/** What a server with the policy of the draft means by refusing a password, told by its control before all else. */
export const policyRefusal = ({ code, controls }: LdapFailure): WriteRefusal => {
  const error = passwordPolicyOf(controls)?.error;
  if (error !== undefined) return reasons[error];
  return (typeof code === 'number' ? codes[code] : undefined) ?? 'misconfigured';
};
