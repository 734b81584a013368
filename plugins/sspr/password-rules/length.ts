import type { PasswordRule } from './rule.ts';

/** NIST SP 800-63B-4 section 3.1.1.2: 15 characters where the password stands alone, 8 beside a second factor. */
const SHORTEST = { alone: 15, besideSecondFactor: 8 } as const;
const LONGEST = 256;

/** Characters are code points, so that no alphabet is worth less than another. */
export const lengthRule = (role: keyof typeof SHORTEST): PasswordRule => {
  const least = SHORTEST[role];
  return {
    id: 'length',
    values: { least, most: LONGEST },
    check(password) {
      const length = [...password].length;
      return length >= least && length <= LONGEST;
    },
  };
};
