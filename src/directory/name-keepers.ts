import { fold } from '../kernel/text.ts';
import type { Store } from '../store/port.ts';
import { and, eq, ne, or } from '../store/query.ts';
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

interface Sought {
  readonly name: string;
  /** It stands before an address: whoever took somebody's address for a user name would be sent their password. */
  readonly isUserName: boolean;
}

const conditionOf = ({ name, isUserName }: Sought): Query =>
  isUserName ? furtherOf(name) : or(eq('userNameFolded', name), furtherOf(name));

/** One without an @ finds people by their user names alone. */
const findsByAnything = (name: string): boolean => name.includes('@');

/** An address that is the user name as well is looked for once: whose user name it is shows when it is given. */
const soughtIn = (userName: string | undefined, further: readonly string[]): readonly Sought[] => {
  const named = userName === undefined ? [] : [fold(userName)];
  return [
    ...named.map((name) => ({ name, isUserName: true })),
    ...[...new Set(further.map(fold))]
      .filter((name) => !named.includes(name))
      .map((name) => ({ name, isUserName: false })),
  ].filter(({ name }) => findsByAnything(name));
};

/**
 * Whom a source takes no name from: everybody whom it did not bring, and administrators. What the rest of its own people
 * share is for the source to say, and finds none of them.
 */
const keepsFrom = (source: string, person: Person): boolean => person.source !== source || person.adminRoles.length > 0;

/** Those of the names that somebody else is found by, and keeps: one that several have would find nobody. */
export type KeptNames = (names: ComingNames, to: Bearing) => Promise<readonly KeptName[]>;

export const createKeptNames = (store: Store): KeptNames => {
  /** Two others at most: more of them make no difference, however many share an address. */
  const others = async (query: Query, id: string | undefined): Promise<readonly Person[]> =>
    (await store.find(people, query, { limit: 3 })).docs.filter((person) => person.id !== id);

  const foundBy = async ({ name, isUserName }: Sought, id: string | undefined): Promise<Person | undefined> => {
    const [named] = isUserName ? [] : await others(eq('userNameFolded', name), id);
    if (named) return named;
    const sharing = await others(furtherOf(name), id);
    return sharing.length === 1 ? sharing[0] : undefined;
  };

  return async ({ userName, further }, { source, id }) => {
    const sought = soughtIn(userName, further);
    // Nearly always nobody has any of them.
    if (sought.length === 0 || (await others(or(...sought.map(conditionOf)), id)).length === 0) return [];
    const found = await Promise.all(sought.map(async (one) => ({ name: one.name, keeper: await foundBy(one, id) })));
    return found.flatMap(({ name, keeper }) =>
      keeper && keepsFrom(source, keeper) ? [{ name, person: keeper.id }] : [],
    );
  };
};
