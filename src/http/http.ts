import Koa from 'koa';
import mount from 'koa-mount';
import type { Clock } from '../kernel/clock.ts';
import type { Log } from '../kernel/log.ts';
import { noMetrics } from '../kernel/metrics.ts';
import type { Metrics } from '../kernel/metrics.ts';
import type { Random } from '../kernel/random.ts';
import type { Store } from '../store/port.ts';
import type { Assets } from './assets.ts';
import type { Browsers } from './browser.ts';
import type { Context, Middleware, RequestFacts } from './context.ts';
import { correlate } from './correlation.ts';
import { canonicalPaths, dispatch, durability } from './dispatch.ts';
import { failures } from './failures.ts';
import { floodGuard } from './flood-guard.ts';
import type { FloodLimits } from './flood-guard.ts';
import { forwarded } from './forwarded.ts';
import { healthRoutes } from './health.ts';
import type { HealthCheck } from './health.ts';
import { homeRoute } from './home.ts';
import { locale } from './locale.ts';
import { measured } from './measured.ts';
import { metricsPage } from './metrics-page.ts';
import type { MetricsPage } from './metrics-page.ts';
import type { Pages } from './pages.ts';
import { createRouteTable } from './route-table.ts';
import type { Entrance, Route } from './route.ts';
import { securityHeaders } from './security-headers.ts';
import { serveAssets } from './serve-assets.ts';
import type { Service } from './service.ts';
import { serveServices } from './services.ts';

export interface ChainOptions {
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
  readonly routes: readonly Route[];
  /** Interfaces for programs: they limit by themselves who may ask how much. */
  readonly services?: readonly Service[];
  readonly metrics?: Metrics;
  /** There is no page for figures without it. */
  readonly metricsPage?: MetricsPage;
}

export interface HttpOptions extends ChainOptions {
  /** Where people may begin, for the start page. */
  readonly entrances: readonly Entrance[];
  readonly health: readonly HealthCheck[];
  /** Served after the routes: oidc-provider's middleware. */
  readonly mounted: readonly Middleware[];
  /** What cookies set through Koa are signed by: those of oidc-provider. Without it none can be, and ours are not. */
  readonly cookieSigner?: CookieSigner;
}

/** What Koa signs cookies by, in the shape of Keygrip: of `name=value`. */
export interface CookieSigner {
  sign(cookie: string): string;
  verify(cookie: string, signature: string): boolean;
  /** Which of its keys a signature was made with; -1 for none. */
  index(cookie: string, signature: string): number;
}

/** All that every request goes through, in this order. */
const chain = (options: ChainOptions): readonly Middleware[] => [
  measured(options.metrics ?? noMetrics),
  correlate(options.random),
  forwarded(options.issuer, options.trustedProxies),
  securityHeaders(options.issuer),
  serveAssets(options.assets),
  locale(options.locales),
  failures(options.pages, options.log),
  serveServices(options.services ?? [], options.store),
  floodGuard(options.limits, options.clock, new Set(options.unlimited)),
  canonicalPaths,
  ...(options.metricsPage ? [metricsPage(options.metricsPage)] : []),
  durability(options.store),
  dispatch(options),
];

const applicationOf = (middleware: readonly Middleware[], signer?: CookieSigner): Koa<RequestFacts> => {
  // The scheme is taken from a header that `forwarded` alone has written.
  const koa = new Koa<RequestFacts>({ proxy: true });
  if (signer) koa.keys = signer;
  for (const each of middleware) koa.use(each);
  return koa;
};

/** The whole host. */
export const createHttp = (options: HttpOptions): Koa<RequestFacts> => {
  const { entrances, health, log } = options;
  const routes = [homeRoute(entrances), ...healthRoutes(health, log), ...options.routes];
  const unlimited = ['/healthz', '/readyz', ...options.unlimited];
  const koa = applicationOf([...chain({ ...options, routes, unlimited }), ...options.mounted], options.cookieSigner);
  koa.on('error', (error: unknown) => {
    log.warn({ error }, 'an answer could not be delivered');
  });
  return koa;
};

/** The routes and assets alone, for somebody else's Koa: everything else goes on to what that host has. */
export const createEmbedded = (options: ChainOptions): Middleware => {
  const match = createRouteTable(options.routes);
  const ours = mount(applicationOf(chain(options))) as Middleware;
  const isOurs = (ctx: Context): boolean =>
    match(ctx.method, ctx.path).kind !== 'none' || options.assets.at(ctx.path) !== undefined;
  return async (ctx, next): Promise<void> => {
    await (isOurs(ctx) ? ours(ctx, next) : next());
  };
};
