import { hasInvisible, isStorable } from './text.ts';

/** RFC 5321 section 4.5.3.1.3, less the angle brackets. */
const LONGEST = 254;

const PLAIN = /^[^\s"(),:;<>@[\]\\]+@[^\s"(),:;<>@[\]\\]+$/u;

/**
 * One plain address: `dot-atom@domain` of RFC 5322 section 3.4.1 with the Unicode of RFC 6531; no quoting, no comment,
 * no list, no control character or line end.
 */
export const isMailAddress = (text: string): boolean =>
  text.length <= LONGEST && isStorable(text) && !hasInvisible(text) && PLAIN.test(text);
