import type { Entry } from '../connection/entry.ts';
import type { LdapFailure } from '../connection/failure.ts';
import type { Ldap, Modification } from '../connection/ldap.ts';
import type { BindOutcome } from '../connection/link.ts';
import { PASSWORD_POLICY } from '../connection/password-policy.ts';
import { afterTheWrite, replacing } from './after-the-write.ts';
import { changeAsOwner } from './change-as-owner.ts';
import type { BindMeaning, Dialect, DirectoryPolicy, EntryState, WriteRefusal, Writing, Written } from './dialect.ts';
import { readPolicy } from './ds389/policy.ts';
import { generalizedTime } from './generalized-time.ts';
import { numberOf } from './numbers.ts';
import { policyRefusal } from './policy-refusal.ts';
import { meaningOfRight } from './right-bind.ts';
import { idText } from './uuid.ts';

const INVALID_CREDENTIALS = 49;
const CONSTRAINT_VIOLATION = 19;
const NO_SUCH_OBJECT = 32;
const INVALID_DN = 34;
const UNWILLING = 53;

/** A time that means "before anything", and so "until an administrator" or "must be changed". */
const BEGINNING = '19700101000000Z';
/** A password that never expires does so then. */
const END = '20380119031407Z';

const ID = /^[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}$/;

const isLocked = (until: string | undefined, now: number): boolean =>
  until !== undefined && (until === BEGINNING || (generalizedTime(until) ?? now + 1) > now);

const state = (entry: Entry, _policy: DirectoryPolicy, now: number): EntryState => {
  const expires = entry.text('passwordExpirationTime');
  const counted = generalizedTime(entry.text('retryCountResetTime'));
  const updated = entry.text('pwdUpdateTime');
  return {
    disabled: entry.text('nsAccountLock')?.toLowerCase() === 'true',
    locked: isLocked(entry.text('accountUnlockTime'), now),
    wrong: counted !== undefined && counted > now ? numberOf(entry.text('passwordRetryCount')) : 0,
    stamp: updated,
    changedAt: generalizedTime(updated),
    expiresAt: expires === BEGINNING || expires === END ? undefined : generalizedTime(expires),
    mustChange: expires === BEGINNING,
    guarded: false,
  };
};

const bindMeaning = (answer: BindOutcome): BindMeaning => {
  if (answer.right) return meaningOfRight(answer);
  const error = answer.policy?.error;
  switch (answer.code) {
    case INVALID_CREDENTIALS:
      return error === 'passwordExpired' ? { outcome: 'must-change', reason: 'expired' } : { outcome: 'wrong' };
    case CONSTRAINT_VIOLATION:
      return { outcome: 'locked' };
    case UNWILLING:
      // Said before the password is looked at: it is no answer to whoever has not proved it.
      return { outcome: /inactivated/i.test(answer.diagnostic) ? 'locked' : 'unavailable' };
    case NO_SUCH_OBJECT:
    case INVALID_DN:
      return { outcome: 'wrong' };
    default:
      return { outcome: 'unavailable' };
  }
};

const unlocking: readonly Modification[] = [
  replacing('passwordRetryCount'),
  replacing('retryCountResetTime'),
  replacing('accountUnlockTime'),
];

/** What has to be otherwise after the service account set a password: the server takes it for an administrator. */
const followUp = (ldap: Ldap, dn: string, { mustChange, unlock }: Writing): Promise<Pick<Written, 'incomplete'>> =>
  afterTheWrite(ldap, dn, async () => {
    const isDue = (await ldap.entry(dn, ['passwordExpirationTime']))?.text('passwordExpirationTime') === BEGINNING;
    return [
      ...(unlock ? unlocking : []),
      // When it expires is for the server to say at the next change.
      ...(isDue === mustChange ? [] : [replacing('passwordExpirationTime', [mustChange ? BEGINNING : END])]),
    ];
  });

/** Its control says "quality" for everything about the form; its text says more. */
const texts: readonly (readonly [RegExp, WriteRefusal])[] = [
  [/at least \d+ characters/i, 'too_short'],
  [/in history/i, 'history'],
  [/minimum age/i, 'too_young'],
];

const refusal = (failure: LdapFailure): WriteRefusal => {
  if (failure.code === INVALID_CREDENTIALS) return 'wrong_password';
  return texts.find(([words]) => words.test(failure.diagnostic))?.[1] ?? policyRefusal(failure);
};

/** 389 Directory Server and its kin. */
export const ds389: Dialect = {
  name: 'ds389',
  takesOldPasswords: false,
  attributes: [
    ...['nsAccountLock', 'accountUnlockTime', 'passwordRetryCount', 'retryCountResetTime'],
    ...['passwordExpirationTime', 'pwdUpdateTime', 'pwdPolicySubentry'],
  ],
  idText,
  idValue: (id) => (ID.test(id) ? id : undefined),
  state,
  policyKey: (entry) => entry?.text('pwdPolicySubentry')?.toLowerCase() ?? '',
  policy: (ldap, entry) => readPolicy(ldap, entry?.text('pwdPolicySubentry')),
  resetsObeyHistory: () => Promise.resolve(true),
  meaning: bindMeaning,

  async reset(ldap, { dn }, password, writing) {
    const answer = await ldap.passwordModify({ user: dn, next: password }, [PASSWORD_POLICY]);
    return { ...answer, ...(await followUp(ldap, dn, writing)) };
  },

  async change(way, entry, current, next) {
    const { byService, ...written } = await changeAsOwner(way, entry, current, next, bindMeaning);
    if (!byService) return written;
    return { ...written, ...(await followUp(way.ldap, entry.dn, { mustChange: false, unlock: false })) };
  },

  unlock: (ldap, { dn }) => ldap.modify(dn, unlocking),
  refusal,
};
