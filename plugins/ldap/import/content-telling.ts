import type { Ldap } from '../connection/ldap.ts';
import type { RootDse } from '../connection/root-dse.ts';
import type { ListingReason } from './collections.ts';

/** What a server tells of changes below a naming context. */
export interface ContentChanges {
  /** Ids of those who may be gone, among others. */
  readonly changed: ReadonlySet<string>;
  /** Whoever was not told of may be gone as well. */
  readonly byPresence: boolean;
}

/** Beyond so many it is quicker, and smaller, to compare everybody. */
export const MOST_CHANGED = 20_000;

/** A way in which servers tell what became of their entries. */
export interface ContentTelling {
  /** Attribute of the id that it tells entries by, in lower case. */
  readonly idAttribute: string;
  isThere(rootDse: RootDse): boolean;
  /** The state that the content is in; undefined where it is not shown. Throws `LdapFailure`. */
  state(ldap: Ldap, context: string): Promise<string | undefined>;
  /**
   * What changed since a state, or why that cannot be told. Throws `LdapFailure`.
   *
   * @param isThere is told of entries that are there as before
   */
  changes(
    ldap: Ldap,
    since: { readonly context: string; readonly state: string },
    isThere: (id: string) => void,
  ): Promise<ContentChanges | ListingReason>;
}
