import { MINUTE } from '../../../../src/kernel/clock.ts';
import type { Finding, Host } from '../../../../src/plugin.ts';
import { and, eq, le } from '../../../../src/store/query.ts';
import { ofOthers } from '../../authority/given-up.ts';
import { directoryLinks, writebacks } from '../../collections.ts';

/** So long a write may go unexplained: its server starts again, or a network is mended. */
const PATIENCE = 5 * MINUTE;

const people = (count: number): string => (count === 1 ? 'one person' : `${String(count)} people`);

/** Passwords of which it is not known whether they were written. */
export const unexplainedFindings = async (about: string, host: Host, name: string): Promise<readonly Finding[]> => {
  const query = and(eq('directory', name), le('dueAt', host.clock.now() - PATIENCE));
  const { docs } = await host.store.find(writebacks, query, { sort: [{ path: 'dueAt' }], limit: 1 });
  const [oldest] = docs;
  if (!oldest) return [];
  const count = await host.store.count(writebacks, query);
  return [
    {
      ...{ level: 'warning', about },
      text: `Whether the password of ${people(count)} was written is not known: ${oldest.server.url} does not tell.`,
      advice: 'It is asked every minute. A server that is gone for good: take it out of servers, and another is asked.',
    },
  ];
};

/** What belongs to directories that are not configured any more. */
export const strayFindings = async (host: Host, directories: Iterable<string>): Promise<readonly Finding[]> => {
  const others = ofOthers(directories);
  const { docs } = await host.store.find(directoryLinks, others, { limit: 1 });
  const count = docs.length === 0 ? 0 : await host.store.count(directoryLinks, others);
  const pending = await host.store.count(writebacks, others);
  const about = 'directories';
  return [
    ...docs.map(({ directory }): Finding => ({
      ...{ level: 'warning', about },
      text: `The password of ${people(count)} is in a directory that is not configured, such as ${directory}: no sign-in by it.`,
      advice: 'Configure it again under that name.',
    })),
    ...(pending === 0
      ? []
      : [
          {
            ...{ level: 'warning' as const, about },
            text: `Whether the password of ${people(pending)} was written is not known: its directory is not configured any more.`,
            advice:
              'Within two hours it is given up, what they have open ends, and the log says directory.outcome_unknown.',
          },
        ]),
  ];
};
