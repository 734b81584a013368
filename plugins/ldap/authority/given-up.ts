import { HOUR, MINUTE } from '../../../src/kernel/clock.ts';
import type { Job } from '../../../src/kernel/schedule.ts';
import type { Host } from '../../../src/plugin.ts';
import { change, Conflict } from '../../../src/store/port.ts';
import type { Change, Stored } from '../../../src/store/port.ts';
import { and, le, ne } from '../../../src/store/query.ts';
import type { Query } from '../../../src/store/query.ts';
import { auditEvent } from '../audit-events.ts';
import { writebacks } from '../collections.ts';
import type { Writeback } from '../collections.ts';

const LEASE = MINUTE;

/** Another node may have a configuration by which it can still ask. */
const PATIENCE = HOUR;

/**
 * What follows where nobody can be asked any more what became of a password: it may be another one, and so what its
 * owner had open ends, and the log says that it is not known.
 */
export const givingUp = (
  { directory, audit }: Pick<Host, 'directory' | 'audit'>,
  { id, directory: name, server }: Writeback,
  why: string,
): readonly Change[] => [
  ...(directory?.people.signingOut(id) ?? []),
  audit.event(
    auditEvent({
      ...{ type: 'directory.outcome_unknown', result: 'failure', subject: id, actor: 'system', method: name },
      reason: `${server.url}: ${why}`,
    }),
  ),
];

/** Documents of directories other than these. */
export const ofOthers = (directories: Iterable<string>): Query =>
  and(...[...directories].map((name) => ne('directory', name)));

const giveUp = async ({ host, intent }: { readonly host: Host; readonly intent: Stored<Writeback> }) => {
  const settled = change.take(writebacks, intent.id, intent.version);
  const account = await host.accounts.byId(intent.id);
  const following = account ? givingUp(host, intent, 'its directory is not configured any more') : [];
  try {
    await host.store.commit([settled, ...following]);
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
      const intent = await store.claim(writebacks, { query, sort: [{ path: 'dueAt' }], lease: LEASE });
      if (!intent) return false;
      await giveUp({ host, intent });
      return true;
    },
  };
};
