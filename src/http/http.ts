import Koa from 'koa';
import type { Clock } from '../kernel/clock.ts';
import type { Log } from '../kernel/log.ts';
import type { Random } from '../kernel/random.ts';
import type { Store } from '../store/port.ts';
import type { Assets } from './assets.ts';
import type { Browsers } from './browser.ts';
import type { Middleware, RequestFacts } from './context.ts';
import { correlate } from './correlation.ts';
import { canonicalPaths, dispatch, durability } from './dispatch.ts';
import { failures } from './failures.ts';
import { floodGuard } from './flood-guard.ts';
import type { FloodLimits } from './flood-guard.ts';
import { forwarded } from './forwarded.ts';
import { healthRoutes } from './health.ts';
import type { HealthCheck } from './health.ts';
import { homeRoute } from './home.ts';
import type { Entrance } from './home.ts';
import { locale } from './locale.ts';
import type { Pages } from './pages.ts';
import type { Route } from './route.ts';
import { securityHeaders } from './security-headers.ts';
import { serveAssets } from './serve-assets.ts';

export interface HttpOptions {
  /** Without a trailing slash. */
  readonly issuer: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly store: Pick<Store, 'durable'>;
  readonly pages: Pages;
  readonly browsers: Browsers;
  readonly assets: Assets;
  /** BCP 47 tags, the default first. */
  readonly locales: readonly string[];
  /** Addresses and CIDR ranges. */
  readonly trustedProxies: readonly string[];
  readonly limits: FloodLimits;
  /** Paths of clients that prove themselves: the flood guard leaves them alone. */
  readonly unlimited: readonly string[];
  /** The host's and the plugins'. */
  readonly routes: readonly Route[];
  readonly entrances: readonly Entrance[];
  readonly health: readonly HealthCheck[];
  /** Served after the routes: oidc-provider's middleware. */
  readonly mounted: readonly Middleware[];
  /** Keys that cookies set through Koa are signed with, newest first: those of oidc-provider. */
  readonly cookieKeys: readonly string[];
}

/** All that every request goes through, in this order. */
export const createHttp = (options: HttpOptions): Koa<RequestFacts> => {
  const { issuer, pages, browsers, log, clock } = options;
  const koa = new Koa<RequestFacts>({ proxy: true, keys: [...options.cookieKeys] });
  const routes = [homeRoute(options.entrances), ...healthRoutes(options.health, log), ...options.routes];
  const unlimited = new Set(['/healthz', '/readyz', ...options.unlimited]);

  const chain: readonly Middleware[] = [
    correlate(options.random),
    forwarded(issuer, options.trustedProxies),
    securityHeaders(issuer),
    serveAssets(options.assets),
    locale(options.locales),
    failures(pages, log),
    floodGuard(options.limits, clock, unlimited),
    canonicalPaths,
    durability(options.store),
    dispatch({ routes, issuer, browsers, pages }),
    ...options.mounted,
  ];
  for (const middleware of chain) koa.use(middleware);
  koa.on('error', (error: unknown) => {
    log.warn({ error }, 'an answer could not be delivered');
  });
  return koa;
};
