import type { Context, Middleware } from './context.ts';

/**
 * Everything is ours and nothing is inline. `form-action` also governs where the redirects after a form may lead, so a
 * page of a sign-in names the origin of its app.
 *
 * @param formTargets origins besides our own
 */
export const contentSecurityPolicy = (formTargets: readonly string[] = []): string =>
  `${FIXED}form-action ${["'self'", ...formTargets.filter(isSource)].join(' ')}`;

/** An origin or a scheme; nothing that could end the directive. */
const isSource = (text: string): boolean => /^[a-z][a-z\d+.-]*:(\/\/[^\s;,'"]+)?$/i.test(text);

const FIXED = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  '',
].join(';');

/** Lets forms of the answer end at further origins, as `response_mode=form_post` and sign-in pages need. */
export const allowFormTargets = (ctx: Context, origins: readonly string[]): void => {
  if (origins.length > 0) ctx.set('Content-Security-Policy', contentSecurityPolicy(origins));
};

/** For pages that are installed like an app. Their service worker is a script of ours, which is allowed anyway. */
export const allowManifest = (ctx: Context): void => {
  ctx.set('Content-Security-Policy', `${contentSecurityPolicy()};manifest-src 'self'`);
};

// No Cross-Origin-Opener-Policy: it cuts the tie between a sign-in in a pop-up window and the app that opened it, for
// good, even when only one page on the way (a reset, say) carries it. Our pages hold no frames and no opener state.
const ALWAYS = {
  'Content-Security-Policy': contentSecurityPolicy(),
  'Cache-Control': 'no-store',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy':
    'accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), payment=(), usb=(), publickey-credentials-get=(self), publickey-credentials-create=(self)',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
} as const;

const TWO_YEARS_IN_SECONDS = 63_072_000;

/** Set before anything else answers, so that errors and redirects carry them as well. */
export const securityHeaders = (issuer: string): Middleware => {
  const headers: Readonly<Record<string, string>> = issuer.startsWith('https:')
    ? { ...ALWAYS, 'Strict-Transport-Security': `max-age=${String(TWO_YEARS_IN_SECONDS)}; includeSubDomains` }
    : ALWAYS;
  return (ctx, next) => {
    ctx.set(headers);
    return next();
  };
};
