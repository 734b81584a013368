const MOST_CODE_POINTS = 256;
const MOST_BYTES = 4096;

/**
 * Whether a password may be hashed at all. Hashing time grows with length, and the empty one must never reach a
 * directory, where an empty password is an anonymous bind (RFC 4513 section 5.1.2).
 */
export const isHashable = (password: string): boolean =>
  password !== '' &&
  password.isWellFormed() &&
  password.length <= 2 * MOST_CODE_POINTS &&
  [...password].length <= MOST_CODE_POINTS &&
  Buffer.byteLength(password) <= MOST_BYTES;
