import { Attribute, Change } from 'ldapts';
import type { Client } from 'ldapts';
import type { Administrator } from './directory-server.ts';
import { rdn, split } from './names.ts';

export type Session = <T>(work: (client: Client) => Promise<T>) => Promise<T>;

/** What all servers do alike. */
export type CommonWork = Pick<
  Administrator,
  'during' | 'read' | 'replace' | 'move' | 'remove' | 'addUnit' | 'addMembers' | 'removeMembers'
> & {
  /** Everything below it but itself. */
  empty(dn: string): Promise<void>;
  /** Empties units and removes those that were added directly below the base. */
  emptyAllBut(units: readonly string[], emptied: readonly string[]): Promise<void>;
  /** Gives another first part to a DN. */
  renamed(client: Client, dn: string, first: string): Promise<string>;
};

type Operation = 'add' | 'delete' | 'replace';

export const change = (operation: Operation, type: string, values: readonly string[] | readonly Buffer[]): Change =>
  new Change({ operation, modification: new Attribute({ type, values: [...values] as string[] | Buffer[] }) });

const NOTHING = '1.1';

const emptied = async (client: Client, dn: string): Promise<void> => {
  const { searchEntries } = await client.search(dn, { scope: 'sub', attributes: [NOTHING], paged: true });
  const below = searchEntries.map((entry) => entry.dn).filter((found) => found.length > dn.length);
  // Whoever stands below another has the longer DN.
  for (const found of below.sort((one, other) => other.length - one.length)) await client.del(found);
};

export const createCommonWork = (during: Session, baseDn: string): CommonWork => {
  const modify = (dn: string, changes: readonly Change[]): Promise<void> =>
    during((client) => client.modify(dn, [...changes]));

  const moveTo = async (client: Client, dn: string, next: string): Promise<string> => {
    await client.modifyDN(dn, next);
    return next;
  };

  return {
    during,
    async replace(dn, attributes) {
      const replacing = Object.entries(attributes).map(([type, values]) => change('replace', type, [values].flat()));
      await modify(dn, replacing);
    },
    renamed: (client, dn, first) => moveTo(client, dn, `${first},${split(dn).parentDn}`),
    move: (dn, parentDn) => during((client) => moveTo(client, dn, `${split(dn).first},${parentDn}`)),
    remove: (dn) => during((client) => client.del(dn)),
    async addUnit(name, parentDn = baseDn) {
      const dn = `${rdn('OU', name)},${parentDn}`;
      await during((client) => client.add(dn, { objectClass: ['organizationalUnit'], ou: name }));
      return dn;
    },
    read: (dn, name) =>
      during(async (client) => {
        const { searchEntries } = await client.search(dn, { scope: 'base', attributes: [name] });
        const value = searchEntries[0]?.[name];
        return value === undefined || value.length === 0 ? undefined : String(value);
      }),
    addMembers: (dn, members) => modify(dn, [change('add', 'member', members)]),
    removeMembers: (dn, members) => modify(dn, [change('delete', 'member', members)]),
    empty: (dn) => during((client) => emptied(client, dn)),
    emptyAllBut: (units, toEmpty) =>
      during(async (client) => {
        const kept = new Set(units.map((dn) => dn.toLowerCase()));
        const filter = '(objectClass=organizationalUnit)';
        const { searchEntries } = await client.search(baseDn, { scope: 'one', filter, attributes: [NOTHING] });
        const added = searchEntries.map(({ dn }) => dn).filter((dn) => !kept.has(dn.toLowerCase()));
        for (const dn of [...toEmpty, ...added]) await emptied(client, dn);
        for (const dn of added) await client.del(dn);
      }),
  };
};
