import { randomBytes, randomInt } from 'node:crypto';

/** Chance, as an argument: tests may replay it, production draws it from the operating system. */
export interface Random {
  bytes(length: number): Buffer;
  /** An integer from 0 up to, not including, `limit`. */
  below(limit: number): number;
}

export const systemRandom: Random = {
  bytes: (length) => randomBytes(length),
  below: (limit) => randomInt(limit),
};

/** 128 random bits in base64url, 22 characters: names a document, guards nothing. */
export const randomId = (random: Random): string => random.bytes(16).toString('base64url');

/** 256 random bits in base64url, 43 characters: for links, cookies and tokens that nobody may guess. */
export const randomToken = (random: Random): string => random.bytes(32).toString('base64url');

/** A decimal code, each digit drawn evenly, leading zeros kept. */
export const randomDigits = (random: Random, length: number): string =>
  Array.from({ length }, () => String(random.below(10))).join('');
