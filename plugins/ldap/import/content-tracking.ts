import { createHash } from 'node:crypto';
import type { DirectoryConfig } from '../config.ts';
import { SYNC_REQUEST } from '../connection/content-sync.ts';
import { LdapFailure } from '../connection/failure.ts';
import type { Ldap } from '../connection/ldap.ts';
import type { DirectoryImport } from './collections.ts';
import { dnKey, isWithin } from './dn-key.ts';

type Mark = DirectoryImport['marks'][number];

/** The state of a server's content, by naming context: before this run, and when it began. */
export interface ContentTracking {
  /** The naming context that holds a base, and the cookie of the state that is here; nothing where there is none. */
  known(base: string): { readonly context: string; readonly cookie: string; readonly isSame: boolean } | undefined;
  readonly marks: readonly Mark[];
}

const UNTRACKED: ContentTracking = { known: () => undefined, marks: [] };

/** Whoever comes into a group, or leaves it, is not changed by that as servers see it. */
const dependsOnOthers = ({ match, people, groups }: DirectoryConfig): boolean =>
  match.groups !== undefined || /memberof/i.test(`${people.filter} ${groups.filter}`);

/** Whoever is looked for elsewhere, or otherwise, is not told of as changed: such a state is another one. */
const scopeOf = ({ people, groups, match }: DirectoryConfig): string =>
  createHash('sha256')
    .update(JSON.stringify([people.base, people.filter, groups.base, groups.filter, match]))
    .digest('base64url')
    .slice(0, 16);

/**
 * The state that OpenLDAP is in, as it writes it into cookies: the latest change number of each server that takes writes.
 * Taken from where it stands, since a cookie is else given only to who has everything told.
 */
const stateOf = async (ldap: Ldap, context: string): Promise<string | undefined> => {
  const numbers = (await ldap.entry(context, ['contextCSN']))?.texts('contextCSN') ?? [];
  return numbers.length === 0 ? undefined : `rid=000,csn=${numbers.toSorted().join(';')}`;
};

const trackingOn = async (ldap: Ldap, config: DirectoryConfig, marks: readonly Mark[]): Promise<ContentTracking> => {
  const { controls, namingContexts } = await ldap.rootDse();
  if (!controls.has(SYNC_REQUEST)) return UNTRACKED;
  const longestFirst = namingContexts.toSorted((one, other) => other.length - one.length);
  const contextOf = (base: string) => longestFirst.find((context) => isWithin(dnKey(base), dnKey(context)));
  const nameOf = (context: string): string => `${ldap.server.url} ${context} ${scopeOf(config)}`;
  const now: Mark[] = [];
  for (const context of new Set([contextOf(config.people.base), contextOf(config.groups.base)])) {
    const state = context === undefined ? undefined : await stateOf(ldap, context);
    if (context !== undefined && state !== undefined) now.push({ server: nameOf(context), mark: state });
  }
  return {
    marks: now,
    known(base) {
      const context = contextOf(base);
      if (context === undefined) return undefined;
      const of = (all: readonly Mark[]) => all.find(({ server }) => server === nameOf(context))?.mark;
      const cookie = of(marks);
      return cookie === undefined ? undefined : { context, cookie, isSame: cookie === of(now) };
    },
  };
};

/** Begun before anything else is read: what changes meanwhile is told the next time. */
export const contentTracking = async (
  ldap: Ldap,
  config: DirectoryConfig,
  marks: readonly Mark[],
): Promise<ContentTracking> => {
  const { dialect, people } = config;
  const isIdTold = people.attributes.id.toLowerCase() === 'entryuuid';
  if (dialect !== 'openldap' || !isIdTold || dependsOnOthers(config)) return UNTRACKED;
  try {
    return await trackingOn(ldap, config, marks);
  } catch (error) {
    // An import does without; a server that is down says so again at once.
    if (error instanceof LdapFailure) return UNTRACKED;
    throw error;
  }
};

/** Beyond so many it is quicker, and smaller, to compare everybody. */
const MOST_CHANGED = 20_000;

/** What a server tells of changes below a base. */
export interface ContentChanges {
  /** Those who may be gone, among others. */
  readonly changed: readonly string[];
  /** Whoever was not told of may be gone as well. */
  readonly byPresence: boolean;
}

/** @param isThere is told of entries that are there as before. Gives nothing where the server cannot tell. */
export const contentChanges = async (
  ldap: Ldap,
  tracking: ContentTracking,
  base: string,
  isThere: (id: string) => void,
): Promise<ContentChanges | undefined> => {
  const known = tracking.known(base);
  if (!known) return undefined;
  if (known.isSame) return { changed: [], byPresence: false };
  const changed = new Set<string>();
  const branches: string[] = [];
  try {
    const { byPresence } = await ldap.contentSync(
      { base: known.context, cookie: known.cookie },
      ({ kind, ids, hasSubordinates }) => {
        if (hasSubordinates) branches.push(...ids);
        if (kind === 'present') for (const id of ids) isThere(id);
        else if (changed.size <= MOST_CHANGED) for (const id of ids) changed.add(id);
      },
    );
    return branches.length > 0 || changed.size > MOST_CHANGED ? undefined : { changed: [...changed], byPresence };
  } catch (error) {
    // A state that the server does not know, or more changes than it sends: neither keeps an import from its end.
    if (error instanceof LdapFailure && !error.isOutage) return undefined;
    throw error;
  }
};
