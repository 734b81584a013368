import { PasswordRefused } from '../../../src/plugin.ts';
import type { Account } from '../../../src/plugin.ts';
import type { Change } from '../../../src/store/port.ts';
import { LdapFailure } from '../connection/failure.ts';
import type { BindGuard } from './bind-guard.ts';
import { isOld } from './old-password.ts';
import { countKey } from './renewal.ts';
import { isSendable } from './sendable.ts';
import { writePassword } from './write.ts';
import type { WriteParts } from './send.ts';

/**
 * Changes a password as its owner would. A wrong present one counts with the directory as a wrong bind does, and so it
 * does here.
 */
export const changePassword = (
  parts: WriteParts & { readonly guard: BindGuard },
  account: Account,
  current: string,
  next: string,
): Promise<readonly Change[]> => {
  const { dialect, guard, entries, name } = parts;
  const wrong = (): PasswordRefused =>
    new PasswordRefused('wrong_password', `not the present password of ${account.id}`);
  if (!account.active) throw new PasswordRefused('disabled', `${account.id} is disabled`);
  if (!isSendable(current)) throw wrong();

  return writePassword(parts, account, {
    act: 'change',
    password: next,
    async carryOut(ldap, found) {
      const { policy, state } = found;
      const link = await entries.linkOf(account);
      if (link && (await isOld(parts, link, found, current))) throw wrong();
      const subject = { key: countKey(name, account.id), policy, state };
      const admission = await guard.admit(subject, current, { known: true });
      if (admission.kind !== 'admitted') throw wrong();
      try {
        const written = await dialect.change({ ldap, link: parts.link }, found.entry, current, next);
        await admission.withdraw();
        return written;
      } catch (error) {
        const isWrong = error instanceof LdapFailure && dialect.refusal(error) === 'wrong_password';
        await (isWrong ? admission.wrong() : admission.withdraw());
        throw error;
      }
    },
  });
};
