import type { KoaContextWithOIDC } from 'oidc-provider';
import type { Context, Middleware } from '../http/context.ts';
import { allowFormTargets } from '../http/security-headers.ts';
import { targetOf } from './metadata.ts';
import type { Recorded } from './recording.ts';

type OIDC = KoaContextWithOIDC['oidc'];

const oidcOf = (ctx: Context): OIDC | undefined => Reflect.get(ctx, 'oidc') as OIDC | undefined;

const DEVICE_PATH = '/device';

/**
 * A code that came with the address (RFC 8628 section 3.3.1) is shown in the form of our page: oidc-provider would
 * send it on by a page of its own that needs JavaScript.
 */
const showCode = (ctx: Context): void => {
  const code = ctx.method === 'GET' && ctx.path === DEVICE_PATH ? ctx.query['user_code'] : undefined;
  if (code === undefined) return;
  Reflect.set(ctx.state, 'userCode', code);
  ctx.querystring = '';
};

/** Signing out without being signed in is done; oidc-provider would ask for it by a page that needs JavaScript. */
const skipEmptyLogout = (ctx: Context): void => {
  const oidc = oidcOf(ctx);
  if (oidc?.route !== 'end_session' || ctx.status !== 200 || oidc.session?.accountId !== undefined) return;
  const { post_logout_redirect_uri: address, state } = oidc.params ?? {};
  const to = typeof address === 'string' ? new URL(address) : new URL(oidc.urlFor('end_session_success'));
  if (typeof address === 'string' && typeof state === 'string') to.searchParams.set('state', state);
  ctx.status = 303;
  ctx.redirect(to.href);
};

/** What happens around each request of OpenID Connect. */
export const around =
  (provider: Middleware, recorded: Recorded): Middleware =>
  async (ctx, next) => {
    showCode(ctx);
    try {
      await provider(ctx, next);
    } finally {
      const route = oidcOf(ctx)?.route;
      if (route !== undefined) ctx.state.served = `oidc ${route}`;
    }
    skipEmptyLogout(ctx);
    await recorded(ctx);
  };

/** Answers by `response_mode=form_post` leave by a form for the app's origin (OAuth 2.0 Form Post Response Mode). */
export const allowFormPost = (ctx: KoaContextWithOIDC): void => {
  const { response_mode: mode, redirect_uri: address } = ctx.oidc.params ?? {};
  if (mode !== 'form_post') return;
  const target = typeof address === 'string' ? targetOf(address) : undefined;
  if (target !== undefined) allowFormTargets(ctx, [target]);
};
