import type { Store } from '../store/port.ts';
import { eq, or } from '../store/query.ts';
import type { Account } from './account.ts';
import { groups } from './group.ts';
import type { Group } from './group.ts';

/** What the groups of somebody are called by rules. */
export type GroupNames = Pick<Account, 'groups' | 'qualifiedGroups'>;

type Named = Pick<Group, 'displayName' | 'displayNameFolded' | 'source'>;

export const LOCAL = 'local';

/** Of a group that a source brought, such as `ldap:corp/Staff`. */
const qualifiedName = ({ source, displayName }: Named): string => `${source}/${displayName}`;

/** What only a qualified name is to look like. */
const QUALIFIED = /^[a-z]+:[^/]*\//;

/** Names of groups that are made here, folded, among which a name is looked for. */
export type LocalNames = Pick<ReadonlySet<string>, 'has'>;

/**
 * The name of a group: its own, but where a source brought it and a group that was made here has the name, or it looks
 * like one of another source. Whoever rules a directory could else have its people be what operators mean by a name.
 */
export const nameOf = (group: Named, local: LocalNames): string =>
  group.source !== LOCAL && (local.has(group.displayNameFolded) || QUALIFIED.test(group.displayNameFolded))
    ? qualifiedName(group)
    : group.displayName;

export const namesOf = (held: readonly Named[], local: LocalNames): GroupNames => {
  const brought = held.filter(({ source }) => source !== LOCAL);
  const names = { groups: held.map((group) => nameOf(group, local)) };
  return brought.length === 0 ? names : { ...names, qualifiedGroups: brought.map(qualifiedName) };
};

/** Names in one query: engines bound how many conditions there may be. */
const AT_ONCE = 100;

/** Which of the names are those of groups that are made here. Nothing is read where no source brought any. */
export const localNamesAmong = async (store: Store, held: readonly Named[]): Promise<LocalNames> => {
  const asked = held.filter(({ source }) => source !== LOCAL).map(({ displayNameFolded }) => displayNameFolded);
  const found = new Set<string>();
  for (let from = 0; from < asked.length; from += AT_ONCE) {
    const some = or(...asked.slice(from, from + AT_ONCE).map((name) => eq('localName', name)));
    const { docs } = await store.findFields(groups, ['localName'], some, { limit: AT_ONCE });
    for (const { localName } of docs) if (localName !== undefined) found.add(localName);
  }
  return found;
};
