import type { Passwords } from '../../../src/plugin.ts';
import type { PasswordRule } from './rule.ts';

/** Neither the present password nor one of the last that the authority remembers. */
export const unusedRule = (passwords: Passwords): PasswordRule => ({
  id: 'unused',
  costly: true,
  check: async (password, { account }) => !(await passwords.usedBefore(account, password)),
});
