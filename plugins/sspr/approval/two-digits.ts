/** A number from 10 to 99, always the same for the same hash. */
export const twoDigits = (hash: string): string => String(10 + (Buffer.from(hash, 'base64url').readUInt32BE(0) % 90));
