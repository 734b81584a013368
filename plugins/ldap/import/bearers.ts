import { fold } from '../../../src/kernel/text.ts';
import type { Person } from '../../../src/plugin.ts';
import type { Stored } from '../../../src/store/port.ts';
import type { Hindrance } from './conflicts.ts';
import { sourceOf } from './parts.ts';
import type { ImportParts } from './parts.ts';
import type { ReadPerson } from './read-person.ts';

type Parts = Pick<ImportParts, 'name' | 'directory'>;

/**
 * Whose address, or further name, a user name is that is about to be given. It would stand before them at a sign-in, and
 * have their password sent to this directory.
 *
 * @param id of who is to have it
 */
export const bearerOf = async (parts: Parts, userName: string, id?: string): Promise<string | undefined> => {
  const to = { source: sourceOf(parts.name), id };
  const [kept] = await parts.directory.people.keptNames({ userName, further: [] }, to);
  return kept?.person;
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
  const had = new Set([...(before?.otherNames ?? []), ...(before?.folded.emails?.map(({ value }) => value) ?? [])]);
  for (const name of before?.yieldedNames ?? []) had.delete(name);
  const further = [...read.otherNames, ...addresses].filter((name) => !had.has(fold(name)));
  const kept = await parts.directory.people.keptNames({ further }, { source: sourceOf(parts.name), id: before?.id });
  const yieldedNames = kept.map(({ name }) => name);
  const [first] = kept;
  if (!first) return { yieldedNames };
  return { yieldedNames, hindrance: { reason: 'address_taken', about: first.name, person: first.person } };
};
