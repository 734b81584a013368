import { createHash } from 'node:crypto';
import type { DirectoryConfig } from '../config.ts';
import { LdapFailure } from '../connection/failure.ts';
import type { Ldap } from '../connection/ldap.ts';
import type { DirectoryImport, ListingReason } from './collections.ts';
import { dnKey, isWithin } from './dn-key.ts';
import type { ContentChanges, ContentTelling } from './content-telling.ts';
import { toldByChangelog } from './told-by-changelog.ts';
import { toldBySync } from './told-by-sync.ts';

type Mark = DirectoryImport['marks'][number];

/** Domain controllers tell by their deleted entries, see gone.ts. */
const tellingOf: Readonly<Record<DirectoryConfig['dialect'], ContentTelling | undefined>> = {
  'active-directory': undefined,
  openldap: toldBySync,
  ds389: toldByChangelog,
};

interface KnownState {
  readonly telling: ContentTelling;
  readonly context: string;
  readonly state: string;
  /** Nothing has changed since. */
  readonly isSame: boolean;
}

/** The state of a server's content, by naming context: before this run, and when it began. */
export interface ContentTracking {
  /** The naming context that holds a base, and the state that is here; or why it is not asked about. */
  known(base: string): KnownState | ListingReason;
  readonly marks: readonly Mark[];
}

const untracked = (why: ListingReason): ContentTracking => ({ known: () => why, marks: [] });

/** Whoever comes into a group, or leaves it, is not changed by that as servers see it. */
const dependsOnOthers = ({ match, people, groups }: DirectoryConfig): boolean =>
  match.groups !== undefined || /memberof/i.test(`${people.filter} ${groups.filter}`);

/** Whoever is looked for elsewhere, or otherwise, is not told of as changed: such a state is another one. */
const scopeOf = ({ people, groups, match }: DirectoryConfig): string =>
  createHash('sha256')
    .update(JSON.stringify([people.base, people.filter, groups.base, groups.filter, match]))
    .digest('base64url')
    .slice(0, 16);

const trackingOn = async (
  ldap: Ldap,
  telling: ContentTelling,
  config: DirectoryConfig,
  marks: readonly Mark[],
): Promise<ContentTracking> => {
  const rootDse = await ldap.rootDse();
  if (!telling.isThere(rootDse)) return untracked('not_offered');
  const { namingContexts } = rootDse;
  const longestFirst = namingContexts.toSorted((one, other) => other.length - one.length);
  const contextOf = (base: string) => longestFirst.find((context) => isWithin(dnKey(base), dnKey(context)));
  const nameOf = (context: string): string => `${ldap.server.url} ${context} ${scopeOf(config)}`;
  const now: Mark[] = [];
  for (const context of new Set([contextOf(config.people.base), contextOf(config.groups.base)])) {
    const state = context === undefined ? undefined : await telling.state(ldap, context);
    if (context !== undefined && state !== undefined) now.push({ server: nameOf(context), mark: state });
  }
  return {
    marks: now,
    known(base) {
      const context = contextOf(base);
      if (context === undefined) return 'state_hidden';
      const of = (all: readonly Mark[]) => all.find((mark) => mark.server === nameOf(context))?.mark;
      const [state, present] = [of(marks), of(now)];
      if (present === undefined) return 'state_hidden';
      return state === undefined ? 'state_unknown' : { telling, context, state, isSame: state === present };
    },
  };
};

/** Begun before anything else is read: what changes meanwhile is told the next time. */
export const contentTracking = async (
  ldap: Ldap,
  config: DirectoryConfig,
  marks: readonly Mark[],
): Promise<ContentTracking> => {
  const telling = tellingOf[config.dialect];
  if (!telling) return untracked('not_offered');
  if (config.people.attributes.id.toLowerCase() !== telling.idAttribute) return untracked('other_id');
  if (dependsOnOthers(config)) return untracked('by_groups');
  try {
    return await trackingOn(ldap, telling, config, marks);
  } catch (error) {
    // An import does without; a server that is down says so again at once.
    if (error instanceof LdapFailure) return untracked('state_hidden');
    throw error;
  }
};

/** @param isThere is told of entries that are there as before. Gives why, where the server cannot tell. */
export const contentChanges = async (
  ldap: Ldap,
  tracking: ContentTracking,
  base: string,
  isThere: (id: string) => void,
): Promise<ContentChanges | ListingReason> => {
  const known = tracking.known(base);
  if (typeof known === 'string') return known;
  if (known.isSame) return { changed: new Set(), byPresence: false };
  try {
    return await known.telling.changes(ldap, known, isThere);
  } catch (error) {
    // A state that the server does not know, or more changes than it sends: neither keeps an import from its end.
    if (error instanceof LdapFailure && !error.isOutage) return 'state_unknown';
    throw error;
  }
};
