/** How many letters must be put in, left out or changed to make one word of the other (Levenshtein). */
const distance = (one: string, other: string): number => {
  let previous = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [row, letter] of [...one].entries()) {
    const current = [row + 1];
    for (const [column, wanted] of [...other].entries()) {
      const change = (previous[column] ?? 0) + (letter === wanted ? 0 : 1);
      current.push(Math.min(change, (previous[column + 1] ?? 0) + 1, (current[column] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[other.length] ?? 0;
};

const plain = (word: string): string => word.toLowerCase().replaceAll(/[^a-z0-9]/g, '');

/** The known word that was probably meant: at most two letters, or a third, differ, case and separators aside. */
export const nearest = (word: string, known: readonly string[]): string | undefined => {
  const ranked = known
    .map((candidate) => ({ candidate, letters: distance(plain(word), plain(candidate)) }))
    .sort((one, other) => one.letters - other.letters);
  const best = ranked[0];
  if (!best || best.letters >= plain(word).length) return undefined;
  return best.letters <= Math.max(2, Math.floor(best.candidate.length / 3)) ? best.candidate : undefined;
};
