import type { Audit } from '../audit/event.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Random } from '../kernel/random.ts';
import type { Store } from '../store/port.ts';
import type { Accounts, Passwords } from './account.ts';
import { accountPages, outlinePages } from './account-pages.ts';
import { accountFrom, createAccounts } from './accounts.ts';
import { passwordsByAuthority } from './authorities.ts';
import { createClaims } from './claims.ts';
import type { ClaimsOf } from './claims.ts';
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
}

/** People, groups and passwords, put together. */
export const createDirectory = (parts: DirectoryParts): Directory => {
  const { store, clock, random, audit, hashing } = parts;
  const local = createLocalAuthority(store, clock, random, hashing, parts.history);
  const people = createPeople(store, clock, random, audit);
  return {
    people,
    groups: createGroups(store, clock, random, audit),
    accounts: {
      ...createAccounts(store, people),
      pages: () => accountPages(store),
      outlines: () => outlinePages(store),
      administrators: async () => (await administratorsIn(store)).map((person) => accountFrom(person, [])),
    },
    passwords: passwordsByAuthority(people, { ...parts.authorities, local }),
    local,
    claimsOf: createClaims(store, people),
    freezes: createFreezes(store, clock, random, audit),
  };
};
