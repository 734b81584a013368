import { MINUTE } from '../../../../src/kernel/clock.ts';
import type { Clock } from '../../../../src/kernel/clock.ts';
import type { Finding } from '../../../../src/plugin.ts';
import type { DirectoryAuthority } from '../../authority/authority.ts';
import type { LdapFailure } from '../../connection/failure.ts';
import type { Ldap } from '../../connection/ldap.ts';
import { parsedFilter } from '../../filter-text.ts';

const INVALID_CREDENTIALS = 49;

/** Kerberos and the windows of lock-outs go wrong beyond it. */
const MOST_SKEW = 5 * MINUTE;
const SOME_SKEW = MINUTE;

/** What became of asking a server that answers. */
export const askingFinding = (
  about: string,
  { config: { bindDn } }: DirectoryAuthority,
  { code, diagnostic, message }: LdapFailure,
): Finding =>
  code === INVALID_CREDENTIALS
    ? {
        ...{ level: 'error', about, text: `${bindDn} cannot bind (${String(code)}): ${diagnostic}` },
        advice:
          'See bindDn and bindPassword. A password that was refused is not tried again for a minute, so that nothing is locked.',
      }
    : { level: 'error', about, text: message };

/** Time of the server (RFC 4517 section 3.3.13), as domain controllers tell it. */
const timeOf = (text: string): number => {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)/.exec(text) ?? [];
  return Date.parse(`${year ?? ''}-${month ?? ''}-${day ?? ''}T${hour ?? ''}:${minute ?? ''}:${second ?? ''}Z`);
};

export const clockFinding = async (about: string, ldap: Ldap, clock: Clock): Promise<readonly Finding[]> => {
  const told = (await ldap.entry('', ['currentTime']))?.text('currentTime');
  const at = told === undefined ? NaN : timeOf(told);
  if (Number.isNaN(at)) return [];
  const skew = Math.abs(at - clock.now());
  if (skew <= SOME_SKEW) return [{ level: 'ok', about, text: 'Its clock and ours agree.' }];
  return [
    {
      level: skew > MOST_SKEW ? 'error' : 'warning',
      about,
      text: `Its clock and ours differ by ${String(Math.round(skew / 1000))} seconds.`,
      advice: 'Let both follow the same time servers: windows of lock-outs and ages of passwords are counted by them.',
    },
  ];
};

const NEEDED = ['lockouttime', 'pwdlastset'];
/** People may write some of their own attributes; a service account that may write more than this is an administrator. */
const TOO_MANY = 10;

/** Whether the account may do more to people than it needs, as far as a domain controller tells. */
export const rightsFinding = async (
  about: string,
  ldap: Ldap,
  { config }: DirectoryAuthority,
): Promise<readonly Finding[]> => {
  if (config.dialect !== 'active-directory') return [];
  const { base, filter } = config.people;
  const { entries } = await ldap.search({
    ...{ base, filter: parsedFilter(filter), sizeLimit: 1 },
    attributes: ['allowedAttributesEffective', 'sDRightsEffective'],
  });
  const [somebody] = entries;
  if (somebody?.has('sDRightsEffective') !== true) return [];
  const writable = somebody.texts('allowedAttributesEffective').map((name) => name.toLowerCase());
  const isMaster = somebody.text('sDRightsEffective') !== '0';
  if (!isMaster && writable.length <= TOO_MANY)
    return [{ level: 'ok', about, text: 'The service account has few rights.' }];
  const more = writable.filter((name) => !NEEDED.includes(name)).length;
  const what = isMaster ? 'may give itself every right over people' : `may write ${String(more)} attributes of people`;
  return [
    {
      level: 'warning',
      about,
      text: `The service account ${what}, which resets do not need.`,
      advice: `Use an account of its own with the rights that this prints: latchkey writeback setup`,
    },
  ];
};
