import type { Account, By, DirectoryAccess, Host, PasswordJudgement, Person } from '../../../src/plugin.ts';
import type { Change } from '../../../src/store/port.ts';
import { badRequest, ScimError } from '../schema/scim-error.ts';

export interface PasswordWriting {
  /** The first password of somebody who is created in the same commit. Throws `ScimError` `invalidValue`. */
  first(person: Person, password: string | undefined, by: By): Promise<readonly Change[]>;
  /**
   * Another password; everything signed in with the one before ends, and its owner is told. Nothing follows from the
   * present one again, which some clients send with every write of the whole. Throws `ScimError` `invalidValue`, and 403
   * for an administrator's.
   */
  next(person: Person, password: string | undefined, by: By): Promise<readonly Change[]>;
}

/** @param allowed whether clients may set passwords at all: what they send is ignored otherwise */
export const createPasswordWriting = (
  { passwords, accounts }: Pick<Host, 'passwords' | 'accounts'>,
  directory: DirectoryAccess,
  allowed: boolean,
): PasswordWriting => {
  const refuse = ({ faults }: PasswordJudgement): void => {
    if (faults.length > 0) throw badRequest('invalidValue', `the password ${faults.join(', and ')}`);
  };

  const isPresent = async (account: Account, password: string): Promise<boolean> => {
    const { outcome } = await passwords.verify(account, password);
    return outcome === 'right' || outcome === 'must-change' || outcome === 'disabled';
  };

  /**
   * Whether a password is the present one is looked at only where the rules would let it be set: else every easy one could
   * be tried for nothing. So a wrong guess replaces what it was about, and its owner is told.
   */
  const another = async (account: Account, password: string, by: By): Promise<readonly Change[]> => {
    const judged = await directory.judgedPassword(account, password, by);
    if (judged.usedBefore !== true) refuse(judged);
    if (await isPresent(account, password)) return [];
    refuse(judged);
    return [
      ...judged.changes,
      ...(await passwords.set(account, password, 'administrator')),
      ...(await directory.passwordSet(account, 'administrator', by)),
    ];
  };

  return {
    async first(person, password, by) {
      if (!allowed || password === undefined) return [];
      const account = directory.accountOf(person);
      const judged = await directory.judgedPassword(account, password, by);
      refuse(judged);
      return [...judged.changes, ...(await passwords.set(account, password, 'administrator'))];
    },

    async next(person, password, by) {
      if (!allowed || password === undefined || person.authority !== 'local') return [];
      // Whoever holds a token would otherwise hold every administrator's account.
      if (person.adminRoles.length > 0) throw new ScimError(403, 'passwords of administrators are not set by others');
      const account = await accounts.byId(person.id);
      return account ? another(account, password, by) : [];
    },
  };
};
