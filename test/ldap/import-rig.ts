import { directoryLinks, writebacks } from '../../plugins/ldap/collections.ts';
import type { DirectoryLink } from '../../plugins/ldap/collections.ts';
import type { DirectoryConfig } from '../../plugins/ldap/config.ts';
import type { Link } from '../../plugins/ldap/connection/link.ts';
import { dialectOf } from '../../plugins/ldap/dialects/list.ts';
import { importEvents } from '../../plugins/ldap/import/audit-events.ts';
import { directoryConflicts, importCollections } from '../../plugins/ldap/import/collections.ts';
import type { DirectoryConflict } from '../../plugins/ldap/import/collections.ts';
import { importDirectory } from '../../plugins/ldap/import/import.ts';
import type { Imported, ImportOptions } from '../../plugins/ldap/import/import.ts';
import type { ImportParts } from '../../plugins/ldap/import/parts.ts';
import { refreshPerson } from '../../plugins/ldap/import/refresh.ts';
import type { Refreshed } from '../../plugins/ldap/import/refresh.ts';
import { hostEvents } from '../../src/audit/catalogue.ts';
import { createAudit } from '../../src/audit/log.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import type { Group, Person } from '../../src/plugin.ts';
import { people } from '../../src/plugin.ts';
import { fieldPagesOf } from '../../src/store/port.ts';
import type { Store, Stored } from '../../src/store/port.ts';
import { everything } from '../../src/store/query.ts';
import type { Engine } from '../support/engines.ts';
import { CHEAP, rooms } from '../support/rooms.ts';
import type { Rooms } from '../support/rooms.ts';
import { linkBy } from './link-to.ts';
import type { LoggedLine } from './link-to.ts';

/** A store of our own beside a directory, without a server of ours. */
export interface ImportRig extends AsyncDisposable {
  readonly rooms: Rooms;
  readonly parts: ImportParts;
  readonly lines: readonly LoggedLine[];
  /** Ids of those whose password was seen to be another one. */
  readonly renewed: readonly string[];
  import(options?: ImportOptions): Promise<Imported>;
  /** Notices something about somebody at a sign-in. */
  refresh(userName: string): Promise<Refreshed>;
  person(userName: string): Promise<Stored<Person>>;
  /** User names of all people, in order. */
  names(): Promise<readonly string[]>;
  group(displayName: string): Promise<Stored<Group>>;
  /** User names and names of groups that a group has, in order. */
  members(displayName: string): Promise<readonly string[]>;
  conflicts(): Promise<readonly DirectoryConflict[]>;
  links(): Promise<readonly Stored<DirectoryLink>[]>;
}

export interface RigOptions {
  readonly engine?: Engine;
  /** The way to the directory, where it is not the usual one. */
  readonly link?: Pick<Link, 'withService'>;
  readonly wrapStore?: (store: Store) => Store;
  /** Rooms of another rig: a second node on the same store, which does not close it. */
  readonly rooms?: Rooms;
}

const PAGE = 1000;

export const importRig = async (config: DirectoryConfig, options: RigOptions = {}): Promise<ImportRig> => {
  await using stack = new AsyncDisposableStack();
  const further = [directoryLinks, writebacks, ...importCollections];
  const own = options.rooms ?? stack.use(await rooms(CHEAP, further, options.engine));
  const link = options.link ?? stack.use(linkBy(config));
  const lines: LoggedLine[] = [];
  const renewed: string[] = [];
  const level = (name: string) => (facts: Record<string, unknown>, message: string) => {
    lines.push({ level: name, facts, message });
  };
  const store = options.wrapStore?.(own.store) ?? own.store;
  const parts: ImportParts = {
    name: 'corp',
    config,
    dialect: dialectOf[config.dialect],
    link,
    host: {
      store,
      clock: own.clock,
      log: { debug: level('debug'), info: level('info'), warn: level('warn'), error: level('error') },
      audit: createAudit({ ...hostEvents, ...importEvents }, own.clock, systemRandom, own.secrets),
    },
    directory: own.directory,
    sight(known, stamp) {
      const seen = { ...known, passwordStamp: stamp };
      if (known.passwordStamp === undefined) return Promise.resolve({ link: seen, changes: [] });
      renewed.push(known.id);
      return Promise.resolve({ link: seen, changes: own.directory.people.signingOut(known.id) });
    },
  };
  const person = async (userName: string): Promise<Stored<Person>> => {
    const found = await own.directory.people.byName(userName);
    if (!found) throw new Error(`nobody is called ${userName}`);
    return found;
  };
  const group = async (displayName: string): Promise<Stored<Group>> => {
    const found = await own.directory.groups.byName(displayName);
    if (!found) throw new Error(`no group is called ${displayName}`);
    return found;
  };
  const nameOf = async (id: string): Promise<string> =>
    (await own.directory.people.byId(id))?.userName ?? (await own.directory.groups.byId(id))?.displayName ?? id;
  const owned = stack.move();

  return {
    rooms: own,
    parts,
    lines,
    renewed,
    import: (asked) => importDirectory(parts, asked),
    async refresh(userName) {
      const linked = await store.get(directoryLinks, (await person(userName)).id);
      return refreshPerson(parts, linked?.entry ?? '');
    },
    person,
    async names() {
      const names: string[] = [];
      for await (const page of fieldPagesOf(store, people, ['userName'], everything)) {
        names.push(...page.map(({ userName }) => userName));
      }
      return names.toSorted();
    },
    group,
    async members(displayName) {
      const names: string[] = [];
      const { id } = await group(displayName);
      let cursor: string | undefined;
      do {
        const found = await own.directory.groups.members(id, { limit: PAGE, ...(cursor ? { cursor } : {}) });
        names.push(...(await Promise.all(found.docs.map(({ member }) => nameOf(member)))));
        cursor = found.next;
      } while (cursor !== undefined);
      return names.toSorted();
    },
    async conflicts() {
      return (await store.find(directoryConflicts, everything, { limit: PAGE })).docs;
    },
    async links() {
      return (await store.find(directoryLinks, everything, { limit: PAGE })).docs;
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
};
