import { MINUTE } from '../../../../src/kernel/clock.ts';
import type { Finding, Host } from '../../../../src/plugin.ts';
import type { Collection } from '../../../../src/store/port.ts';
import { and, eq, le } from '../../../../src/store/query.ts';
import type { Query } from '../../../../src/store/query.ts';
import { ofOthers } from '../../authority/given-up.ts';
import { directoryLinks, unlockings, writebacks } from '../../collections.ts';
import type { Intent } from '../../collections.ts';

/** So long a write may go unexplained: its server starts again, or a network is mended. */
const PATIENCE = 5 * MINUTE;

const people = (count: number): string => (count === 1 ? 'one person' : `${String(count)} people`);

/** What is written to directories, as sentences have it. */
const WRITTEN: readonly { readonly collection: Collection<Intent>; whether(count: number): string }[] = [
  { collection: writebacks, whether: (count) => `Whether the password of ${people(count)} was written` },
  { collection: unlockings, whether: (count) => `Whether the account of ${people(count)} was unlocked` },
];

interface Waiting {
  readonly whether: string;
  readonly oldest: Intent;
}

const waiting = async ({ store }: Host, query: Query): Promise<readonly Waiting[]> => {
  const found: Waiting[] = [];
  for (const { collection, whether } of WRITTEN) {
    const { docs } = await store.find(collection, query, { sort: [{ path: 'dueAt' }], limit: 1 });
    const [oldest] = docs;
    if (oldest) found.push({ oldest, whether: whether(await store.count(collection, query)) });
  }
  return found;
};

/** Writes of which it is not known what became of them. */
export const unexplainedFindings = async (about: string, host: Host, name: string): Promise<readonly Finding[]> => {
  const query = and(eq('directory', name), le('dueAt', host.clock.now() - PATIENCE));
  return (await waiting(host, query)).map(({ whether, oldest }) => ({
    ...{ level: 'warning', about },
    text: `${whether} is not known: ${oldest.server.url} does not tell.`,
    advice: 'It is asked every minute. A server that is gone for good: take it out of servers, and another is asked.',
  }));
};

/** What belongs to directories that are not configured any more. */
export const strayFindings = async (host: Host, directories: Iterable<string>): Promise<readonly Finding[]> => {
  const others = ofOthers(directories);
  const { docs } = await host.store.find(directoryLinks, others, { limit: 1 });
  const count = docs.length === 0 ? 0 : await host.store.count(directoryLinks, others);
  const about = 'directories';
  return [
    ...docs.map(({ directory }): Finding => ({
      ...{ level: 'warning', about },
      text: `The password of ${people(count)} is in a directory that is not configured, such as ${directory}: no sign-in by it.`,
      advice: 'Configure it again under that name.',
    })),
    ...(await waiting(host, others)).map(({ whether }): Finding => ({
      ...{ level: 'warning', about },
      text: `${whether} is not known: its directory is not configured any more.`,
      advice:
        'Within two hours it is given up, and the log says directory.outcome_unknown; for a password, what they have open ends.',
    })),
  ];
};
