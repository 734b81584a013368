import { isStorable } from '../../../src/kernel/text.ts';

/** Longer than any directory takes. */
const LONGEST = 256;

/**
 * Whether a password may go to a directory: an empty one would be an anonymous bind, which always succeeds (RFC 4513
 * section 5.1.2), and NUL ends a text on the way through some servers.
 */
export const isSendable = (password: string): boolean =>
  password !== '' && password.length <= LONGEST && isStorable(password);
