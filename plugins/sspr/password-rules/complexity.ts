import type { Account } from '../../../src/plugin.ts';
import type { JudgedRule } from './rule.ts';

/** MS-SAMR section 3.1.1.7.2: of so many kinds of characters a password has some. */
const KINDS_NEEDED = 3;

/** Capital letters; small letters; digits; signs; and letters that are neither capital nor small. */
const KINDS: readonly RegExp[] = [
  /\p{Lu}/u,
  /\p{Ll}/u,
  /[0-9]/,
  /[~!@#$%^&*_\-+=`|\\(){}[\]:;"'<>,.?/]/,
  /[\p{Lo}\p{Lm}\p{Lt}]/u,
];

/** What is shorter is part of too many words; the specification says so too. */
const SHORTEST_NAME = 3;

/** The account's name as a whole, and the name that others read at each of its delimiters. */
const namesOf = ({ userName, displayName }: Account): readonly string[] => {
  const [accountName = ''] = userName.split('@');
  return [accountName, ...displayName.split(/[,.\-_ #\t]+/)]
    .map((name) => name.toLowerCase())
    .filter(({ length }) => length >= SHORTEST_NAME);
};

export const isComplex = (password: string, account: Account): boolean => {
  const folded = password.toLowerCase();
  return (
    KINDS.filter((kind) => kind.test(password)).length >= KINDS_NEEDED &&
    !namesOf(account).some((name) => folded.includes(name))
  );
};

/** As domains ask for it; nobody else does. */
export const complexityRule: JudgedRule = {
  id: 'complexity',
  holds: ({ authority }) => authority?.complexity === true,
  check: (password, { account }) => isComplex(password, account),
  fault: () => `has fewer than ${String(KINDS_NEEDED)} kinds of characters, or a name of its owner in it`,
};
