import { MINUTE } from '../../../src/kernel/clock.ts';
import type { Job } from '../../../src/kernel/schedule.ts';
import type { Account } from '../../../src/plugin.ts';
import { change, Conflict } from '../../../src/store/port.ts';
import type { Change, Collection, Stored } from '../../../src/store/port.ts';
import { and, eq, le } from '../../../src/store/query.ts';
import { directoryLinks, unlockings, writebacks } from '../collections.ts';
import type { DirectoryLink, Intent, Writeback } from '../collections.ts';
import { LdapFailure } from '../connection/failure.ts';
import type { EntryState } from '../dialects/dialect.ts';
import type { Entries } from './entries.ts';
import { givingUp, outcomeUnknown } from './given-up.ts';
import { isTaken } from './old-password.ts';
import type { AuthorityParts } from './parts.ts';
import { endingBy, stamps } from './renewal.ts';
import { openingBy } from './unlock.ts';

export const resolvingJobOf = (directory: string): string => `ldap.writebacks.${directory}`;

const LEASE = MINUTE;

const GONE = 'the server is not configured any more';

type Parts = AuthorityParts & { readonly entries: Entries };

/** Whom an intent is about, as far as they are there. */
interface About {
  readonly account: Account;
  readonly link: Stored<DirectoryLink>;
}

interface Now {
  readonly state: EntryState;
  /** Told by the server that was written to. */
  readonly bySame: boolean;
}

/**
 * How the entry is now, or that nothing is there any more. A server that is not configured any more is not waited for:
 * what the others have is the truth by now. Throws `LdapFailure`.
 */
const stateNow = async (parts: Parts, { account, link }: About, { server }: Intent): Promise<Now | undefined> => {
  const bySame = (await parts.link.servers()).some(({ url }) => url === server.url);
  const found = await parts.link.withService((ldap) => parts.entries.on(ldap, account, link), {
    ...(bySame ? { server } : {}),
    repeatable: true,
  });
  return found.found === 'one' ? { state: found.state, bySame } : undefined;
};

/** The link with a password that was written by a process that is gone. */
const relinked = (
  parts: AuthorityParts,
  link: Stored<DirectoryLink>,
  intent: Writeback,
  state: EntryState,
): Stored<DirectoryLink> => {
  const { clock, config, dialect } = parts;
  const { fresh: _, cached: __, passwordStamp: ___, stampBefore: ____, ...rest } = link;
  const { stamp } = state;
  const stamped = stamp === undefined ? {} : { stamp };
  const until = clock.now() + config.writeback.oldPasswordAllowed;
  return {
    ...rest,
    ...stamps(dialect, intent.stamp, stamp),
    // Where it may be somebody else's, whoever knows that password is not to be refused.
    ...(dialect.takesOldPasswords && isTaken(parts, intent, state)
      ? { fresh: { hash: intent.hash, until, ...stamped } }
      : {}),
  };
};

/** What follows from a password that was begun to be written. Throws `LdapFailure` while nobody says what became of it. */
const ofPassword = async (parts: Parts, about: About, intent: Writeback): Promise<readonly Change[]> => {
  const now = await stateNow(parts, about, intent);
  if (!now) return [];
  const { stamp } = now.state;
  // Where the directory keeps no stamp, whether it was written is not to be known: what was signed in ends then as well.
  if (stamp === undefined || stamp !== intent.stamp) {
    const link = relinked(parts, about.link, intent, now.state);
    return [change.swap(directoryLinks, link), ...(await endingBy(parts, about.account, 'writeback'))];
  }
  // Another server may never have heard of it, and hear of it yet.
  return now.bySame ? [] : givingUp(parts.host(), intent, GONE);
};

/** The same of an unlock. An account that is locked as before was not opened, or is locked again. */
const ofUnlocking = async (parts: Parts, about: About, intent: Intent): Promise<readonly Change[]> => {
  if (intent.written) return openingBy(parts, about.account, intent, 'unlocked');
  const now = await stateNow(parts, about, intent);
  if (!now) return [];
  if (!now.state.locked) return openingBy(parts, about.account, intent, 'open');
  return now.bySame ? [] : [outcomeUnknown(parts, intent, GONE)];
};

interface Kind<T extends Intent> {
  readonly collection: Collection<T>;
  following(about: About, intent: T): Promise<readonly Change[]>;
}

/** Looks into one that nobody is at work on any more; false where there is none. */
const lookInto = async <T extends Intent>(parts: Parts, { collection, following }: Kind<T>): Promise<boolean> => {
  const { name, store, clock, log, host } = parts;
  const due = and(eq('directory', name), le('dueAt', clock.now()));
  const intent = await store.claim(collection, { query: due, sort: [{ path: 'dueAt' }], lease: LEASE });
  if (!intent) return false;
  try {
    const account = await host().accounts.byId(intent.id);
    const link = account && (await store.get(directoryLinks, account.id));
    const changes = account && link ? await following({ account, link }, intent) : [];
    await store.commit([change.take(collection, intent.id, intent.version), ...changes]);
  } catch (error) {
    if (!(error instanceof LdapFailure || error instanceof Conflict)) throw error;
    log.warn({ directory: name, person: intent.id, error }, 'what became of something written is not known yet');
  }
  return true;
};

/** Finds out what became of writes whose process died, or lost the server, before it could say so. */
export const resolvingJob = (parts: Parts): Job => ({
  name: resolvingJobOf(parts.name),
  every: MINUTE,
  async run() {
    const password = await lookInto(parts, {
      collection: writebacks,
      following: (about, intent) => ofPassword(parts, about, intent),
    });
    const unlocking = await lookInto(parts, {
      collection: unlockings,
      following: (about, intent) => ofUnlocking(parts, about, intent),
    });
    return password || unlocking;
  },
});
