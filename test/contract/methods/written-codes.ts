import type { Random } from '../../../src/kernel/random.ts';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LENGTH = 16;

/** Chance as it is, and the codes that were made of it. */
export const watched = (random: Random): { readonly random: Random; drawn(): readonly string[] } => {
  let letters = '';
  return {
    random: {
      ...random,
      below(limit) {
        const at = random.below(limit);
        letters += ALPHABET.charAt(at);
        return at;
      },
    },
    drawn: () => letters.match(new RegExp(`.{${String(LENGTH)}}`, 'g')) ?? [],
  };
};
