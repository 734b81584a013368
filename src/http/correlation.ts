import type { Random } from '../kernel/random.ts';
import type { Middleware } from './context.ts';

// Crockford's base 32: no letter that is taken for a digit, since people read it out to a help desk.
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

const LETTERS = 12;

/** Ids drawn from the operating system at once: it is slower to ask than to give. */
const DRAWN = 128;

/** Makes names of 60 random bits such as `7QF3-M2PX-W9DK`. They tell requests apart and guard nothing. */
export const correlationIds = (random: Random): (() => string) => {
  let pool: Buffer = Buffer.alloc(0);
  let next = 0;
  return () => {
    if (next === pool.length) {
      pool = random.bytes(LETTERS * DRAWN);
      next = 0;
    }
    let id = '';
    for (let at = 0; at < LETTERS; at += 1) {
      if (at === 4 || at === 8) id += '-';
      id += ALPHABET.charAt((pool[next + at] ?? 0) % ALPHABET.length);
    }
    next += LETTERS;
    return id;
  };
};

export const correlate = (random: Random): Middleware => {
  const nextId = correlationIds(random);
  return (ctx, next) => {
    ctx.state.correlation = nextId();
    ctx.set('X-Request-Id', ctx.state.correlation);
    return next();
  };
};
