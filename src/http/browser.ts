import type { Clock } from '../kernel/clock.ts';
import { DAY } from '../kernel/clock.ts';
import type { Random } from '../kernel/random.ts';
import { randomToken } from '../kernel/random.ts';
import type { Secrets } from '../kernel/secrets.ts';
import type { Context } from './context.ts';
import type { Cookies } from './route.ts';

const PLAUSIBLE = /^[A-Za-z0-9_-]{43}$/;

/** Browsers let no cookie live longer than 400 days. */
const LIFETIME = 400 * DAY;

const POSTED: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/** This browser, by its long-lived random cookie. */
export interface Browser {
  /** Keyed hash: may be stored. */
  readonly id: string;
  /** What a form of this browser carries to show that it came from a page of ours. */
  readonly csrf: string;
}

export interface Browsers {
  cookies(ctx: Context): Cookies;
  /** Knows the browser again, or gives it its cookie. */
  recognise(ctx: Context): Browser;
  /** Whether `token` was given to this very browser. */
  isOwn(ctx: Context, token: string): boolean;
}

/**
 * @param secure under https: the `__Host-` prefix then keeps neighbouring subdomains from planting cookies here
 *   (RFC 6265bis section 4.1.3.2)
 */
export const createBrowsers = (secrets: Secrets, random: Random, clock: Clock, secure: boolean): Browsers => {
  const prefix = secure ? '__Host-' : '';
  const options = { httpOnly: true, sameSite: 'lax', path: '/', secure, signed: false, overwrite: true } as const;
  const name = 'browser';

  const cookies = (ctx: Context): Cookies => ({
    get: (cookie) => ctx.cookies.get(`${prefix}${cookie}`, { signed: false }),
    set: (cookie, value, { maxAge } = {}) => {
      const expiry = maxAge === undefined ? {} : { expires: new Date(clock.now() + maxAge) };
      ctx.cookies.set(`${prefix}${cookie}`, value, { ...options, ...expiry });
    },
    clear: (cookie) => {
      ctx.cookies.set(`${prefix}${cookie}`, null, options);
    },
  });

  // A fixed value for each browser: against BREACH (compressed pages that repeat what a stranger wrote) stands that our
  // cookies are SameSite=Lax, so that only whole visible visits would carry them.
  const csrf = (value: string): string => secrets.hash('csrf', value);

  const presented = (ctx: Context): string | undefined => {
    const value = cookies(ctx).get(name);
    return value !== undefined && PLAUSIBLE.test(value) ? value : undefined;
  };

  const known = new WeakMap<Context, Browser>();

  return {
    cookies,
    recognise(ctx) {
      const before = known.get(ctx);
      if (before) return before;
      const present = presented(ctx);
      const value = present ?? randomToken(random);
      // A form posted from somebody else's site comes without our cookies (SameSite=Lax): a new one would take the place
      // of the one that is there, and the browser would no longer be known to its own people.
      if (present !== undefined || !POSTED.has(ctx.method)) cookies(ctx).set(name, value, { maxAge: LIFETIME });
      const browser = { id: secrets.hash('browser', value), csrf: csrf(value) };
      known.set(ctx, browser);
      return browser;
    },
    isOwn(ctx, token) {
      const value = presented(ctx);
      return value !== undefined && secrets.matches('csrf', value, token);
    },
  };
};
