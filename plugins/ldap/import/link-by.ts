import { fold } from '../../../src/kernel/text.ts';
import { people } from '../../../src/plugin.ts';
import type { Person } from '../../../src/plugin.ts';
import type { Stored } from '../../../src/store/port.ts';
import { and, eq, ne } from '../../../src/store/query.ts';
import { directoryLinks } from '../collections.ts';
import type { PersonAttributes } from '../dialect-defaults.ts';
import { eq as equals, or } from '../filter.ts';
import type { Filter } from '../filter.ts';
import type { Hindrance } from './conflicts.ts';
import { sourceOf } from './parts.ts';
import type { ImportParts } from './parts.ts';
import type { ReadPerson } from './read-person.ts';

type By = NonNullable<ImportParts['config']['linkBy']>;

/** Where we have it, and the value that the entry has of it. */
const compared: Readonly<Record<By, { readonly path: string; of(read: ReadPerson): string | undefined }>> = {
  userName: { path: 'userNameFolded', of: ({ userName }) => userName && fold(userName) },
  mail: {
    path: 'folded.emails.value',
    of: ({ attributes }) => attributes.emails?.[0] && fold(attributes.emails[0].value),
  },
  employeeNumber: {
    path: 'folded.employeeNumber',
    of: ({ attributes }) => attributes.employeeNumber && fold(attributes.employeeNumber),
  },
  // A source that provisions from the same directory names people by what never changes there.
  externalId: { path: 'externalId', of: ({ entry }) => entry },
};

/** Entries with the same value; an id is nobody else's. */
const alike: Readonly<Record<By, (names: PersonAttributes, value: string) => Filter | undefined>> = {
  userName: ({ userName }, value) => equals(userName, value),
  mail: ({ mail, moreMail }, value) =>
    or(equals(mail, value), ...(moreMail === undefined ? [] : [equals(moreMail, `smtp:${value}`)])),
  employeeNumber: ({ employeeNumber }, value) => equals(employeeNumber, value),
  externalId: () => undefined,
};

/** Who is the same as an entry: somebody, nobody, or nobody can tell. */
export type Match = { readonly person: Stored<Person> } | { readonly hindrance: Hindrance } | undefined;

/**
 * Somebody of another source who is to be handed to the directory. Whoever came from this very directory is another
 * entry, and a new one gets nothing of an old one.
 *
 * @param isShared whether another entry of the directory is found by the filter
 */
export const matchFor = async (
  { name, config, host: { store } }: Pick<ImportParts, 'name' | 'config' | 'host'>,
  read: ReadPerson,
  isShared: (read: ReadPerson, asked: Filter) => Promise<boolean>,
): Promise<Match> => {
  if (!config.linkBy) return undefined;
  const { path, of } = compared[config.linkBy];
  const value = of(read);
  if (value === undefined) return undefined;
  const found = await store.find(people, and(eq(path, value), ne('source', sourceOf(name))), { limit: 2 });
  const [person, other] = found.docs;
  if (!person) return undefined;
  const hindered = (reason: Hindrance['reason']): Match => ({ hindrance: { reason, about: value, person: person.id } });
  if (other) return { hindrance: { reason: 'link_ambiguous', about: value } };
  if (person.kind !== 'person') return hindered('link_service');
  if (person.adminRoles.length > 0 && !config.linkAdministrators) return hindered('link_administrator');
  if (person.authority !== 'local' || (await store.get(directoryLinks, person.id))) return hindered('link_taken');
  // Whichever of them came first would be whom they both claim to be.
  const asked = alike[config.linkBy](config.people.attributes, value);
  if (asked && (await isShared(read, asked))) return hindered('link_ambiguous');
  return { person };
};
