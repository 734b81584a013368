import { LdapFailure } from '../connection/failure.ts';
import type { Ldap } from '../connection/ldap.ts';
import { and, eq, or, present } from '../filter.ts';
import type { Filter } from '../filter.ts';
import { fieldPagesOf } from '../../../src/store/port.ts';
import type { Collection, Doc } from '../../../src/store/port.ts';
import { sw as startsWith } from '../../../src/store/query.ts';
import { entryKeyOf } from '../collections.ts';
import { idSet } from './id-set.ts';
import type { IdSet } from './id-set.ts';
import type { ListingReason } from './collections.ts';
import type { ImportParts } from './parts.ts';
import type { Run } from './run.ts';
import { contentChanges } from './content-tracking.ts';
import { entryIdOf } from './read-person.ts';

/** Shows deleted entries (MS-ADTS section 3.1.1.3.4.1.14). */
const SHOW_DELETED = { oid: '1.2.840.113556.1.4.417', critical: true };

/** Where Active Directory puts them, by its well-known name (MS-ADTS section 6.1.1.4). */
const deletedObjects = (namingContext: string): string => `<WKGUID=18E2EA80684F11D2B9AA00C04F79F805,${namingContext}>`;

const AT_ONCE = 500;

interface Linked extends Doc {
  readonly entryKey: string;
}

/** Of a link, as far as an index has it. */
export interface Unseen {
  /** Of the person, or of the group. */
  readonly id: string;
  readonly entry: string;
}

/** Links of a directory to entries that were not seen. */
export async function* unseen<T extends Linked>(
  { name, host: { store } }: Pick<ImportParts, 'name' | 'host'>,
  links: Collection<T>,
  seen: Pick<IdSet, 'has'>,
): AsyncGenerator<Unseen> {
  const ours = entryKeyOf(name, '');
  const keyed = links as unknown as Collection<Linked>;
  for await (const page of fieldPagesOf(store, keyed, ['entryKey'], startsWith('entryKey', ours), 'entryKey')) {
    for (const { id, entryKey } of page) {
      const entry = entryKey.slice(ours.length);
      if (!seen.has(entry)) yield { id, entry };
    }
  }
}

/** Ids of all entries that a filter finds; of many no more is held than {@link IdSet} does. */
export async function* idPages(
  ldap: Pick<Ldap, 'pages'>,
  parts: Pick<ImportParts, 'config' | 'dialect'>,
  base: string,
  filter: Filter,
  controls: readonly (typeof SHOW_DELETED)[] = [],
): AsyncGenerator<readonly string[]> {
  const attributes = [parts.config.people.attributes.id];
  for await (const page of ldap.pages({ base, filter, attributes, controls }, AT_ONCE)) {
    yield page.map((entry) => entryIdOf(parts, entry)).filter((id) => id !== undefined);
  }
}

/**
 * A service account sees deleted entries only where an administrator gave it the right to list and read them. Without
 * it the container may still be found, with nothing in it.
 */
const seesDeleted = async (ldap: Ldap, namingContext: string): Promise<boolean> => {
  try {
    const filter = present('objectClass');
    const asked = { base: deletedObjects(namingContext), scope: 'base', filter, attributes: ['objectClass'] } as const;
    const { entries } = await ldap.search({ ...asked, controls: [SHOW_DELETED] });
    return entries.some((entry) => entry.has('objectClass'));
  } catch (error) {
    if (error instanceof LdapFailure && !error.isOutage) return false;
    throw error;
  }
};

/**
 * Ids of whatever changed anywhere in the domain, deleted entries among them: of those that were here and are found
 * where people are no more. Or why they are to be missed by comparing everything.
 */
const changedAnywhere = async (
  ldap: Ldap,
  parts: Pick<ImportParts, 'config' | 'dialect'>,
  since: Filter,
): Promise<AsyncGenerator<readonly string[]> | ListingReason> => {
  const { defaultNamingContext, controls } = await ldap.rootDse();
  if (defaultNamingContext === undefined || !controls.has(SHOW_DELETED.oid)) return 'not_offered';
  if (!(await seesDeleted(ldap, defaultNamingContext))) return 'deleted_hidden';
  const kinds = or(eq('objectClass', 'user'), eq('objectClass', 'group'));
  return idPages(ldap, parts, defaultNamingContext, and(since, kinds), [SHOW_DELETED]);
};

/** What a server tells of who may be gone. */
export interface Told {
  /** Who changed, or is deleted. */
  readonly ids: AsyncIterable<readonly string[]>;
  /** Who is there, where it says of nobody that they are deleted: whoever is missing in it may be gone as well. */
  readonly there?: IdSet;
}

async function* inPages(ids: Iterable<string>): AsyncGenerator<readonly string[]> {
  const all = [...ids];
  for (let from = 0; from < all.length; from += AT_ONCE) yield await Promise.resolve(all.slice(from, from + AT_ONCE));
}

const asked = async (
  { ldap, parts, content }: Pick<Run, 'ldap' | 'parts' | 'content'>,
  since: Filter,
  base: string,
): Promise<Told | ListingReason> => {
  if (parts.config.dialect === 'active-directory') {
    const anywhere = await changedAnywhere(ldap, parts, since);
    return typeof anywhere === 'string' ? anywhere : { ids: anywhere };
  }
  const there = idSet();
  const changes = await contentChanges(ldap, content, base, (id) => there.add(id));
  if (typeof changes === 'string') return changes;
  return { ids: inPages(changes.changed), ...(changes.byPresence ? { there } : {}) };
};

/** Asks the server what became of entries since the last run; of everything, or of what it cannot tell, nothing. */
export const toldChanges = async (run: Run, base: string): Promise<Partial<Told>> => {
  if (run.since === undefined) return {};
  const told = await asked(run, run.since, base);
  if (typeof told !== 'string') return told;
  run.learnt.listed = told;
  return {};
};

/** What is in one of two. */
export const inEither = (one: Pick<IdSet, 'has'>, other: Pick<IdSet, 'has'> | undefined): Pick<IdSet, 'has'> => ({
  has: (id) => one.has(id) || other?.has(id) === true,
});
