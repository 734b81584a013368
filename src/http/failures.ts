import { AppError } from '../kernel/errors.ts';
import type { ErrorCode } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';
import type { Context, Middleware } from './context.ts';
import type { Pages } from './pages.ts';
import { json, page } from './route.ts';

/** Koa and Node throw errors with a status for what a client got wrong. */
const codeOf = (error: unknown): ErrorCode => {
  if (error instanceof AppError) return error.public ? error.code : 'internal';
  const status = error instanceof Error && 'status' in error ? error.status : undefined;
  return typeof status === 'number' && status >= 400 && status < 500 ? 'bad_request' : 'internal';
};

const LONGEST_WORD = 32;

/** Long segments are tokens, such as those of mailed links: the log has their beginning only. */
const withoutTokens = (path: string): string =>
  path
    .split('/')
    .map((segment) => (segment.length > LONGEST_WORD ? `${segment.slice(0, 4)}…` : segment))
    .join('/');

const answerWith = (ctx: Context, error: AppError, pages: Pages): void => {
  if (error.retryAfter !== undefined) ctx.set('Retry-After', String(Math.ceil(error.retryAfter)));
  const { correlation } = ctx.state;
  const wantsJson = ctx.accepts('html', 'json') === 'json';
  pages.send(
    ctx,
    wantsJson
      ? json({ error: error.code, correlation }, error.status)
      : page('error', { code: error.code, retryAfter: error.retryAfter }, { status: error.status }),
  );
};

/**
 * The one place where an error becomes an answer: a page in the person's language, or JSON for a client that prefers
 * it. What is not for the public is `internal` outside, and itself in the log beside the correlation id.
 */
export const failures =
  (pages: Pages, log: Log): Middleware =>
  async (ctx, next) => {
    try {
      await next();
      if (ctx.status === 404 && ctx.respond !== false && !ctx.body) {
        throw new AppError('not_found', 'nothing is served at this path');
      }
    } catch (error) {
      const code = codeOf(error);
      const facts = {
        correlation: ctx.state.correlation,
        method: ctx.method,
        path: withoutTokens(ctx.path),
        code,
        error,
      };
      if (code === 'internal') log.error(facts, 'a request failed');
      else log.info(facts, 'a request was refused');
      if (ctx.headerSent) return;
      const shown =
        error instanceof AppError && error.code === code ? error : new AppError(code, 'see the log', { cause: error });
      answerWith(ctx, shown, pages);
    }
  };
