import type { Random } from '../kernel/random.ts';
import type { Middleware } from './context.ts';

// Crockford's base 32: no letter that is taken for a digit, since people read it out to a help desk.
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** 60 random bits such as `7QF3-M2PX-W9DK`. It names a request and guards nothing. */
export const correlationId = (random: Random): string => {
  const letters = Array.from(random.bytes(12), (byte) => ALPHABET.charAt(byte % 32)).join('');
  return `${letters.slice(0, 4)}-${letters.slice(4, 8)}-${letters.slice(8)}`;
};

export const correlate =
  (random: Random): Middleware =>
  (ctx, next) => {
    ctx.state.correlation = correlationId(random);
    ctx.set('X-Request-Id', ctx.state.correlation);
    return next();
  };
