import { directoryLinks, entryKeyOf } from '../../plugins/ldap/collections.ts';
import type { Foundation } from '../../src/foundation.ts';
import type { Account } from '../../src/directory/account.ts';
import { change } from '../../src/store/port.ts';

/** Somebody of a directory, as an import leaves them. */
export interface Linked {
  /** Name of the directory in the configuration. */
  readonly authority: string;
  readonly userName: string;
  /** Id of the entry, in the form that links have it. */
  readonly entry: string;
  readonly dn: string;
}

export const linkedPerson = async (
  { store, directory, clock }: Foundation,
  { authority, userName, entry, dn }: Linked,
): Promise<Account> => {
  const { person, changes } = directory.people.creating({ userName, authority }, { actor: 'cli' });
  const entryKey = entryKeyOf(authority, entry);
  const link = { id: person.id, directory: authority, entry, entryKey, dn, seenAt: clock.now() };
  await store.commit([...changes, change.insert(directoryLinks, link)]);
  const account = await directory.accounts.byId(person.id);
  if (!account) throw new Error('nobody was created');
  return account;
};
