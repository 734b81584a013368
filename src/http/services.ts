import getRawBody from 'raw-body';
import { AppError } from '../kernel/errors.ts';
import type { Store } from '../store/port.ts';
import type { Context, Middleware } from './context.ts';
import type { Call, Reply, Service } from './service.ts';

const AGENT_LENGTH = 200;

const readBody = async (ctx: Context, limit: number): Promise<Buffer> => {
  try {
    return await getRawBody(ctx.req, { limit, length: ctx.get('content-length') || null });
  } catch (cause) {
    const tooLarge = (cause as { status?: unknown }).status === 413;
    if (!ctx.req.complete) ctx.set('Connection', 'close');
    throw new AppError(tooLarge ? 'form_too_large' : 'form_invalid', 'the body could not be read', { cause });
  }
};

const goneWith = ({ req, res }: Context): AbortSignal => {
  const gone = new AbortController();
  req.once('close', () => {
    if (!req.complete) gone.abort();
  });
  res.once('close', () => {
    if (!res.writableFinished) gone.abort();
  });
  return gone.signal;
};

const callOf = (ctx: Context, prefix: string): Call => ({
  method: ctx.method,
  path: pathOf(ctx).slice(prefix.length),
  query: ctx.querystring,
  header(name) {
    const value = ctx.req.headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  },
  body: (limit) => readBody(ctx, limit),
  address: ctx.state.address,
  agent: ctx.get('user-agent').slice(0, AGENT_LENGTH),
  correlation: ctx.state.correlation,
  gone: goneWith(ctx),
});

const send = (ctx: Context, { status, headers = {}, body }: Reply): void => {
  ctx.status = status;
  for (const [name, value] of Object.entries(headers)) ctx.set(name, value);
  // A body of no length: Koa would otherwise take its absence for "not found".
  if (body === undefined) ctx.res.removeHeader('Content-Type');
  ctx.body = body ?? '';
  ctx.status = status;
};

/** The path as sent: Koa's own has been decoded by nobody either, but a target of another form (`*`) has none. */
const pathOf = (ctx: Context): string => {
  const [path = ''] = ctx.originalUrl.split('?', 1);
  return path;
};

const isBelow = (path: string, prefix: string): boolean => path === prefix || path.startsWith(`${prefix}/`);

/** Serves the services; what lies below no prefix of theirs goes on. */
export const serveServices =
  (services: readonly Service[], store: Pick<Store, 'durable'>): Middleware =>
  async (ctx, next) => {
    const path = pathOf(ctx);
    const service = services.find(({ prefix }) => isBelow(path, prefix));
    if (!service) {
      await next();
      return;
    }
    ctx.state.served = service.prefix;
    const reply = await service.handle(callOf(ctx, service.prefix));
    await store.durable();
    send(ctx, reply);
  };
