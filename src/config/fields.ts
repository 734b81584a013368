import { z } from 'zod';
import { Confidential } from '../kernel/confidential.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../kernel/clock.ts';
import { takenClaims, takenScopes } from '../kernel/standard-claims.ts';

const UNITS = { d: DAY, h: HOUR, m: MINUTE, s: SECOND } as const;

const DURATION = /^(?=.)(\d+d)?(\d+h)?(\d+m)?(\d+s)?$/;

const milliseconds = (text: string): number =>
  Object.entries(UNITS).reduce((sum, [unit, length]) => {
    const count = new RegExp(`(\\d+)${unit}`).exec(text)?.[1] ?? '0';
    return sum + Number(count) * length;
  }, 0);

/** A length of time such as `15m`, `180d` or `1h30m` in the file, milliseconds in the program. */
export const duration = (fallback: string) =>
  z
    .string('a duration such as 30s, 15m, 12h, 180d or 1h30m')
    .regex(DURATION, 'a duration such as 30s, 15m, 12h, 180d or 1h30m')
    .meta({ duration: true })
    .transform(milliseconds)
    .prefault(fallback);

const SECRET_HINT = 'env:NAME, file:PATH or, outside production, plain:VALUE';

/**
 * What nobody should read over a shoulder or in a repository: named in the file, read when the program starts.
 * The parsed value holds the reference until the loader has put the secret in its place.
 */
export const secret = () =>
  z
    .string(SECRET_HINT)
    .regex(/^(env:[A-Za-z_][A-Za-z0-9_]*|file:.+|plain:.*)$/s, SECRET_HINT)
    .meta({ secret: true })
    .transform((reference) => new Confidential(reference));

/** Path of a file that is there; relative to the configuration file. Absolute once loaded. */
export const file = () => z.string('the path of a file').min(1).meta({ file: true });

/** A group of options that may be left out as a whole; a key it does not know is refused. */
export const section = <S extends z.core.$ZodLooseShape>(shape: S) => {
  const object = z.strictObject(shape);
  // Every option of a section has a default, which an empty section takes: the schemas of this folder are tested so.
  return object.prefault({} as z.input<typeof object>);
};

/** An origin, with or without a path, without query and fragment; a trailing slash falls away. */
export const httpAddress = () =>
  z
    .url({ protocol: /^https?$/, error: 'an address such as https://login.example.com' })
    .refine((text) => !/[?#]/.test(text), 'must be an address without ? and #')
    .transform((text) => text.replace(/\/+$/, ''));

/** A whole number within bounds. */
export const count = (least: number, most: number, fallback: number) => z.int().min(least).max(most).default(fallback);

const CLAIM = /^[!-~]{1,128}$/;

/** The name of a claim of the operator's own: it says nothing that another claim says already. */
export const claimName = () =>
  z
    .string()
    .regex(CLAIM, 'up to 128 characters without spaces')
    .refine((name) => !takenClaims.has(name), 'means something already: choose another name');

/** RFC 6749 section 3.3: all of ASCII that can be seen, quotes and backslashes aside. */
const SCOPE = /^[!#-[\]-~]{1,64}$/;

/** The name of a scope of the operator's own. */
export const scopeName = () =>
  z
    .string()
    .regex(SCOPE, 'up to 64 characters without spaces and quotes')
    .refine((name) => !takenScopes.has(name), 'means something already: choose another name');
