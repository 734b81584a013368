import type { Preflight } from '../../../src/plugin.ts';
import type { FoundEntry, Lookup } from '../authority/authority.ts';
import type { DirectoryConfig } from '../config.ts';
import type { Ldap } from '../connection/ldap.ts';
import { isBelow } from '../distinguished-name.ts';
import { activeDirectoryRights } from './active-directory.ts';
import { ds389Rights } from './ds389.ts';

/** What the service account may do to an entry; what the server does not tell is absent. */
export interface EffectiveRights {
  readonly reset?: boolean;
  readonly unlock?: boolean;
  readonly mustChange?: boolean;
  /** Whether its owner may change the password: whoever may not is not to get round that by a reset. */
  readonly ownChange?: boolean;
}

type Asking = (ldap: Ldap, dn: string, bindDn: string) => Promise<EffectiveRights>;

/** OpenLDAP has no way to ask. */
const rightsBy: Readonly<Record<DirectoryConfig['dialect'], Asking>> = {
  'active-directory': activeDirectoryRights,
  openldap: () => Promise.resolve({}),
  ds389: ds389Rights,
};

const no = (reason: Extract<Preflight, { works: false }>['reason'], about: string): Preflight => ({
  works: false,
  reason,
  about,
});

/** What is missing of the rights that a reset here would use; a server that tells nothing is believed to grant them. */
const missingRight = (
  { writeback }: DirectoryConfig,
  found: FoundEntry,
  rights: EffectiveRights,
): string | undefined => {
  const isProtected = found.state.guarded && rights.reset !== true;
  if (isProtected) return 'the account is protected (adminCount), which no delegated right reaches';
  if (rights.reset === false) return 'the service account may not reset the password';
  if (rights.ownChange === false) return 'the account may not change its password, so nobody changes it for its owner';
  if (writeback.unlockWithReset && rights.unlock === false) return 'the service account may not write lockoutTime';
  if (writeback.mustChangeAtNextLogon && rights.mustChange === false) {
    return 'the service account may not write pwdLastSet';
  }
  return undefined;
};

/**
 * Whether a reset of somebody's password would be written, asked without writing. Throws `LdapFailure`.
 *
 * @param ldap bound as the service account, on the server that `lookup` is of
 */
export const preflightOf = async (ldap: Ldap, config: DirectoryConfig, lookup: Lookup): Promise<Preflight> => {
  if (!config.writeback.enabled) return no('read_only', 'writeback is off for this directory');
  if (lookup.found === 'none') return no('not_found', 'nobody in the directory is linked with them');
  if (lookup.found === 'several')
    return no('ambiguous', 'several entries bear their name, and none is linked with them');
  const { entry, state } = lookup;
  if (!isBelow(entry.dn, config.people.base)) return no('not_found', `${entry.dn} is outside ${config.people.base}`);
  if (state.disabled) return no('disabled', `${entry.dn} is disabled`);
  const rights = await rightsBy[config.dialect](ldap, entry.dn, config.bindDn);
  const missing = missingRight(config, lookup, rights);
  return missing === undefined ? { works: true } : no('no_permission', `${missing}: ${entry.dn}`);
};
