import { SECOND } from '../kernel/clock.ts';
import type { Store } from '../store/port.ts';
import { displayNameOf } from './accounts.ts';
import type { AttributeValue, DeclaredAttribute } from './declared-attribute.ts';
import { localNamesAmong, nameOf } from './group-names.ts';
import { groupsOf } from './memberships.ts';
import type { People } from './people.ts';
import type { Person } from './person.ts';

/** Standard claims (OIDC Core section 5.1), `groups` and those that are declared; what is not known is left out. */
export type Claims = Readonly<Record<string, AttributeValue>>;

/** Claims of an account by id; undefined when there is nobody. The caller gives out what the scopes allow. */
export type ClaimsOf = (accountId: string) => Promise<Claims | undefined>;

interface Contact {
  readonly value: string;
  readonly primary?: boolean;
  readonly verifiedAt?: number;
}

const preferred = (contacts: readonly Contact[] | undefined): Contact | undefined =>
  contacts?.find((contact) => contact.primary) ?? contacts?.[0];

const profile = (person: Person) => ({
  name: displayNameOf(person),
  given_name: person.name?.givenName,
  family_name: person.name?.familyName,
  middle_name: person.name?.middleName,
  nickname: person.nickName,
  preferred_username: person.userName,
  profile: person.profileUrl,
  picture: preferred(person.photos)?.value,
  zoneinfo: person.timezone,
  locale: person.locale?.replaceAll('_', '-'),
  updated_at: Math.floor(person.updatedAt / SECOND),
});

// Whoever keeps the directory says what an address is, only its owner can show that it is theirs: a relying party
// that links accounts by a verified address must not be handed somebody else's.
const email = (contact: Contact | undefined) =>
  contact && { email: contact.value, email_verified: contact.verifiedAt !== undefined };

const phone = (contact: Contact | undefined) =>
  contact && { phone_number: contact.value, phone_number_verified: contact.verifiedAt !== undefined };

const known = (claims: Readonly<Record<string, AttributeValue | undefined>>): Claims =>
  Object.fromEntries(
    Object.entries(claims).filter((entry): entry is [string, AttributeValue] => entry[1] !== undefined),
  );

export const createClaims =
  (store: Store, people: People, declared: readonly DeclaredAttribute[]): ClaimsOf =>
  async (accountId) => {
    const person = await people.byId(accountId);
    if (!person) return undefined;
    const groups = await groupsOf(store, accountId);
    const local = await localNamesAmong(store, groups);
    const ours = declared.flatMap(({ claim, of }) => (claim ? [[claim.name, of(person)] as const] : []));
    return known({
      ...Object.fromEntries(ours),
      sub: person.id,
      ...profile(person),
      ...email(preferred(person.emails)),
      ...phone(preferred(person.phoneNumbers)),
      groups: groups.map((group) => nameOf(group, local)).toSorted(),
    });
  };
