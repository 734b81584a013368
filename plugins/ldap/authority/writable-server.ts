import { PasswordRefused } from '../../../src/plugin.ts';
import { LdapFailure } from '../connection/failure.ts';
import type { Ldap } from '../connection/ldap.ts';
import type { AuthorityParts } from './parts.ts';

const isOfReadOnly = (error: unknown): error is PasswordRefused =>
  error instanceof PasswordRefused && error.reason === 'read_only';

/**
 * Work that writes, at the first server that takes writes. One that takes none, as a read-only domain controller or a
 * replica, changed nothing when it said so, and the next is asked; no other answer is asked for twice.
 *
 * Throws `PasswordRefused` (`read_only` where none takes writes), {@link LdapFailure}, and whatever the work throws.
 */
export const onWritable = async <T>(
  { link, dialect, config, name }: AuthorityParts,
  work: (ldap: Ldap) => Promise<T>,
): Promise<T> => {
  if (!config.writeback.enabled) throw new PasswordRefused('read_only', `nothing is written to ${name}`);
  const asked = new Set<string>();
  const ask = async (ldap: Ldap): Promise<T> => {
    asked.add(ldap.server.url);
    if (dialect.isReadOnly?.(await ldap.rootDse()) === true) {
      throw new PasswordRefused('read_only', `${ldap.server.url} is a read-only domain controller`);
    }
    return work(ldap);
  };
  try {
    return await link.withService(ask);
  } catch (refused) {
    if (!isOfReadOnly(refused)) throw refused;
    for (const server of await link.servers()) {
      if (asked.has(server.url) || server.isOpen) continue;
      try {
        return await link.withService(ask, { server });
      } catch (error) {
        const neverAsked = error instanceof LdapFailure && !asked.has(server.url);
        if (!isOfReadOnly(error) && !neverAsked) throw error;
      }
    }
    throw refused;
  }
};
