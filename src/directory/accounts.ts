import type { Store } from '../store/port.ts';
import type { Account, Accounts } from './account.ts';
import type { RuledBy } from './declared-attribute.ts';
import { localNamesAmong, namesOf } from './group-names.ts';
import type { GroupNames } from './group-names.ts';
import { groupsOf } from './memberships.ts';
import type { People } from './people.ts';
import type { Person } from './person.ts';

const primaryFirst = (emails: NonNullable<Person['emails']>): readonly string[] =>
  emails.toSorted((a, b) => Number(b.primary ?? false) - Number(a.primary ?? false)).map((email) => email.value);

/** RFC 7643 section 4.1.2 names `work`, `home` and `other`; what an account is signed in with is none of the latter. */
const isPrivate = ({ type, primary }: NonNullable<Person['emails']>[number]): boolean =>
  primary !== true && (type === 'home' || type === 'other');

/** The first tag of a preference such as `de-CH, de;q=0.8` (RFC 9110 section 12.5.4), or a locale such as `de_CH`. */
const languageOf = (person: Person): string | undefined => {
  const tag = (person.preferredLanguage ?? person.locale)?.split(/[,;]/)[0]?.trim().replaceAll('_', '-');
  try {
    return tag === undefined ? undefined : Intl.getCanonicalLocales(tag)[0];
  } catch {
    return undefined;
  }
};

/** The name to greet a person by, from the attributes that sources fill, best first. */
export const displayNameOf = (person: Person): string => {
  const parts = [person.name?.givenName, person.name?.familyName].filter((part) => part !== undefined && part !== '');
  return person.displayName ?? person.name?.formatted ?? (parts.length > 0 ? parts.join(' ') : person.userName);
};

/** @param names of the groups that hold the person */
export const accountFrom = (person: Person, names: GroupNames, ruled: RuledBy): Account => {
  const locale = languageOf(person);
  const privateMail = (person.emails ?? []).filter(isPrivate).map(({ value }) => value);
  const phones = person.phoneNumbers?.map(({ value, type }) => ({ value, ...(type === undefined ? {} : { type }) }));
  return {
    id: person.id,
    userName: person.userName,
    displayName: displayNameOf(person),
    mail: primaryFirst(person.emails ?? []),
    ...names,
    attributes: ruled(person),
    administrator: person.adminRoles.length > 0,
    kind: person.kind,
    active: person.active,
    epoch: person.epoch,
    ...(locale === undefined ? {} : { locale }),
    ...(phones === undefined ? {} : { phones }),
    ...(privateMail.length === 0 ? {} : { privateMail }),
  };
};

/** The accounts of our own directory. */
export const createAccounts = (store: Store, people: People, ruled: RuledBy): Accounts => {
  const accountOf = async (person: Person | undefined): Promise<Account | undefined> => {
    if (!person) return undefined;
    const held = await groupsOf(store, person.id);
    return accountFrom(person, namesOf(held, await localNamesAmong(store, held)), ruled);
  };

  return {
    byName: async (typed) => accountOf(await people.byName(typed)),
    byId: async (id) => accountOf(await people.byId(id)),
  };
};
