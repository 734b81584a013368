/** Version of {@link fold}: stored beside the data so that a changed fold can be noticed and redone. */
export const FOLD_VERSION = 1;

/**
 * One spelling for names that people hold to be the same: width, case and compatibility forms fall together.
 * By way of upper case because `ß` only meets `SS` there, and by lower case before that because only so does `ẞ`; the
 * final sigma, which lower case puts at the end of words, is made equal by hand.
 */
export const fold = (text: string): string =>
  text.normalize('NFKC').toLowerCase().toUpperCase().toLowerCase().replaceAll('ς', 'σ').normalize('NFKC');

/** True for text every engine stores and returns unchanged: no NUL, no lone surrogate. */
export const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed();

const INVISIBLE = /[\p{Cc}\p{Zl}\p{Zp}\u200E\u200F\u202A-\u202E\u2066-\u2069]/u;

/** True for text with controls, line ends or marks of direction: it shows as something else than it is. */
export const hasInvisible = (text: string): boolean => INVISIBLE.test(text);
