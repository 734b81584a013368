import type { Account } from '../../../src/plugin.ts';
import type { Stored } from '../../../src/store/port.ts';
import { directoryLinks } from '../collections.ts';
import type { DirectoryLink } from '../collections.ts';
import type { Entry } from '../connection/entry.ts';
import { LdapFailure } from '../connection/failure.ts';
import type { Ldap } from '../connection/ldap.ts';
import { parsedFilter } from '../filter-text.ts';
import { and, eq } from '../filter.ts';
import type { FoundEntry, Lookup } from './authority.ts';
import type { AuthorityParts } from './parts.ts';
import type { Policies } from './policies.ts';

const SIZE_LIMIT_EXCEEDED = 4;

/** Finds people's entries by the id that they are linked by, never by what somebody typed. */
export interface Entries {
  /** The link of a person of this directory. */
  linkOf(account: Pick<Account, 'id'>): Promise<Stored<DirectoryLink> | undefined>;
  /** Throws `LdapFailure`. */
  on(ldap: Ldap, account: Account, link: DirectoryLink | undefined): Promise<Lookup>;
  /** The same entry again, on the same server. Throws `LdapFailure`. */
  again(ldap: Ldap, found: FoundEntry): Promise<FoundEntry | undefined>;
  /** The same with its policy asked for anew, by which something was refused just now. Throws `LdapFailure`. */
  judgedAnew(ldap: Ldap, found: FoundEntry): Promise<FoundEntry>;
}

export const createEntries = (parts: AuthorityParts, policies: Policies): Entries => {
  const { name, config, dialect, store, clock } = parts;
  const { id: idAttribute, userName } = config.people.attributes;
  const attributes = [idAttribute, ...dialect.attributes];

  const idOf = (entry: Entry): string | undefined => {
    const bytes = entry.bytes(idAttribute);
    return bytes && dialect.idText(bytes);
  };

  /** It is mostly where it was; by its id it is found wherever it went. */
  const linked = async (ldap: Ldap, { dn, entry: id }: DirectoryLink): Promise<Entry | undefined> => {
    const there = await ldap.entry(dn, attributes).catch((error: unknown) => {
      // A DN that this server cannot read, or may not show, is no DN of theirs any more.
      if (error instanceof LdapFailure && !error.isOutage) return undefined;
      throw error;
    });
    if (there && idOf(there) === id) return there;
    const value = dialect.idValue(id);
    if (value === undefined) return undefined;
    const { entries } = await ldap.search({ base: config.base, filter: eq(idAttribute, value), attributes });
    return entries.find((entry) => idOf(entry) === id);
  };

  /** Whoever is not linked is not believed to be anybody; how many bear the name is for the administrator to know. */
  const unlinked = async (ldap: Ldap, account: Account): Promise<Lookup> => {
    const { base, filter } = config.people;
    const named = and(parsedFilter(filter), eq(userName, account.userName));
    try {
      const { entries } = await ldap.search({ base, filter: named, attributes: [], sizeLimit: 2 });
      return { found: entries.length > 1 ? 'several' : 'none' };
    } catch (error) {
      if (error instanceof LdapFailure && error.code === SIZE_LIMIT_EXCEEDED) return { found: 'several' };
      throw error;
    }
  };

  const standing = async (ldap: Ldap, entry: Entry, id: string, anew = false): Promise<FoundEntry> => {
    const policy = await policies.of(ldap, entry, anew);
    const state = dialect.state(entry, policy, clock.now());
    return { found: 'one', entry, id, server: ldap.server, policy, state };
  };

  return {
    async linkOf({ id }) {
      const link = await store.get(directoryLinks, id);
      return link?.directory === name ? link : undefined;
    },
    async on(ldap, account, link) {
      if (!link) return unlinked(ldap, account);
      const entry = await linked(ldap, link);
      return entry ? standing(ldap, entry, link.entry) : { found: 'none' };
    },
    async again(ldap, { entry: { dn }, id }) {
      const entry = await ldap.entry(dn, attributes);
      return entry && standing(ldap, entry, id);
    },
    judgedAnew: (ldap, { entry, id }) => standing(ldap, entry, id, true),
  };
};
