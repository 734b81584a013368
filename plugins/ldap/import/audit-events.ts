import type { EventCatalogue } from '../../../src/plugin.ts';

/** What imports leave in the log, besides what becomes of people and groups. */
export const importEvents = {
  'directory.import_stopped': {
    about:
      'An import would have lost too many people or groups of a directory, and did nothing about them; the method names the directory, the reason how many of how many.',
    carries: ['method', 'reason'],
  },
} as const satisfies EventCatalogue;
