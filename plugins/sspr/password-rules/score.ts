import { withinOneEdit } from './edit-distance.ts';

const LOOK_ALIKES: Readonly<Record<string, string>> = { '0': 'o', '1': 'l', $: 's', '@': 'a' };

/** Lower case, and the letters that digits and signs stand for. */
export const foldPassword = (text: string): readonly string[] =>
  [...text.normalize('NFKC').toLowerCase()].map((character) => LOOK_ALIKES[character] ?? character);

/** Points that make a password hard enough to guess. */
export const ENOUGH = 5;

type Characters = readonly string[];

const isSame = (a: Characters, b: Characters): boolean =>
  a.length === b.length && a.every((each, at) => each === b[at]);

/** The term itself, or with one edit. A character before or after the whole term is no part of it: it counts itself. */
const isTerm = (part: Characters, term: Characters): boolean =>
  withinOneEdit(part, term) &&
  (part.length <= term.length || (!isSame(part.slice(1), term) && !isSame(part.slice(0, -1), term)));

/**
 * How hard a password is to guess: 1 point for each known term in it, give or take one edit, and 1 for each other
 * character, counted so that the sum is lowest. Counts no further than `ENOUGH`.
 * @param terms folded by {@link foldPassword}
 */
export const passwordScore = (password: string, terms: readonly Characters[]): number => {
  const characters = foldPassword(password);
  const longest = Math.max(1, ...terms.map((term) => term.length + 1));
  if (characters.length > (ENOUGH - 1) * longest) return ENOUGH;

  const cheapest = [0];
  for (let end = 1; end <= characters.length; end += 1) {
    let best = (cheapest[end - 1] ?? 0) + 1;
    for (const term of terms) {
      for (const length of [term.length - 1, term.length, term.length + 1]) {
        const before = cheapest[end - length];
        if (length < 1 || before === undefined || before + 1 >= best) continue;
        if (isTerm(characters.slice(end - length, end), term)) best = before + 1;
      }
    }
    cheapest.push(best);
  }
  return Math.min(ENOUGH, cheapest[characters.length] ?? 0);
};
