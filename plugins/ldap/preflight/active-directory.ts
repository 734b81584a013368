import { integer, sequence } from '../connection/ber.ts';
import type { Ldap } from '../connection/ldap.ts';
import { guidBytes } from '../dialects/active-directory/guid.ts';
import { present } from '../filter.ts';
import type { EffectiveRights } from './preflight.ts';
import { accessListOf, mayUse } from './security-descriptor.ts';
import type { AccessEntry } from './security-descriptor.ts';

/** LDAP_SERVER_SD_FLAGS_OID (MS-ADTS section 3.1.1.3.4.1.11): the access list alone, which needs no more than reading. */
const SD_FLAGS = '1.2.840.113556.1.4.801';
const DACL = 4;

const hexOf = (guid: string): string => guidBytes(guid)?.toString('hex') ?? '';

/** Extended rights (MS-ADTS section 5.1.3.2.1). */
const RESET_PASSWORD = hexOf('00299570-246d-11d0-a768-00aa006e0529');
const CHANGE_PASSWORD = hexOf('ab721a53-1e2f-11d0-9819-00aa0040529b');

/** Well-known identities (MS-DTYP section 2.4.2.4): a token does not always list them. */
const EVERYONE = '010100000000000100000000';
const AUTHENTICATED = '01010000000000050b000000';
const SELF = '01010000000000050a000000';

/** Of whoever is bound (MS-ADTS section 3.1.1.3.2.20). */
const identitiesOn = async (ldap: Ldap): Promise<ReadonlySet<string> | undefined> => {
  const own = (await ldap.entry('', ['tokenGroups']))?.all('tokenGroups') ?? [];
  if (own.length === 0) return undefined;
  return new Set([...own.map((sid) => sid.toString('hex')), EVERYONE, AUTHENTICATED]);
};

/** "User cannot change password", which is no flag but an entry that denies it to the person or to everyone. */
const isBarredFromChange = (list: readonly AccessEntry[]): boolean =>
  list.some(({ allows, object, sid }) => !allows && object === CHANGE_PASSWORD && (sid === SELF || sid === EVERYONE));

/**
 * What the service account may do to an entry. Rights to attributes are told by the server; that to reset a password is
 * none of these, and is read from the access list.
 */
export const activeDirectoryRights = async (ldap: Ldap, dn: string): Promise<EffectiveRights> => {
  const { entries } = await ldap.search({
    base: dn,
    scope: 'base',
    filter: present('objectClass'),
    attributes: ['allowedAttributesEffective', 'sDRightsEffective', 'nTSecurityDescriptor'],
    controls: [{ oid: SD_FLAGS, critical: true, value: sequence(integer(DACL)) }],
  });
  const [entry] = entries;
  const descriptor = entry?.bytes('nTSecurityDescriptor');
  const list = descriptor && accessListOf(descriptor);
  const sids = list && (await identitiesOn(ldap));
  const writable = entry?.texts('allowedAttributesEffective').map((name) => name.toLowerCase());
  return {
    ...(list && sids ? { reset: mayUse(list, sids, RESET_PASSWORD) } : {}),
    ...(list ? { ownChange: !isBarredFromChange(list) } : {}),
    // A server that computes neither tells no sDRightsEffective either; an account without rights is told of none.
    ...(writable && entry?.has('sDRightsEffective') === true
      ? { unlock: writable.includes('lockouttime'), mustChange: writable.includes('pwdlastset') }
      : {}),
  };
};
