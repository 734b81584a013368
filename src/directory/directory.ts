import type { Audit } from '../audit/event.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Random } from '../kernel/random.ts';
import type { Store } from '../store/port.ts';
import type { Account, Accounts, Passwords } from './account.ts';
import { accountPages, outlinePages, ruledOutlinePages, userNamesOf } from './account-pages.ts';
import { accountFrom, createAccounts } from './accounts.ts';
import { createOwnership } from './attribute-sources.ts';
import type { AttributeOwners } from './attribute-sources.ts';
import { passwordsByAuthority } from './authorities.ts';
import { createClaims } from './claims.ts';
import type { ClaimsOf } from './claims.ts';
import { ruledBy } from './declared-attribute.ts';
import type { DeclaredAttribute } from './declared-attribute.ts';
import { endings } from './endings.ts';
import { administratorsIn, createFreezes, freezes } from './freezes.ts';
import type { Freezes } from './freezes.ts';
import { groupNesting, groups, memberships } from './group.ts';
import { createGroups } from './groups.ts';
import type { Groups } from './groups.ts';
import { createLocalAuthority } from './local-authority.ts';
import type { LocalAuthority } from './local-authority.ts';
import { localPasswords } from './local-password.ts';
import type { PasswordHashing } from './password-hashing.ts';
import { createPeople } from './people.ts';
import type { People } from './people.ts';
import { people, tombstones } from './person.ts';
import type { Person } from './person.ts';

export const directoryCollections = [
  people,
  groups,
  memberships,
  groupNesting,
  localPasswords,
  tombstones,
  endings,
  freezes,
];

export interface Directory {
  readonly people: People;
  readonly groups: Groups;
  readonly accounts: Accounts;
  readonly passwords: Passwords;
  readonly local: LocalAuthority;
  readonly claimsOf: ClaimsOf;
  /** Somebody who is about to be created, and so in no group. */
  accountOf(person: Person): Account;
  readonly freezes: Freezes;
}

export interface DirectoryParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly audit: Audit;
  readonly hashing: PasswordHashing;
  /** Authorities besides `local`, by the name that a person's record holds. */
  readonly authorities?: Readonly<Record<string, Passwords>>;
  /** Earlier passwords that are remembered. */
  readonly history?: number;
  /** Attributes of people that the configuration declares. */
  readonly declared?: readonly DeclaredAttribute[];
  readonly attributeOwners?: AttributeOwners;
}

/** People, groups and passwords, put together. */
export const createDirectory = (parts: DirectoryParts): Directory => {
  const { store, clock, random, audit, hashing, declared = [] } = parts;
  const ruled = ruledBy(declared);
  const local = createLocalAuthority(store, clock, random, hashing, parts.history);
  const people = createPeople(store, clock, random, audit, createOwnership(parts.attributeOwners));
  return {
    people,
    groups: createGroups(store, clock, random, audit),
    accounts: {
      ...createAccounts(store, people, ruled),
      pages: () => accountPages(store, ruled),
      outlines: ({ attributes } = { attributes: false }) =>
        attributes ? ruledOutlinePages(store, ruled) : outlinePages(store),
      userNames: (ids) => userNamesOf(store, ids),
      administrators: async () =>
        (await administratorsIn(store)).map((person) => accountFrom(person, { groups: [] }, ruled)),
    },
    passwords: passwordsByAuthority(people, { ...parts.authorities, local }),
    local,
    claimsOf: createClaims(store, people, declared),
    accountOf: (person) => accountFrom(person, { groups: [] }, ruled),
    freezes: createFreezes(store, clock, random, audit),
  };
};
