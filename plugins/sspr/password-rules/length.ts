import type { Account } from '../../../src/plugin.ts';
import type { JudgedRule, RuleContext } from './rule.ts';

/** NIST SP 800-63B-4 section 3.1.1.2: 15 characters where the password stands alone, 8 beside a second factor. */
const SHORTEST = { alone: 15, besideSecondFactor: 8 } as const;
const LONGEST = 256;

/**
 * Characters are code points, so that no alphabet is worth less than another. Where the authority asks for more, so does
 * the one line that people read.
 *
 * @param needsFactor whether this person never signs in without a second factor
 */
export const lengthRule = (needsFactor: (account: Account) => boolean): JudgedRule => {
  const leastFor = ({ account, authority }: RuleContext): number =>
    Math.max(SHORTEST[needsFactor(account) ? 'besideSecondFactor' : 'alone'], authority?.minLength ?? 0);
  return {
    id: 'length',
    values: (context) => ({ least: leastFor(context), most: LONGEST }),
    check(password, context) {
      const length = [...password].length;
      return length >= leastFor(context) && length <= LONGEST;
    },
    fault: (context) => `has fewer than ${String(leastFor(context))} characters or more than ${String(LONGEST)}`,
  };
};
