import { HOUR, MINUTE, DAY } from '../kernel/clock.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Assets } from './assets.ts';
import { escapeHtml, html } from './messages.ts';
import type { Html, MessageValues, Translator } from './messages.ts';
import { momentFormat } from './moment.ts';
import type { MessageRef } from './route.ts';

/** What templates have at hand besides the data of their page. */
export interface PageModel {
  readonly locale: string;
  readonly dir: 'ltr' | 'rtl';
  /** The sentence of a key, to be put in with `<%= %>`. */
  t(key: string | MessageRef, values?: MessageValues): string;
  /**
   * HTML for `<%~ %>`: a sentence with `<b>` and `<a>` in it; `href` is where `<a>` leads. A value may be what `clock`
   * or `moment` gave.
   */
  rich(key: string, values?: Readonly<Record<string, string | number | Html>>, href?: string): string;
  /** HTML for `<%~ %>`: a sentence whose times the browser turns into its own time zone. */
  phrase(message: MessageRef): string;
  /** Path of an asset. */
  asset(name: string): string;
  /** HTML for `<%~ %>`: "in about 20 minutes", to which the browser adds its own time of day. */
  clock(at: number): Html;
  /** HTML for `<%~ %>`: date and time, which the browser turns into its own time zone. */
  moment(at: number): Html;
}

/** How a language is written. */
export const directionOf = (locale: string): 'ltr' | 'rtl' =>
  RIGHT_TO_LEFT.has(locale.split('-')[0] ?? '') ? 'rtl' : 'ltr';

const RIGHT_TO_LEFT = new Set(['ar', 'dv', 'fa', 'he', 'ku', 'ps', 'ur', 'yi']);

const STEPS = [
  { below: HOUR, length: MINUTE, unit: 'minutes' },
  { below: DAY, length: HOUR, unit: 'hours' },
  { below: Infinity, length: DAY, unit: 'days' },
] as const;

/** How far away a time is, in words: `time.in.minutes` and its like. */
const distance = (translator: Translator, from: number, at: number): string => {
  const away = Math.max(at - from, MINUTE);
  const { length, unit } = STEPS.find(({ below }) => away < below) ?? STEPS[2];
  return translator.t(`time.in.${unit}`, { count: Math.round(away / length) });
};

const time = (at: number, text: string, zoned: Readonly<Record<string, string>>): Html => {
  const data = Object.entries(zoned).map(([name, value]) => ` data-${name}="${escapeHtml(value)}"`);
  return html(`<time datetime="${new Date(at).toISOString()}"${data.join('')}>${escapeHtml(text)}</time>`);
};

/** Stands in a sentence where the browser puts its own time of day. */
const CLOCK_PLACE = '\u{FFFC}';

export const pageModel = (translator: Translator, assets: Assets, clock: Clock): PageModel => {
  const { locale } = translator;
  const dateTime = momentFormat(locale);
  const moment = (at: number): Html => time(at, dateTime.format(at), { moment: '' });
  return {
    locale,
    dir: directionOf(locale),
    t: (key, values) => (typeof key === 'string' ? translator.t(key, values) : translator.t(key.key, key.values)),
    rich: (key, values = {}, href = '') =>
      translator.rich(key, values, {
        b: (inside) => `<b>${inside}</b>`,
        a: (inside) => `<a href="${escapeHtml(href)}">${inside}</a>`,
      }),
    phrase({ key, values, moments }) {
      // A name that nobody wrote a sentence for shows itself, and may have come from outside.
      if (!moments) return escapeHtml(translator.t(key, values));
      const times = Object.entries(moments).map(([name, at]) => [name, moment(at)] as const);
      return translator.rich(key, { ...values, ...Object.fromEntries(times) }, {});
    },
    asset: (name) => assets.url(name) ?? '',
    clock(at) {
      const away = distance(translator, clock.now(), at);
      return time(at, away, { clock: translator.t('time.at', { distance: away, clock: CLOCK_PLACE }) });
    },
    moment,
  };
};
