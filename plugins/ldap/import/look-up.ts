import type { Entry } from '../connection/entry.ts';
import type { Ldap } from '../connection/ldap.ts';
import { and, eq, or } from '../filter.ts';
import type { Filter } from '../filter.ts';
import type { ImportParts } from './parts.ts';
import { entryIdOf, personAttributes, readPerson } from './read-person.ts';
import type { ReadPerson } from './read-person.ts';
import { groupsScope, peopleScope } from './scope.ts';

/** Ids in one filter. */
const AT_ONCE = 50;

type Parts = Pick<ImportParts, 'config' | 'dialect'>;

interface Wanted {
  readonly base: string;
  readonly scope: Filter;
  readonly attributes: readonly string[];
}

/** The entries with these ids, as far as they stand where we look. */
async function* entriesOf(
  ldap: Pick<Ldap, 'pages'>,
  { config, dialect }: Parts,
  ids: readonly string[],
  { base, scope, attributes }: Wanted,
): AsyncGenerator<Entry> {
  for (let from = 0; from < ids.length; from += AT_ONCE) {
    const values = ids.slice(from, from + AT_ONCE).map((id) => dialect.idValue(id));
    const known = values.filter((value) => value !== undefined);
    if (known.length === 0) continue;
    const filter = and(scope, or(...known.map((value) => eq(config.people.attributes.id, value))));
    for await (const page of ldap.pages({ base, filter, attributes })) yield* page;
  }
}

const peopleOf = ({ config }: Parts) => ({ base: config.people.base, scope: peopleScope(config) });

/** People by the ids of their entries. */
export const readPeople = async (
  ldap: Pick<Ldap, 'pages'>,
  parts: Parts,
  ids: readonly string[],
): Promise<readonly ReadPerson[]> => {
  const reads: ReadPerson[] = [];
  const wanted = { ...peopleOf(parts), attributes: personAttributes(parts) };
  for await (const entry of entriesOf(ldap, parts, ids, wanted)) {
    const read = readPerson(parts, entry);
    if (read) reads.push(read);
  }
  return reads;
};

const idsOf = async (
  ldap: Pick<Ldap, 'pages'>,
  parts: Parts,
  ids: readonly string[],
  where: Omit<Wanted, 'attributes'>,
) => {
  const found = new Set<string>();
  const attributes = [parts.config.people.attributes.id];
  for await (const entry of entriesOf(ldap, parts, ids, { ...where, attributes })) {
    const id = entryIdOf(parts, entry);
    if (id !== undefined) found.add(id);
  }
  return ids.filter((id) => !found.has(id));
};

/** Those of the ids that nobody has where people are. */
export const missingPeople = (ldap: Pick<Ldap, 'pages'>, parts: Parts, ids: readonly string[]) =>
  idsOf(ldap, parts, ids, peopleOf(parts));

/** Those of the ids that no group has where groups are. */
export const missingGroups = (ldap: Pick<Ldap, 'pages'>, parts: Parts, ids: readonly string[]) =>
  idsOf(ldap, parts, ids, { base: parts.config.groups.base, scope: groupsScope(parts.config) });

/** Whether anybody is there of whom we have people: a service account that may read nothing any more sees nobody. */
export const seesAnybody = async (ldap: Pick<Ldap, 'search'>, parts: Parts): Promise<boolean> => {
  const { base, scope } = peopleOf(parts);
  const { entries } = await ldap.search({ base, filter: scope, attributes: [], sizeLimit: 1 });
  return entries.length > 0;
};

/** Whether another of the people that a filter finds is there. */
export const isShared = async (
  ldap: Pick<Ldap, 'search'>,
  parts: Parts,
  { entry: own }: Pick<ReadPerson, 'entry'>,
  asked: Filter,
): Promise<boolean> => {
  const { base, scope } = peopleOf(parts);
  const attributes = [parts.config.people.attributes.id];
  const { entries } = await ldap.search({ base, filter: and(scope, asked), attributes, sizeLimit: 2 });
  return entries.some((entry) => entryIdOf(parts, entry) !== own);
};
