import type { Clock } from '../kernel/clock.ts';
import type { Organisation } from '../plugin.ts';
import type { Assets } from './assets.ts';
import type { Browsers } from './browser.ts';
import type { Context } from './context.ts';
import type { Messages } from './messages.ts';
import { pageModel } from './page-model.ts';
import type { PageModel } from './page-model.ts';
import { isCanonicalPath } from './route-table.ts';
import type { Answer } from './route.ts';
import { allowFormTargets, allowManifest } from './security-headers.ts';
import type { Views } from './views.ts';

export interface PagesOptions {
  readonly views: Views;
  readonly messages: Messages;
  readonly assets: Assets;
  readonly organisation: Organisation;
  readonly browsers: Browsers;
  readonly clock: Clock;
}

/** Writes answers of handlers into responses; the only place where a view meets its layout, language and token. */
export interface Pages {
  send(ctx: Context, answer: Answer): void;
}

interface Language {
  readonly locale: string;
  readonly name: string;
  readonly href: string;
  readonly current: boolean;
}

/** A language by its own name, as its readers look for it. */
const ownName = (locale: string): string => {
  const name = new Intl.DisplayNames(locale, { type: 'language' }).of(locale) ?? locale;
  return name.charAt(0).toLocaleUpperCase(locale) + name.slice(1);
};

/** @param parameters added to the query in place of those of the same name */
const sameAddress = (ctx: Context, parameters: Readonly<Record<string, string>>): string => {
  const query = new URLSearchParams(ctx.search);
  for (const [name, value] of Object.entries(parameters)) query.set(name, value);
  // A path such as `//elsewhere` would be a link to another host.
  return `${isCanonicalPath(ctx.path) ? ctx.path : '/'}?${query.toString()}`;
};

export const createPages = (options: PagesOptions): Pages => {
  const { views, messages, assets, organisation, browsers, clock } = options;
  const [{ segment: initial } = { segment: '' }] = new Intl.Segmenter().segment(organisation.name);
  const names = new Map(messages.locales.map((locale) => [locale, ownName(locale)]));
  const models = new Map<string, PageModel>();

  const modelIn = (locale: string): PageModel => {
    const known = models.get(locale);
    if (known) return known;
    const model = pageModel(messages.in(locale), assets, clock);
    models.set(locale, model);
    return model;
  };

  const languages = (ctx: Context): Language[] =>
    [...names].map(([locale, name]) => ({
      locale,
      name,
      href: sameAddress(ctx, { ui_locales: locale }),
      current: locale === ctx.state.locale,
    }));

  const render = (ctx: Context, answer: Extract<Answer, { kind: 'page' }>): string =>
    views.render(answer.view, {
      ...answer.data,
      ...modelIn(ctx.state.locale),
      errors: answer.errors,
      csrf: browsers.recognise(ctx).csrf,
      organisation,
      initial,
      languages: languages(ctx),
      correlation: ctx.state.correlation,
    });

  return {
    send(ctx, answer) {
      if (answer.kind === 'answered') {
        ctx.respond = false;
        return;
      }
      if (answer.kind === 'redirect') {
        ctx.status = 303;
        ctx.set('Location', answer.to);
        ctx.body = '';
        return;
      }
      ctx.status = answer.status;
      if (answer.kind === 'document') {
        ctx.type = answer.type;
        ctx.body = answer.body;
        return;
      }
      if (answer.kind === 'json') {
        ctx.type = 'json';
        ctx.body = JSON.stringify(answer.body);
        return;
      }
      allowFormTargets(ctx, answer.formTargets);
      if (answer.installable) allowManifest(ctx);
      ctx.type = 'html';
      ctx.body = render(ctx, answer);
    },
  };
};
