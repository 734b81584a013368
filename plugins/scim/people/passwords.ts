import type { Account, By, DirectoryAccess, Host, Person } from '../../../src/plugin.ts';
import type { Change } from '../../../src/store/port.ts';
import { ScimError } from '../schema/scim-error.ts';

/** As much of an account as the authority over local passwords asks for, before there is one. */
const accountOf = ({ id, userName, active, epoch }: Person): Account => ({
  ...{ id, userName, active, epoch },
  displayName: userName,
  mail: [],
  groups: [],
  administrator: false,
  kind: 'person',
});

export interface PasswordWriting {
  /** The first password of somebody who is created in the same commit. */
  first(person: Person, password: string | undefined): Promise<readonly Change[]>;
  /** Another password; everything signed in with the one before ends, and its owner is told. */
  next(person: Person, password: string | undefined, by: By): Promise<readonly Change[]>;
}

/** @param allowed whether clients may set passwords at all: what they send is ignored otherwise */
export const createPasswordWriting = (
  { passwords, accounts }: Pick<Host, 'passwords' | 'accounts'>,
  directory: DirectoryAccess,
  allowed: boolean,
): PasswordWriting => ({
  async first(person, password) {
    return allowed && password !== undefined ? passwords.set(accountOf(person), password, 'administrator') : [];
  },

  async next(person, password, by) {
    if (!allowed || password === undefined || person.authority !== 'local') return [];
    // Whoever holds a token would otherwise hold every administrator's account.
    if (person.adminRoles.length > 0) throw new ScimError(403, 'passwords of administrators are not set by others');
    const account = await accounts.byId(person.id);
    if (!account) return [];
    return [
      ...(await passwords.set(account, password, 'administrator')),
      ...(await directory.passwordSet(account, 'administrator', by)),
    ];
  },
});
