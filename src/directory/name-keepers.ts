import { fold } from '../kernel/text.ts';
import type { Store } from '../store/port.ts';
import { and, eq, ne, or, pr } from '../store/query.ts';
import type { Query } from '../store/query.ts';
import { people } from './person.ts';
import type { Person } from './person.ts';

/** Names to sign in with that somebody is about to be given. */
export interface ComingNames {
  /** Where it changes. That nobody else has it for a user name is for the commit to say. */
  readonly userName?: string;
  /** Addresses and further names, without those that were there before. */
  readonly further: readonly string[];
}

/** To whom, and by whom. */
export interface Bearing {
  /** Of whoever writes it. */
  readonly source: string;
  /** Absent for somebody new. */
  readonly id?: string | undefined;
}

export interface KeptName {
  /** Folded. */
  readonly name: string;
  /** The id of whoever keeps it. */
  readonly person: string;
}

/** What somebody signs in with besides the user name, unless it is somebody else's. */
const furtherOf = (name: string): Query =>
  and(or(eq('folded.emails.value', name), eq('otherNames', name)), ne('yieldedNames', name));

const anyOf = (name: string): Query => or(eq('userNameFolded', name), furtherOf(name));

/** One without an @ finds people by their user names alone. */
const findsByAnything = (name: string): boolean => name.includes('@');

/**
 * Whom a source takes no name from: everybody whom it did not bring, and administrators. What the rest of its own people
 * share is for the source to say, and finds none of them.
 */
const keepers = (source: string): Query => or(ne('source', source), pr('adminRoles'));

/** Those of the names that somebody else is found by, and keeps: one that several have would find nobody. */
export type KeptNames = (names: ComingNames, to: Bearing) => Promise<readonly KeptName[]>;

export const createKeptNames =
  (store: Store): KeptNames =>
  async ({ userName, further }, { source, id }) => {
    const keeperOf = async (found: Query): Promise<Person | undefined> => {
      const { docs } = await store.find(people, and(found, keepers(source)), { limit: 2 });
      return docs.find((person) => person.id !== id);
    };
    const sought = [
      // It stands before an address: whoever took somebody's address for a user name would be sent their password.
      ...(userName === undefined ? [] : [fold(userName)]).map((name) => ({ name, found: furtherOf(name) })),
      ...[...new Set(further.map(fold))].map((name) => ({ name, found: anyOf(name) })),
    ].filter(({ name }) => findsByAnything(name));
    // Nearly always nobody has any of them.
    if (sought.length === 0 || !(await keeperOf(or(...sought.map(({ found }) => found))))) return [];
    const kept = await Promise.all(sought.map(async ({ name, found }) => ({ name, keeper: await keeperOf(found) })));
    return kept.flatMap(({ name, keeper }) => (keeper ? [{ name, person: keeper.id }] : []));
  };
