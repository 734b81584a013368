import type { RightBind } from '../connection/link.ts';
import type { BindMeaning } from './dialect.ts';

/** What the control of the password policy says beside a bind that was right (draft-behera-ldap-password-policy). */
export const meaningOfRight = ({ policy }: Pick<RightBind, 'policy'>): BindMeaning => {
  const { error, graceBinds } = policy ?? {};
  if (error === 'changeAfterReset') return { outcome: 'must-change', reason: 'set-by-administrator' };
  // Each bind uses up one of those that are left.
  return graceBinds === undefined ? { outcome: 'right' } : { outcome: 'must-change', reason: 'expired' };
};
