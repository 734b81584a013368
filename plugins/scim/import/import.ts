import type { DirectoryAccess, Person } from '../../../src/plugin.ts';
import type { Store, Stored } from '../../../src/store/port.ts';
import { and, eq } from '../../../src/store/query.ts';
import { fold } from '../../../src/kernel/text.ts';
import { people } from '../../../src/plugin.ts';
import { sourceOf } from '../clients/client.ts';
import type { Asker } from '../clients/client.ts';
import { differencesOf } from '../log/difference.ts';
import type { AttributeOwnership } from '../ownership/ownership.ts';
import { mustBeFree } from '../people/sign-in-names.ts';
import { attributesIn } from '../resource/read.ts';
import { badRequest } from '../schema/scim-error.ts';
import { member, withMember } from '../schema/value.ts';
import type { ScimAttributes } from '../schema/value.ts';
import type { Kind } from '../server/kind.ts';
import type { Coming } from './coming.ts';
import { outcomeOf } from './outcome.ts';
import type { LineOutcome } from './outcome.ts';
import type { PersonRecord } from './records.ts';

export interface ImportParts {
  readonly store: Store;
  readonly directory: Pick<DirectoryAccess, 'people' | 'groups'>;
  readonly users: Kind;
  readonly groups: Kind;
  readonly ownership: AttributeOwnership;
  readonly asker: Asker;
  readonly coming: Coming;
  /** Nothing is written. */
  readonly dryRun: boolean;
}

const AT_ONCE = 16;

const textOf = (attributes: ScimAttributes, name: string): string | undefined => {
  const value = member(attributes, name);
  return typeof value === 'string' ? value : undefined;
};

/** Whom a line is about: by external id among the people of this client, else by user name. */
const personOf = async (
  { store, asker }: ImportParts,
  attributes: ScimAttributes,
): Promise<Stored<Person> | undefined> => {
  const [externalId, userName = ''] = [textOf(attributes, 'externalId'), textOf(attributes, 'userName')];
  const own = eq('source', sourceOf(asker.client));
  const byId =
    externalId === undefined
      ? []
      : (await store.find(people, and(eq('externalId', externalId), own), { limit: 1 })).docs;
  return byId[0] ?? (await store.find(people, eq('userNameFolded', fold(userName)), { limit: 1 })).docs[0];
};

const begin = async (
  parts: ImportParts,
  { line, next }: PersonRecord,
  seen: Map<string, number>,
): Promise<LineOutcome> => {
  const { directory, users, ownership, asker, coming, dryRun } = parts;
  const given = next({});
  const userName = textOf(given, 'userName');
  if (userName === undefined) throw badRequest('invalidValue', 'userName is required');
  const twin = seen.get(fold(userName));
  if (twin !== undefined) throw badRequest('invalidValue', `line ${String(twin)} has the same userName`);
  seen.set(fold(userName), line);
  const person = await personOf(parts, given);
  const name = userName;
  if (!person) {
    const source = sourceOf(asker.client);
    ownership.settled(asker.client, { source }, {}, given, true);
    if (dryRun) await mustBeFree(directory.people, asker.client, users.type, undefined, given);
    else await users.create(asker, given, () => false);
    coming.add('User', { userName, externalId: textOf(given, 'externalId') });
    return { line, name, result: 'created', changes: differencesOf(users.type, {}, given) };
  }
  ownership.mustWrite(asker.client, person);
  const before = attributesIn(users.type, person);
  // A password is brought once, with its person: bringing it again would end what they are signed in to.
  const sent = withMember(next(before), 'password', undefined);
  const after = ownership.settled(asker.client, person, before, sent, true);
  const changes = differencesOf(users.type, before, after);
  if (Object.keys(changes).length === 0) return { line, name, result: 'unchanged' };
  if (dryRun) await mustBeFree(directory.people, asker.client, users.type, person, after);
  else await users.replace(asker, person.id, after, {}, () => false);
  coming.add('User', { userName, externalId: textOf(after, 'externalId') });
  return { line, name, result: 'changed', changes };
};

/**
 * Brings the people of a file, line by line; one that cannot be brought stops no other. Whoever is there already as the
 * line says is left alone, so that an import that broke off goes on when it is run again.
 */
export async function* importing(
  parts: ImportParts,
  records: readonly PersonRecord[],
): AsyncGenerator<readonly LineOutcome[]> {
  const seen = new Map<string, number>();
  for (let first = 0; first < records.length; first += AT_ONCE) {
    yield await Promise.all(
      records.slice(first, first + AT_ONCE).map((record) => outcomeOf(record.line, () => begin(parts, record, seen))),
    );
  }
}
