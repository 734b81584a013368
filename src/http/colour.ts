/** Red, green and blue from 0 to 255. */
type Rgb = readonly [number, number, number];

const parse = (hex: string): Rgb => {
  const number = Number.parseInt(hex.slice(1), 16);
  return [(number >> 16) & 0xff, (number >> 8) & 0xff, number & 0xff];
};

const format = (rgb: Rgb): string =>
  `#${rgb.map((channel) => Math.round(channel).toString(16).padStart(2, '0')).join('')}`;

const linear = (channel: number): number => {
  const share = channel / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
};

/** Relative luminance (WCAG 2.2). */
const luminance = (hex: string): number => {
  const [red, green, blue] = parse(hex);
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
};

/** Contrast ratio of two colours such as `#0b5cad`, from 1 to 21 (WCAG 2.2). */
export const contrast = (one: string, other: string): number => {
  const [light, dark] = [luminance(one), luminance(other)].toSorted((a, b) => b - a) as [number, number];
  return (light + 0.05) / (dark + 0.05);
};

/** So much of `other` in `colour`, from 0 to 1. */
export const mix = (colour: string, other: string, share: number): string => {
  const [from, to] = [parse(colour), parse(other)];
  const at = (channel: 0 | 1 | 2): number => from[channel] + (to[channel] - from[channel]) * share;
  return format([at(0), at(1), at(2)]);
};

const WHITE = '#ffffff';
const INK = '#14161a';

/** The text colour that reads best on a background; at least 4.5:1 on any. */
export const textOn = (background: string): string =>
  [WHITE, INK, '#000000'].find((text) => contrast(text, background) >= 4.5) ?? '#000000';

/** The same hue and saturation (HSL) at a lightness from 0 to 1: a lighter blue stays a blue, not a grey. */
const withLightness = (colour: string, lightness: number): string => {
  const channels = parse(colour).map((channel) => channel / 255);
  const [least, most] = [Math.min(...channels), Math.max(...channels)];
  const middle = (least + most) / 2;
  const room = (at: number): number => 1 - Math.abs(2 * at - 1);
  const scale = room(middle) === 0 ? 0 : room(lightness) / room(middle);
  return format(channels.map((channel) => 255 * (lightness + (channel - middle) * scale)) as unknown as Rgb);
};

const lightnessOf = (colour: string): number => {
  const channels = parse(colour);
  return (Math.min(...channels) + Math.max(...channels)) / 2 / 255;
};

/** The nearest shade of a colour that has enough contrast on a surface. */
export const readableOn = (colour: string, surface: string, least = 4.5): string => {
  if (contrast(colour, surface) >= least) return colour;
  const [from, to] = [lightnessOf(colour), contrast('#ffffff', surface) > contrast('#000000', surface) ? 1 : 0];
  const shades = Array.from({ length: 101 }, (_, percent) =>
    withLightness(colour, from + ((to - from) * percent) / 100),
  );
  return shades.find((shade) => contrast(shade, surface) >= least) ?? (to === 1 ? '#ffffff' : '#000000');
};
