import type { Assets } from './assets.ts';
import type { Middleware } from './context.ts';

/** Serves assets by their hashed address; a year is what `immutable` lets browsers keep them (RFC 8246). */
export const serveAssets =
  (assets: Assets): Middleware =>
  (ctx, next) => {
    if (!ctx.path.startsWith('/assets/')) return next();
    const asset = ctx.method === 'GET' || ctx.method === 'HEAD' ? assets.at(ctx.path) : undefined;
    if (!asset) return next();
    ctx.state.served = 'assets';
    ctx.set('Cache-Control', 'public, max-age=31536000, immutable');
    ctx.type = asset.type;
    ctx.body = asset.body;
    return Promise.resolve();
  };
