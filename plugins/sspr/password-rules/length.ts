import type { Account } from '../../../src/plugin.ts';
import type { PasswordRule, RuleContext } from './rule.ts';

/** NIST SP 800-63B-4 section 3.1.1.2: 15 characters where the password stands alone, 8 beside a second factor. */
const SHORTEST = { alone: 15, besideSecondFactor: 8 } as const;
const LONGEST = 256;

/**
 * Characters are code points, so that no alphabet is worth less than another.
 *
 * @param needsFactor whether this person never signs in without a second factor
 */
export const lengthRule = (needsFactor: (account: Account) => boolean): PasswordRule => {
  const leastFor = ({ account }: RuleContext): number =>
    SHORTEST[needsFactor(account) ? 'besideSecondFactor' : 'alone'];
  return {
    id: 'length',
    values: (context) => ({ least: leastFor(context), most: LONGEST }),
    check(password, context) {
      const length = [...password].length;
      return length >= leastFor(context) && length <= LONGEST;
    },
  };
};
