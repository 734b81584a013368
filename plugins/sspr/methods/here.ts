import type { Visit } from '../../../src/plugin.ts';
import type { Here } from './method.ts';

/** What a method may know of the browser that a request came from. */
export const hereOf = ({ browser, cookies, locale, address, agent, correlation }: Visit<unknown>): Here => ({
  browser,
  cookies,
  locale,
  from: { address, agent, correlation },
});
