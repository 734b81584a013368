import type { Account, Organisation } from '../../../src/plugin.ts';
import { commonTerms } from './common-terms.ts';
import type { JudgedRule } from './rule.ts';
import { ENOUGH, foldPassword, passwordScore } from './score.ts';

/** Shorter names are part of too many words. */
const SHORTEST_NAME = 4;

const namesIn = (text: string): readonly string[] => [text, ...text.split(/[^\p{L}\p{N}\p{M}]+/u)];

const localPart = (address: string): string => address.slice(0, address.lastIndexOf('@'));

const namesOf = ({ userName, displayName, mail }: Account): readonly string[] =>
  [userName.includes('@') ? localPart(userName) : userName, displayName, ...mail.map(localPart)].flatMap(namesIn);

const folded = (terms: readonly string[]): readonly (readonly string[])[] =>
  [...new Set(terms.map((term) => foldPassword(term).join('')))].map((term) => [...term]);

/** The banned-term score of PRODUCT section 6. It never says which term of whose list it found. */
export const hardToGuessRule = (organisation: Organisation, bannedTerms: readonly string[]): JudgedRule => {
  const everybodys = folded([...commonTerms, ...bannedTerms]);
  const ours = namesIn(organisation.name);
  return {
    id: 'hardToGuess',
    check(password, { account }) {
      const names = folded([...ours, ...namesOf(account)]).filter(({ length }) => length >= SHORTEST_NAME);
      return passwordScore(password, [...everybodys, ...names]) >= ENOUGH;
    },
    fault: () => 'is easily guessed: it is made of common words, or of names of its owner or organisation',
  };
};
