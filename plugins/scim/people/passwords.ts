import type { Account, By, DirectoryAccess, Host, Person } from '../../../src/plugin.ts';
import type { Change } from '../../../src/store/port.ts';
import { badRequest, ScimError } from '../schema/scim-error.ts';

export interface PasswordWriting {
  /** The first password of somebody who is created in the same commit. Throws `ScimError` `invalidValue`. */
  first(person: Person, password: string | undefined, by: By): Promise<readonly Change[]>;
  /**
   * Another password; everything signed in with the one before ends, and its owner is told. Throws `ScimError`
   * `invalidValue`, and 403 for an administrator's.
   */
  next(person: Person, password: string | undefined, by: By): Promise<readonly Change[]>;
}

/** @param allowed whether clients may set passwords at all: what they send is ignored otherwise */
export const createPasswordWriting = (
  { passwords, accounts }: Pick<Host, 'passwords' | 'accounts'>,
  directory: DirectoryAccess,
  allowed: boolean,
): PasswordWriting => {
  const setting = async (account: Account, password: string, by: By): Promise<readonly Change[]> => {
    const { faults, changes } = await directory.judgedPassword(account, password, by);
    if (faults.length > 0) throw badRequest('invalidValue', `the password ${faults.join(', and ')}`);
    return [...changes, ...(await passwords.set(account, password, 'administrator'))];
  };

  return {
    async first(person, password, by) {
      return allowed && password !== undefined ? setting(directory.accountOf(person), password, by) : [];
    },

    async next(person, password, by) {
      if (!allowed || password === undefined || person.authority !== 'local') return [];
      // Whoever holds a token would otherwise hold every administrator's account.
      if (person.adminRoles.length > 0) throw new ScimError(403, 'passwords of administrators are not set by others');
      const account = await accounts.byId(person.id);
      if (!account) return [];
      return [
        ...(await setting(account, password, by)),
        ...(await directory.passwordSet(account, 'administrator', by)),
      ];
    },
  };
};
