import type { Cookies } from '../../../src/plugin.ts';

/** What was done a moment ago, which the next page says. */
const SAID = [
  'registered',
  'removed',
  'kept',
  'preferred',
  'signed-out',
  'others-signed-out',
  'forgotten',
  'password-changed',
] as const;

export type Said = (typeof SAID)[number];

const COOKIE = 'security-info';

export const say = (cookies: Cookies, said: Said): void => {
  cookies.set(COOKIE, said);
};

/** Says it once. */
export const sayOnce = (cookies: Cookies): Said | undefined => {
  const value = cookies.get(COOKIE);
  if (value !== undefined) cookies.clear(COOKIE);
  return SAID.find((each) => each === value);
};
