import { createHash, timingSafeEqual } from 'node:crypto';
import type { Middleware } from './context.ts';

export interface MetricsPage {
  /** Whoever has it may look. */
  readonly token: string;
  /** The text, and its media type. */
  expose(): Promise<{ readonly type: string; readonly text: string }>;
}

const METRICS_PATH = '/metrics';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/**
 * `/metrics` for whoever brings the bearer token (RFC 6750 section 2.1). For everybody else there is no such page, and the
 * request goes on to where those for pages that there are not end.
 */
export const metricsPage = ({ token, expose }: MetricsPage): Middleware => {
  const right = digest(`Bearer ${token}`);
  return async (ctx, next) => {
    const isAsked = ctx.path === METRICS_PATH && (ctx.method === 'GET' || ctx.method === 'HEAD');
    if (!isAsked || !timingSafeEqual(digest(ctx.get('authorization')), right)) {
      await next();
      return;
    }
    const { type, text } = await expose();
    ctx.state.served = METRICS_PATH;
    ctx.set('Content-Type', type);
    ctx.body = text;
  };
};
