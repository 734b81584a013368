import type { Entry } from '../connection/entry.ts';
import { LdapFailure } from '../connection/failure.ts';
import { PASSWORD_POLICY } from '../connection/password-policy.ts';
import type { ChangeWay, Dialect, Written } from './dialect.ts';

/**
 * RFC 3062 as the owner of the password, whom all of the policy binds. Where the password has expired nobody can be
 * bound with it; that it was right is then proved, and the service account writes.
 */
export const changeAsOwner = async (
  { ldap, link }: ChangeWay,
  { dn }: Entry,
  current: string,
  next: string,
  meaning: Dialect['meaning'],
): Promise<Written & { readonly byService: boolean }> => {
  const { server } = ldap;
  const bound = await link.asPerson(
    dn,
    current,
    (own) => own.passwordModify({ user: dn, old: current, next }, [PASSWORD_POLICY]),
    { server },
  );
  if (bound.right) return { ...bound.result, byService: false };
  if (meaning(bound).outcome !== 'must-change') {
    throw new LdapFailure(bound.code, bound.diagnostic, server.url, { controls: bound.controls });
  }
  return { ...(await ldap.passwordModify({ user: dn, next }, [PASSWORD_POLICY])), byService: true };
};
