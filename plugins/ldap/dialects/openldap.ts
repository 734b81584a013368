import type { Entry } from '../connection/entry.ts';
import type { LdapFailure } from '../connection/failure.ts';
import type { Ldap, Modification } from '../connection/ldap.ts';
import type { BindOutcome } from '../connection/link.ts';
import { PASSWORD_POLICY } from '../connection/password-policy.ts';
import { afterTheWrite, replacing } from './after-the-write.ts';
import { changeAsOwner } from './change-as-owner.ts';
import type { BindMeaning, Dialect, DirectoryPolicy, EntryState, WriteRefusal, Written } from './dialect.ts';
import { generalizedTime } from './generalized-time.ts';
import { readPolicy } from './openldap/policy.ts';
import { policyRefusal } from './policy-refusal.ts';
import { meaningOfRight } from './right-bind.ts';
import { idText, uuidValue } from './uuid.ts';

/** What pwdAccountLockedTime says of an account that only an administrator opens (section 5.3.3 of the draft). */
const FOR_GOOD = '000001010000Z';

const INVALID_CREDENTIALS = 49;
const NO_SUCH_OBJECT = 32;
const INVALID_DN = 34;

const isLocked = (since: string | undefined, { lockout }: DirectoryPolicy, now: number): boolean => {
  if (since === undefined || since === FOR_GOOD) return false;
  const from = generalizedTime(since);
  return lockout === 0 || from === undefined || from + lockout > now;
};

const state = (entry: Entry, policy: DirectoryPolicy, now: number): EntryState => {
  const changed = entry.text('pwdChangedTime');
  const changedAt = generalizedTime(changed);
  const locked = entry.text('pwdAccountLockedTime');
  const failures = entry.texts('pwdFailureTime').map((text) => generalizedTime(text) ?? now);
  return {
    disabled: locked === FOR_GOOD,
    locked: isLocked(locked, policy, now),
    wrong: failures.filter((at) => policy.window === 0 || at + policy.window > now).length,
    stamp: changed,
    changedAt,
    expiresAt: changedAt !== undefined && policy.maxAge > 0 ? changedAt + policy.maxAge : undefined,
    mustChange: entry.text('pwdReset') === 'TRUE',
    guarded: false,
  };
};

const bindMeaning = (answer: BindOutcome): BindMeaning => {
  if (answer.right) return meaningOfRight(answer);
  const error = answer.policy?.error;
  switch (answer.code) {
    case INVALID_CREDENTIALS:
      if (error === 'passwordExpired') return { outcome: 'must-change', reason: 'expired' };
      return { outcome: error === 'accountLocked' ? 'locked' : 'wrong' };
    case NO_SUCH_OBJECT:
    case INVALID_DN:
      return { outcome: 'wrong' };
    default:
      return { outcome: 'unavailable' };
  }
};

const NO_MODIFICATION: readonly Modification[] = [];

/** Ends the lock that was read, and no other: an administrator may have closed the account for good since. */
const unlocking = (entry: Entry | undefined): readonly Modification[] => {
  const locked = entry?.text('pwdAccountLockedTime');
  if (locked === undefined || locked === FOR_GOOD) return NO_MODIFICATION;
  return [{ operation: 'delete', attribute: 'pwdAccountLockedTime', values: [locked] }];
};

/** What has to be otherwise after a password was set on the account of somebody else. */
const followUp = (
  ldap: Ldap,
  dn: string,
  wanted: { readonly mustChange: boolean; readonly unlock: boolean },
): Promise<Pick<Written, 'incomplete'>> =>
  afterTheWrite(ldap, dn, async () => {
    const entry = await ldap.entry(dn, ['pwdReset', 'pwdAccountLockedTime']);
    const reset = entry?.text('pwdReset') === 'TRUE';
    return [
      ...(reset === wanted.mustChange ? NO_MODIFICATION : [replacing('pwdReset', wanted.mustChange ? ['TRUE'] : [])]),
      ...(wanted.unlock ? unlocking(entry) : []),
    ];
  });

const refusal = (failure: LdapFailure): WriteRefusal =>
  failure.code === INVALID_CREDENTIALS ? 'wrong_password' : policyRefusal(failure);

/** OpenLDAP's slapd with the overlay ppolicy. */
export const openldap: Dialect = {
  name: 'openldap',
  takesOldPasswords: false,
  attributes: ['pwdChangedTime', 'pwdAccountLockedTime', 'pwdFailureTime', 'pwdReset', 'pwdPolicySubentry'],
  idText,
  idValue: uuidValue,
  state,
  policyKey: (entry) => entry?.text('pwdPolicySubentry')?.toLowerCase() ?? '',
  policy: (ldap, entry) => readPolicy(ldap, entry?.text('pwdPolicySubentry')),
  // The policy holds for everybody but the root DN.
  resetsObeyHistory: () => Promise.resolve(true),
  meaning: bindMeaning,

  async reset(ldap, { dn }, password, { mustChange, unlock }) {
    const answer = await ldap.passwordModify({ user: dn, next: password }, [PASSWORD_POLICY]);
    return { ...answer, ...(await followUp(ldap, dn, { mustChange, unlock })) };
  },

  async change(way, entry, current, next) {
    const { byService, ...written } = await changeAsOwner(way, entry, current, next, bindMeaning);
    if (!byService) return written;
    return { ...written, ...(await followUp(way.ldap, entry.dn, { mustChange: false, unlock: false })) };
  },

  async unlock(ldap, entry) {
    const modifications = unlocking(entry);
    return modifications.length > 0 ? ldap.modify(entry.dn, modifications) : { diagnostic: '', controls: new Map() };
  },
  refusal,
};
