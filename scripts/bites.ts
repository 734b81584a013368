import type { MochaRun } from './mocha.ts';

/**
 * What an attack noticed without its protection, in one line; undefined where it noticed nothing. A server that no
 * longer starts has shown nothing either: what fails must be a test, and not what prepares it or the process itself.
 */
export const noticed = ({ failures }: Pick<MochaRun, 'failures'>): string | undefined =>
  failures
    .find(({ file, title }) => file !== undefined && !/" hook(: | |$)/.test(title) && !title.startsWith('mocha ended'))
    ?.reason.split('\n')[0];
