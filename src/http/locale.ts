import type { Context, Middleware } from './context.ts';

/** What was asked for in a query or header, best first, as BCP 47 tags. */
export const acceptedLanguages = (header: string): string[] =>
  header
    .split(',', 20)
    .map((item, position) => {
      const [tag = '', ...parameters] = item.split(';');
      const quality = parameters.map((text) => /^\s*q=([\d.]+)\s*$/.exec(text)?.[1]).find((q) => q !== undefined);
      return { tag: tag.trim(), quality: quality === undefined ? 1 : Number(quality), position };
    })
    .filter(({ tag, quality }) => tag !== '' && quality > 0)
    .sort((a, b) => b.quality - a.quality || a.position - b.position)
    .map(({ tag }) => tag);

/** The first wish there are messages for, `de-AT` being met by `de`; else the first of `available`. */
export const negotiate = (wishes: readonly string[], available: readonly string[]): string | undefined => {
  const byTag = new Map(available.map((locale) => [locale.toLowerCase(), locale]));
  for (const wish of wishes) {
    const tag = wish.toLowerCase();
    const found = byTag.get(tag) ?? byTag.get(tag.split('-')[0] ?? '');
    if (found !== undefined) return found;
  }
  return undefined;
};

const LOCALE_COOKIE = 'locale';

/** What `ui_locales` asks for, when there are messages for it. */
const askedFor = (ctx: Context, available: readonly string[]): string | undefined =>
  ctx.search.includes('ui_locales=')
    ? negotiate(new URLSearchParams(ctx.search).get('ui_locales')?.split(' ', 20) ?? [], available)
    : undefined;

const chosenBefore = (ctx: Context, available: readonly string[]): string | undefined =>
  negotiate([ctx.cookies.get(LOCALE_COOKIE, { signed: false }) ?? ''], available);

/**
 * The language of the answer: `ui_locales` (OpenID Connect Core 3.1.2.1, also what our language links say), else what
 * was chosen before in this browser, else Accept-Language. A choice is remembered until the browser closes, so that an
 * app's wish on the authorization request holds on the pages that follow it.
 *
 * @param available BCP 47 tags, the default first
 */
export const locale = (available: readonly string[]): Middleware => {
  const [standard = 'en'] = available;

  const find = (ctx: Context): string =>
    chosenBefore(ctx, available) ?? negotiate(acceptedLanguages(ctx.get('accept-language')), available) ?? standard;

  return (ctx, next) => {
    const asked = askedFor(ctx, available);
    if (asked !== undefined) {
      ctx.cookies.set(LOCALE_COOKIE, asked, { httpOnly: true, sameSite: 'lax', path: '/', signed: false });
    }
    // Most requests (tokens, keys, redirects) are answered without a word.
    let found = asked;
    Object.defineProperty(ctx.state, 'locale', { get: () => (found ??= find(ctx)) });
    return next();
  };
};
