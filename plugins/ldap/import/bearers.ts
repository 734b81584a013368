import { fold } from '../../../src/kernel/text.ts';
import { people } from '../../../src/plugin.ts';
import type { Person } from '../../../src/plugin.ts';
import type { Stored } from '../../../src/store/port.ts';
import { and, eq, ne, or, pr } from '../../../src/store/query.ts';
import type { Query } from '../../../src/store/query.ts';
import type { Hindrance } from './conflicts.ts';
import { sourceOf } from './parts.ts';
import type { ImportParts } from './parts.ts';
import type { ReadPerson } from './read-person.ts';

type Parts = Pick<ImportParts, 'name' | 'host'>;

/** What somebody signs in with besides the user name. */
const further = (name: string): readonly Query[] => [eq('folded.emails.value', name), eq('otherNames', name)];

/**
 * Whom a directory takes no name from: everybody whom it did not bring, and administrators. What the rest of its own
 * people share is for the directory to say.
 */
const keepers = (directory: string): Query => or(ne('source', sourceOf(directory)), pr('adminRoles'));

const keeperOf = async (
  { name, host: { store } }: Parts,
  found: Query,
  id: string | undefined,
): Promise<Person | undefined> => {
  const { docs } = await store.find(people, and(found, keepers(name)), { limit: 2 });
  return docs.find((person) => person.id !== id);
};

/**
 * Whose address, or further name, a user name is that is about to be given. It would stand before them at a sign-in, and
 * have their password sent to this directory.
 *
 * @param id of who is to have it
 */
export const bearerOf = async (parts: Parts, userName: string, id?: string): Promise<string | undefined> => {
  const name = fold(userName);
  if (!name.includes('@')) return undefined;
  return (await keeperOf(parts, and(or(...further(name)), ne('yieldedNames', name)), id))?.id;
};

/** What an entry would be found by, and somebody else is. */
export interface Yielding {
  readonly yieldedNames: readonly string[];
  readonly hindrance?: Hindrance;
}

/**
 * Which of its addresses and further names an entry yields: whoever is found by one keeps it, since a name that several
 * share finds nobody. What somebody had undisputed before is not asked about again.
 */
export const yieldingOf = async (parts: Parts, read: ReadPerson, before?: Stored<Person>): Promise<Yielding> => {
  const addresses = read.attributes.emails?.map(({ value }) => value) ?? [];
  const names = new Set([...read.otherNames, ...addresses].map(fold).filter((name) => name.includes('@')));
  const had = new Set([...(before?.otherNames ?? []), ...(before?.folded.emails?.map(({ value }) => value) ?? [])]);
  for (const name of before?.yieldedNames ?? []) had.delete(name);
  const gained = [...names].filter((name) => !had.has(name));
  const borne = (name: string): Query =>
    or(eq('userNameFolded', name), and(or(...further(name)), ne('yieldedNames', name)));
  const nothing: Yielding = { yieldedNames: [] };
  // Nearly always nobody has any of them.
  if (gained.length === 0 || !(await keeperOf(parts, or(...gained.map(borne)), before?.id))) return nothing;
  const found = await Promise.all(
    gained.map(async (name) => ({ name, keeper: await keeperOf(parts, borne(name), before?.id) })),
  );
  const kept = found.flatMap(({ name, keeper }) => (keeper ? [{ about: name, person: keeper.id }] : []));
  const [first] = kept;
  return first
    ? { yieldedNames: kept.map(({ about }) => about), hindrance: { reason: 'address_taken', ...first } }
    : nothing;
};
