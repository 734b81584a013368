/** Version of {@link fold}: stored beside the data so that a changed fold can be noticed and redone. */
export const FOLD_VERSION = 1;

/**
 * One spelling for names that people hold to be the same: width, case and compatibility forms fall together.
 * Upper case comes first because `ß` and `ﬁ` only meet `SS` and `FI` there; the final sigma is made equal by hand.
 */
export const fold = (text: string): string =>
  text.normalize('NFKC').toUpperCase().toLowerCase().replaceAll('ς', 'σ').normalize('NFKC');

/** True for text every engine stores and returns unchanged: no NUL, no lone surrogate. */
export const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed();

const INVISIBLE = /[\p{Cc}\p{Zl}\p{Zp}\u200E\u200F\u202A-\u202E\u2066-\u2069]/u;

/** True for text with controls, line ends or marks of direction: it shows as something else than it is. */
export const hasInvisible = (text: string): boolean => INVISIBLE.test(text);
