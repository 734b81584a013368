import { contrast, mix, readableOn, textOn } from './colour.ts';

/** The two colours an operator may choose, such as `#0b5cad`. */
export interface Colours {
  readonly accent: string;
  /** Behind the card on light pages. */
  readonly background?: string;
}

/** The card's surfaces, as in `views/style.css`. */
export const SURFACES = { light: '#ffffff', dark: '#1a1d23' } as const;

const shades = (accent: string, surface: string): Record<string, string> => {
  const text = textOn(accent);
  return {
    accent,
    'on-accent': text,
    'accent-pressed': mix(accent, contrast(text, '#000000') > contrast(text, '#ffffff') ? '#000000' : '#ffffff', 0.14),
    'accent-edge': readableOn(accent, surface, 3),
    link: readableOn(accent, surface),
  };
};

const behind = (background: string): Record<string, string> => ({
  page: background,
  'on-page': textOn(background),
  'on-page-muted': textOn(background),
});

const declarations = (properties: Record<string, string>): string =>
  Object.entries(properties)
    .map(([name, value]) => `--${name}:${value}`)
    .join(';');

/**
 * Custom properties for the stylesheet, with contrast seen to: the accent is used as it is on light pages, and in a
 * lighter shade on dark ones, where a dark button would sink into the card.
 */
export const brandStyles = ({ accent, background }: Colours): string => {
  const light = { ...shades(accent, SURFACES.light), ...(background === undefined ? {} : behind(background)) };
  const dark = shades(readableOn(accent, SURFACES.dark, 6), SURFACES.dark);
  return `@media (prefers-color-scheme:light){:root{${declarations(light)}}}@media (prefers-color-scheme:dark){:root{${declarations(dark)}}}`;
};

/** The icon with its two colours, `#000` and `#fff` in the file, made those of the brand. */
export const brandIcon = (svg: string, { accent }: Colours): string =>
  svg.replaceAll('#fff', textOn(accent)).replaceAll('#000', accent);
