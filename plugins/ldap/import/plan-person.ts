import { fold } from '../../../src/kernel/text.ts';
import { people } from '../../../src/plugin.ts';
import type { AttributePatch, Person } from '../../../src/plugin.ts';
import { change } from '../../../src/store/port.ts';
import type { Change, Stored } from '../../../src/store/port.ts';
import { eq } from '../../../src/store/query.ts';
import type { Filter } from '../filter.ts';
import { directoryLinks, entryKeyOf } from '../collections.ts';
import type { DirectoryLink } from '../collections.ts';
import { bearerOf, yieldingOf } from './bearers.ts';
import { personAt } from './by-dn.ts';
import { directoryConflicts } from './collections.ts';
import { listing } from './conflicts.ts';
import type { Hindrance } from './conflicts.ts';
import { storedDnKey } from './dn-key.ts';
import { matchFor } from './link-by.ts';
import { byImport, sourceOf } from './parts.ts';
import type { ImportParts } from './parts.ts';
import type { ReadPerson } from './read-person.ts';

/** Somebody who could sign in and is not to any more. */
export interface Loss {
  readonly id: string;
  readonly kind: 'disabled' | 'gone';
}

/** What an entry makes of our people. */
export interface Plan {
  readonly outcome: 'created' | 'linked' | 'updated' | 'unchanged' | 'hindered';
  readonly changes: readonly Change[];
  /** Not among the changes: whether as many may be lost is known only when everything was read. */
  readonly loss?: Loss;
  /** Whom they report to was not here yet. */
  readonly managerMissing?: true;
}

export interface Planning {
  /** The user name turned out to be somebody's. */
  readonly taken?: boolean;
  /** The entry as it is now, of somebody in the way. */
  readonly lookUp?: (entry: string) => Promise<ReadPerson | undefined>;
  /** Whether another entry of the directory has the same, where that tells who somebody is. */
  readonly isShared: (read: ReadPerson, asked: Filter) => Promise<boolean>;
  /** Whether an entry may be listed as one that could not be imported. */
  readonly isListed: (entry: string) => boolean;
}

const given = <T extends object>(members: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as never;

const delisting = ({ name }: ImportParts, { isListed }: Planning, { entry }: ReadPerson): readonly Change[] =>
  isListed(entry) ? [change.remove(directoryConflicts, entryKeyOf(name, entry))] : [];

const linkFor = ({ name, host: { clock } }: ImportParts, id: string, read: ReadPerson): DirectoryLink => ({
  id,
  directory: name,
  entry: read.entry,
  entryKey: entryKeyOf(name, read.entry),
  dn: read.dn,
  dnKey: storedDnKey(name, read.dn),
  ...(read.stamp === undefined ? {} : { passwordStamp: read.stamp }),
  ...(read.active ? {} : { inactive: true as const, off: true as const }),
  seenAt: clock.now(),
});

/** The link to somebody's entry. */
export const linkOf = async (
  { name, host: { store } }: Pick<ImportParts, 'name' | 'host'>,
  entry: string,
): Promise<Stored<DirectoryLink> | undefined> =>
  (await store.find(directoryLinks, eq('entryKey', entryKeyOf(name, entry)), { limit: 1 })).docs[0];

/**
 * Frees a user name that belongs to somebody of this directory who bears it no longer: who is gone, and so is deleted
 * before their time, or whose entry has another name by now, which is read in the same run.
 */
const freeing = async (parts: ImportParts, userName: string, { lookUp }: Planning) => {
  const { store } = parts.host;
  const [holder] = (await store.find(people, eq('userNameFolded', fold(userName)), { limit: 1 })).docs;
  const none = { changes: undefined, holder };
  if (!holder) return { changes: [], holder };
  if (holder.source !== sourceOf(parts.name)) return none;
  const link = await store.get(directoryLinks, holder.id);
  if (!link) return none;
  const by = byImport(parts.name);
  if (link.goneAt !== undefined) {
    const deleting = await parts.directory.people.deleting(holder, by);
    return { changes: [...deleting, change.take(directoryLinks, link.id, link.version)], holder };
  }
  const now = await lookUp?.(link.entry);
  if (now?.userName === undefined || fold(now.userName) === holder.userNameFolded) return none;
  return { changes: parts.directory.people.updating(holder, { userName: link.entry }, by), holder };
};

const managerPatch = async (parts: ImportParts, read: ReadPerson, before: Person['manager']) => {
  if (read.manager === undefined) return { manager: undefined };
  // Mostly the one of before, who is read faster than found.
  const link = before && (await parts.host.store.get(directoryLinks, before.value));
  if (before && link?.dnKey === storedDnKey(parts.name, read.manager)) return { manager: before };
  const value = await personAt(parts, read.manager);
  return value === undefined ? undefined : { manager: { value } };
};

const hindered = async (parts: ImportParts, read: ReadPerson, hindrance: Hindrance): Promise<Plan> => ({
  outcome: 'hindered',
  changes: await listing(parts, read, hindrance),
});

const creating = async (parts: ImportParts, read: ReadPerson, planning: Planning): Promise<Plan> => {
  const { userName } = read;
  if (userName === undefined) {
    const about = parts.config.people.attributes.userName;
    return hindered(parts, read, { reason: 'no_user_name', about });
  }
  const bearer = await bearerOf(parts, userName);
  if (bearer !== undefined) {
    return hindered(parts, read, { reason: 'user_name_taken', about: userName, person: bearer });
  }
  const freed = planning.taken ? await freeing(parts, userName, planning) : { changes: [], holder: undefined };
  if (!freed.changes) {
    const person = freed.holder ? { person: freed.holder.id } : {};
    return hindered(parts, read, { reason: 'user_name_taken', about: userName, ...person });
  }
  const manager = await managerPatch(parts, read, undefined);
  const { yieldedNames, hindrance } = await yieldingOf(parts, read);
  const { people: persons } = parts.directory;
  const source = sourceOf(parts.name);
  const { person, changes } = persons.creating(
    {
      ...given(persons.ownership.withoutOthers({ source }, { ...read.attributes, ...manager })),
      ...{
        userName,
        otherNames: read.otherNames,
        yieldedNames,
        active: read.active,
        authority: parts.name,
        source,
      },
    },
    byImport(parts.name),
  );
  return {
    outcome: 'created',
    changes: [
      ...freed.changes,
      ...changes,
      change.insert(directoryLinks, linkFor(parts, person.id, read)),
      ...(hindrance ? await listing(parts, read, hindrance) : delisting(parts, planning, read)),
    ],
    ...(manager ? {} : { managerMissing: true }),
  };
};

const linking = (parts: ImportParts, person: Stored<Person>, read: ReadPerson, planning: Planning): Plan => ({
  outcome: 'linked',
  changes: [
    ...parts.directory.people.settingAuthority(person, parts.name, byImport(parts.name)),
    change.insert(directoryLinks, linkFor(parts, person.id, read)),
    ...delisting(parts, planning, read),
  ],
});

/** What changes about a link, and what follows from it. */
const relinking = async (
  { name, host: { clock }, sight }: ImportParts,
  link: Stored<DirectoryLink>,
  read: ReadPerson,
  loses: boolean,
): Promise<{ readonly changes: readonly Change[]; readonly ending: readonly Change[] }> => {
  const isOther = read.stamp !== undefined && read.stamp !== link.passwordStamp;
  const sighted = isOther ? await sight(link, read.stamp) : { link, changes: [] };
  const { goneAt, inactive, off, ...rest } = sighted.link;
  const dnKey = storedDnKey(name, read.dn);
  const isInactive = loses ? inactive === true : !read.active;
  const moved = link.dn !== read.dn || link.dnKey !== dnKey;
  const same = !moved && goneAt === undefined && sighted.link === link && isInactive === (inactive === true);
  if (same) return { changes: [], ending: sighted.changes };
  const next = {
    ...rest,
    ...(isInactive ? { inactive: true as const, ...(off ? { off } : {}) } : {}),
    ...{ dn: read.dn, dnKey, seenAt: clock.now() },
  };
  return { changes: [change.swap(directoryLinks, next)], ending: sighted.changes };
};

/** Attributes of somebody who came from this directory; whoever came from elsewhere keeps theirs. */
const patchFor = async (
  parts: ImportParts,
  person: Stored<Person>,
  read: ReadPerson,
  planning: Planning,
): Promise<{ readonly patch: AttributePatch; readonly freed: readonly Change[]; readonly hindrance?: Hindrance }> => {
  const manager = (await managerPatch(parts, read, person.manager)) ?? {};
  const { hindrance, ...yielding } = await yieldingOf(parts, read, person);
  const patch: AttributePatch = { ...read.attributes, ...manager, ...yielding, otherNames: read.otherNames };
  const listed = hindrance ? { hindrance } : {};
  const { userName } = read;
  if (userName === undefined) {
    const about = parts.config.people.attributes.userName;
    return { patch, freed: [], hindrance: { reason: 'no_user_name', about } };
  }
  if (fold(userName) === person.userNameFolded) return { patch: { ...patch, userName }, freed: [], ...listed };
  const bearer = await bearerOf(parts, userName, person.id);
  if (bearer !== undefined) {
    return { patch, freed: [], hindrance: { reason: 'user_name_taken', about: userName, person: bearer } };
  }
  if (!planning.taken) return { patch: { ...patch, userName }, freed: [], ...listed };
  const { changes, holder } = await freeing(parts, userName, planning);
  if (changes) return { patch: { ...patch, userName }, freed: changes, ...listed };
  const inTheWay = holder ? { person: holder.id } : {};
  return { patch, freed: [], hindrance: { reason: 'user_name_taken', about: userName, ...inTheWay } };
};

const keeping = async (
  parts: ImportParts,
  { person, link }: { readonly person: Stored<Person>; readonly link: Stored<DirectoryLink> },
  read: ReadPerson,
  planning: Planning,
): Promise<Plan> => {
  const isOwn = person.source === sourceOf(parts.name);
  const wasThere = link.goneAt === undefined && link.inactive !== true;
  const loses = wasThere && !read.active && (person.active || !isOwn);
  const relinked = await relinking(parts, link, read, loses);
  const own = isOwn ? await patchFor(parts, person, read, planning) : undefined;
  const back = isOwn && link.off && read.active ? { active: true } : {};
  const { people: persons } = parts.directory;
  const updates = own
    ? persons.updating(person, { ...persons.ownership.withoutOthers(person, own.patch), ...back }, byImport(parts.name))
    : [];
  const listed = own?.hindrance ? await listing(parts, read, own.hindrance) : delisting(parts, planning, read);
  const changes = [
    ...(own?.freed ?? []),
    ...updates,
    ...relinked.changes,
    // They raise the epoch whatever it is, and so come after what was made for the one that was read.
    ...relinked.ending,
    ...listed,
  ];
  const hindering = own?.hindrance !== undefined;
  return {
    outcome: hindering ? 'hindered' : changes.length > listed.length ? 'updated' : 'unchanged',
    changes,
    ...(loses ? { loss: { id: person.id, kind: 'disabled' as const } } : {}),
    ...(isOwn && read.manager !== undefined && own?.patch.manager === undefined ? { managerMissing: true } : {}),
  };
};

/** Reads what is here of an entry, and says what has to change. */
export const planPerson = async (parts: ImportParts, read: ReadPerson, planning: Planning): Promise<Plan> => {
  const link = await linkOf(parts, read.entry);
  const person = link && (await parts.directory.people.byId(link.id));
  if (link && person) return keeping(parts, { person, link }, read, planning);
  // Somebody was deleted here whom the directory still has: they come back as a new person.
  const dangling = link ? [change.take(directoryLinks, link.id, link.version)] : [];
  const match = await matchFor(parts, read, planning.isShared);
  if (match && 'hindrance' in match) return hindered(parts, read, match.hindrance);
  if (!match && !parts.config.import.create) return { outcome: 'unchanged', changes: [] };
  const plan = match ? linking(parts, match.person, read, planning) : await creating(parts, read, planning);
  return plan.outcome === 'hindered' ? plan : { ...plan, changes: [...dangling, ...plan.changes] };
};
