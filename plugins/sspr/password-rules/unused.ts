import type { Passwords } from '../../../src/plugin.ts';
import type { JudgedRule } from './rule.ts';

export const UNUSED = 'unused';

/** Neither the present password nor one of the last that are remembered here. */
export const unusedRule = (passwords: Pick<Passwords, 'usedBefore'>): JudgedRule => ({
  id: UNUSED,
  // An outside authority cannot be asked: nothing would ever be used before.
  holds: ({ authority }) => authority === undefined,
  costly: true,
  check: async (password, { account }) => !(await passwords.usedBefore(account, password)),
  fault: () => 'is the present one or was one of the last',
});
