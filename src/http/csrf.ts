import { AppError } from '../kernel/errors.ts';
import type { Browsers } from './browser.ts';
import type { Context } from './context.ts';

/** Name of the hidden field. */
export const CSRF_FIELD = 'csrf';

/**
 * Refuses a form that no page of ours has sent. The token decides; what the browser says about the origin can only
 * refuse. `Origin: null` says nothing, since pages under `no-referrer` send it about themselves.
 *
 * @throws AppError `csrf`
 */
export const checkCsrf = (ctx: Context, token: string | undefined, browsers: Browsers, origin: string): void => {
  const site = ctx.get('sec-fetch-site');
  if (site !== '' && site !== 'same-origin' && site !== 'none') {
    throw new AppError('csrf', `a form was posted from ${site}`);
  }
  const from = ctx.get('origin');
  if (site === '' && from !== '' && from !== 'null' && from !== origin) {
    throw new AppError('csrf', 'a form was posted from another origin');
  }
  if (token === undefined || !browsers.isOwn(ctx, token)) {
    throw new AppError('csrf', 'a form was posted without the token of this browser');
  }
};
