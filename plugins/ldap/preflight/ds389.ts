import { LdapFailure } from '../connection/failure.ts';
import type { Ldap } from '../connection/ldap.ts';
import { present } from '../filter.ts';
import type { EffectiveRights } from './preflight.ts';

/** Get effective rights (draft-ietf-ldapext-acl-model): which accounts may ask of themselves. */
const EFFECTIVE_RIGHTS = '1.3.6.1.4.1.42.2.27.9.5.2';

const WRITE = 'w';

/** What the service account may do to an entry, as the server works it out. */
export const ds389Rights = async (ldap: Ldap, dn: string, bindDn: string): Promise<EffectiveRights> => {
  const { controls } = await ldap.rootDse();
  if (!controls.has(EFFECTIVE_RIGHTS)) return {};
  try {
    const { entries } = await ldap.search({
      ...{ base: dn, scope: 'base', filter: present('objectClass'), attributes: ['userPassword'] },
      controls: [{ oid: EFFECTIVE_RIGHTS, critical: true, value: Buffer.from(`dn:${bindDn}`) }],
    });
    const [, rights] = /\buserPassword:(\w+)/i.exec(entries[0]?.text('attributeLevelRights') ?? '') ?? [];
    // `none` has no w in it.
    return rights === undefined ? {} : { reset: rights.includes(WRITE) };
  } catch (error) {
    // Whoever may not ask is not told, and may still have the right.
    if (error instanceof LdapFailure && !error.isOutage) return {};
    throw error;
  }
};
