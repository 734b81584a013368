import { MINUTE } from '../../../src/kernel/clock.ts';
import { integer, sequence } from '../connection/ber.ts';
import type { Entry } from '../connection/entry.ts';
import type { Ldap, Modification } from '../connection/ldap.ts';
import { bindMeaning } from './active-directory/bind-meaning.ts';
import { isComplex } from './active-directory/complexity.ts';
import { guidBytes, guidText } from './active-directory/guid.ts';
import { readPolicy } from './active-directory/policy.ts';
import { count, hasFlag, moment } from './active-directory/values.ts';
import { writeRefusal } from './active-directory/write-refusal.ts';
import type { Dialect, DirectoryPolicy, EntryState } from './dialect.ts';
import { generalizedTime } from './generalized-time.ts';

/** Bits of userAccountControl (MS-ADTS section 2.2.16). */
const DISABLED = 0x2;
const LOCKED = 0x10;
const NEVER_EXPIRES = 0x10000;

/** LDAP_SERVER_POLICY_HINTS (MS-ADTS section 3.1.1.3.4.1.27) and its name before Windows Server 2012. */
const POLICY_HINTS = ['1.2.840.113556.1.4.2239', '1.2.840.113556.1.4.2066'];

const replace = (attribute: string, value: string | Buffer): Modification => ({
  operation: 'replace',
  attribute,
  values: [value],
});

/** A domain controller that is read-only has the secrets of some alone (MS-ADTS section 3.1.1.3.4.3). */
const PARTIAL_SECRETS = '1.2.840.113556.1.4.1920';

/** The value of unicodePwd (MS-ADTS section 3.1.1.3.1.5). */
const quoted = (password: string): Buffer => Buffer.from(`"${password}"`, 'utf16le');

/** Clocks of a domain may differ by as much (Kerberos); wrong passwords count a little too long rather than too short. */
const SKEW = 5 * MINUTE;

/** Wrong passwords are forgotten once none has come for the window; the count itself stays until the next one. */
const wrongNow = (entry: Entry, { window }: DirectoryPolicy, now: number): number => {
  const last = moment(entry.text('badPasswordTime'));
  const over = last === undefined || (window > 0 && last + window + SKEW < now);
  return over ? 0 : count(entry.text('badPwdCount'));
};

const state = (entry: Entry, policy: DirectoryPolicy, now: number): EntryState => {
  const control = entry.text('userAccountControl');
  const set = entry.text('pwdLastSet');
  return {
    disabled: hasFlag(control, DISABLED),
    locked: hasFlag(entry.text('msDS-User-Account-Control-Computed'), LOCKED),
    wrong: wrongNow(entry, policy, now),
    stamp: set,
    changedAt: moment(set),
    expiresAt: moment(entry.text('msDS-UserPasswordExpiryTimeComputed')),
    mustChange: set === '0' && !hasFlag(control, NEVER_EXPIRES),
    guarded: entry.text('adminCount') === '1',
  };
};

/** With it a reset obeys history and minimum age, which an administrator's does not. */
const policyHintsOf = async (ldap: Ldap): Promise<string | undefined> => {
  const { controls } = await ldap.rootDse();
  return POLICY_HINTS.find((oid) => controls.has(oid));
};

/** Domain controllers of Windows and of Samba. */
export const activeDirectory: Dialect = {
  name: 'active-directory',
  takesOldPasswords: true,
  clock: async (ldap) => generalizedTime((await ldap.entry('', ['currentTime']))?.text('currentTime')),
  attributes: [
    ...['userAccountControl', 'msDS-User-Account-Control-Computed', 'pwdLastSet', 'adminCount'],
    ...['badPwdCount', 'badPasswordTime', 'msDS-ResultantPSO', 'msDS-UserPasswordExpiryTimeComputed'],
    ...['sAMAccountName', 'displayName'],
  ],
  idText: guidText,
  idValue: guidBytes,
  state,
  isReadOnly: ({ capabilities }) => capabilities.has(PARTIAL_SECRETS),
  policyKey: (entry) => entry?.text('msDS-ResultantPSO')?.toLowerCase() ?? '',
  policy: (ldap, entry) => readPolicy(ldap, entry?.text('msDS-ResultantPSO')),
  resetControl: policyHintsOf,
  resetsObeyHistory: async (ldap) => (await policyHintsOf(ldap)) !== undefined,
  meaning: bindMeaning,

  async reset(ldap, entry, password, { mustChange, unlock }) {
    const control = await policyHintsOf(ldap);
    const hints = control === undefined ? [] : [{ oid: control, critical: true, value: sequence(integer(1)) }];
    const modifications = [
      replace('unicodePwd', quoted(password)),
      ...(unlock ? [replace('lockoutTime', '0')] : []),
      ...(mustChange ? [replace('pwdLastSet', '0')] : []),
    ];
    const answer = await ldap.modify(entry.dn, modifications, hints);
    return { ...answer, ...(control === undefined ? {} : { control }) };
  },

  // On the connection of the service account: whoever must change a password cannot bind with it.
  change: ({ ldap }, entry, current, next) =>
    ldap.modify(entry.dn, [
      { operation: 'delete', attribute: 'unicodePwd', values: [quoted(current)] },
      { operation: 'add', attribute: 'unicodePwd', values: [quoted(next)] },
    ]),

  unlock: (ldap, entry) => ldap.modify(entry.dn, [replace('lockoutTime', '0')]),
  refusal: writeRefusal,
  isComplex,
};
