import { HOUR, MINUTE } from '../../../src/kernel/clock.ts';
import type { Job } from '../../../src/kernel/schedule.ts';
import type { Host } from '../../../src/plugin.ts';
import { change, Conflict } from '../../../src/store/port.ts';
import type { Change, Collection, Stored } from '../../../src/store/port.ts';
import { and, le, ne } from '../../../src/store/query.ts';
import type { Query } from '../../../src/store/query.ts';
import { auditEvent } from '../audit-events.ts';
import { unlockings, writebacks } from '../collections.ts';
import type { Intent } from '../collections.ts';

const LEASE = MINUTE;

/** Another node may have a configuration by which it can still ask. */
const PATIENCE = HOUR;

/** That nobody can be asked any more what became of something that was begun. */
export const outcomeUnknown = (
  { audit }: Pick<Host, 'audit'>,
  { id, directory: name, server }: Intent,
  why: string,
): Change =>
  audit.event(
    auditEvent({
      ...{ type: 'directory.outcome_unknown', result: 'failure', subject: id, actor: 'system', method: name },
      reason: `${server.url}: ${why}`,
    }),
  );

/** What follows from it where it was a password: it may be another one, and so what its owner had open ends. */
export const givingUp = (
  { directory, audit }: Pick<Host, 'directory' | 'audit'>,
  intent: Intent,
  why: string,
): readonly Change[] => [...(directory?.people.signingOut(intent.id) ?? []), outcomeUnknown({ audit }, intent, why)];

/** Documents of directories other than these. */
export const ofOthers = (directories: Iterable<string>): Query =>
  and(...[...directories].map((name) => ne('directory', name)));

interface Kind {
  readonly collection: Collection<Intent>;
  following(host: Host, intent: Intent, why: string): readonly Change[];
}

const KINDS: readonly Kind[] = [
  { collection: writebacks, following: givingUp },
  { collection: unlockings, following: (host, intent, why) => [outcomeUnknown(host, intent, why)] },
];

const giveUp = async (host: Host, { collection, following }: Kind, intent: Stored<Intent>): Promise<void> => {
  const settled = change.take(collection, intent.id, intent.version);
  const account = await host.accounts.byId(intent.id);
  const changes = account ? following(host, intent, 'its directory is not configured any more') : [];
  try {
    await host.store.commit([settled, ...changes]);
  } catch (error) {
    // It is written anew at this moment, by a node that knows the directory.
    if (!(error instanceof Conflict)) throw error;
  }
};

/** Gives up what was written to directories that are not configured any more, which nobody would ever ask again. */
export const givingUpJob = (host: Host, directories: Iterable<string>): Job => {
  const { store, clock } = host;
  const others = ofOthers(directories);
  return {
    name: 'ldap.writebacks',
    every: HOUR,
    async run() {
      const query = and(others, le('dueAt', clock.now() - PATIENCE));
      let found = false;
      for (const kind of KINDS) {
        const intent = await store.claim(kind.collection, { query, sort: [{ path: 'dueAt' }], lease: LEASE });
        if (intent) await giveUp(host, kind, intent);
        found ||= intent !== undefined;
      }
      return found;
    },
  };
};
