import { AppError } from '../kernel/errors.ts';
import type { Store } from '../store/port.ts';
import type { Browsers } from './browser.ts';
import type { Context, Middleware } from './context.ts';
import { checkCsrf, CSRF_FIELD } from './csrf.ts';
import { parseFields, readForm } from './form.ts';
import type { Pages } from './pages.ts';
import { createRouteTable, isCanonicalPath } from './route-table.ts';
import type { Match } from './route-table.ts';
import type { Route, Visit } from './route.ts';

const AGENT_LENGTH = 200;

export interface DispatchOptions {
  readonly routes: readonly Route[];
  readonly issuer: string;
  readonly browsers: Browsers;
  readonly pages: Pages;
}

const parseQuery = (ctx: Context): Record<string, string> => {
  const fields = parseFields(ctx.querystring);
  fields.delete('ui_locales');
  return Object.fromEntries(fields);
};

const parseForm = (route: Route, fields: ReadonlyMap<string, string>): unknown => {
  const own = new Map(fields);
  own.delete(CSRF_FIELD);
  const parsed = route.form?.safeParse(Object.fromEntries(own));
  if (parsed?.success === false) {
    const where = parsed.error.issues.map((issue) => issue.path.join('.') || issue.code).join(', ');
    throw new AppError('form_invalid', `the form does not fit: ${where}`);
  }
  return parsed?.data;
};

/**
 * Refuses every path with a second spelling, for all that is served, ours or not, and a request target with a host of
 * its own (RFC 9112 section 3.2.2), from which links could be built.
 */
export const canonicalPaths: Middleware = (ctx, next) => {
  if (!ctx.originalUrl.startsWith('/') || !isCanonicalPath(ctx.path))
    throw new AppError('not_found', 'the path is not in its one spelling');
  return next();
};

/** Nothing is acknowledged before all that was committed would survive a power cut. */
export const durability =
  (store: Pick<Store, 'durable'>): Middleware =>
  async (_ctx, next) => {
    await next();
    await store.durable();
  };

/** Serves the routes; what is none of theirs goes on to what is mounted behind. */
export const dispatch = ({ routes, issuer, browsers, pages }: DispatchOptions): Middleware => {
  const match = createRouteTable(routes);
  const { origin } = new URL(issuer);

  const visitOf = async (
    ctx: Context,
    { route, params }: Extract<Match, { kind: 'route' }>,
  ): Promise<Visit<unknown>> => {
    const posted = route.method === 'POST' ? await readForm(ctx) : undefined;
    if (posted && route.caller !== 'program') checkCsrf(ctx, posted.get(CSRF_FIELD), browsers, origin);
    return {
      params,
      query: parseQuery(ctx),
      form: posted ? parseForm(route, posted) : undefined,
      get browser() {
        return browsers.recognise(ctx).id;
      },
      address: ctx.state.address,
      agent: ctx.get('user-agent').slice(0, AGENT_LENGTH),
      correlation: ctx.state.correlation,
      locale: ctx.state.locale,
      cookies: browsers.cookies(ctx),
      raw: { req: ctx.req, res: ctx.res },
    };
  };

  return async (ctx, next): Promise<void> => {
    const found = match(ctx.method, ctx.path);
    if (found.kind === 'none') {
      await next();
      return;
    }
    if (found.kind === 'other-methods') {
      ctx.set('Allow', found.allow);
      throw new AppError('method_not_allowed', `${ctx.method} is not served here`);
    }
    ctx.state.served = found.route.path;
    pages.send(ctx, await found.route.handle(await visitOf(ctx, found)));
  };
};
