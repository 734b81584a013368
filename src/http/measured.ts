import type { Metrics } from '../kernel/metrics.ts';
import type { Context, Middleware } from './context.ts';

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

const methodOf = ({ method }: Context): string => (METHODS.has(method) ? method : 'other');

/** Measures each request until its answer is written down, by the route that served it and never by its address. */
export const measured = (metrics: Metrics): Middleware => {
  const begin = metrics.timer({
    name: 'latchkey_http_request_duration_seconds',
    help: 'Time to answer a request, by the route that served it, the method, and the class of the status.',
    labels: ['route', 'method', 'status'],
  });
  return async (ctx, next) => {
    const end = begin();
    try {
      await next();
    } finally {
      const status = `${Math.trunc(ctx.status / 100)}xx`;
      end({ route: ctx.state.served ?? 'none', method: methodOf(ctx), status });
    }
  };
};
