import { MINUTE } from '../../../src/kernel/clock.ts';
import type { Job } from '../../../src/kernel/schedule.ts';
import type { Account } from '../../../src/plugin.ts';
import { change, Conflict } from '../../../src/store/port.ts';
import type { Stored } from '../../../src/store/port.ts';
import { and, eq, le } from '../../../src/store/query.ts';
import { directoryLinks, writebacks } from '../collections.ts';
import type { DirectoryLink, Writeback } from '../collections.ts';
import { LdapFailure } from '../connection/failure.ts';
import type { Entries } from './entries.ts';
import type { AuthorityParts } from './parts.ts';
import { givingUp } from './given-up.ts';
import { endingBy, stamps } from './renewal.ts';

export const resolvingJobOf = (directory: string): string => `ldap.writebacks.${directory}`;

const LEASE = MINUTE;

interface Now {
  readonly stamp: string | undefined;
  /** Told by the server that was written to. */
  readonly bySame: boolean;
}

/**
 * The stamp that the entry has now, or that nothing is there any more. A server that is not configured any more is not
 * waited for: what the others have is the password by now. Throws `LdapFailure`.
 */
const stampNow = async (
  parts: AuthorityParts & { readonly entries: Entries },
  account: Account,
  link: DirectoryLink,
  { server }: Writeback,
): Promise<Now | undefined> => {
  const bySame = (await parts.link.servers()).some(({ url }) => url === server.url);
  const found = await parts.link.withService((ldap) => parts.entries.on(ldap, account, link), {
    ...(bySame ? { server } : {}),
    repeatable: true,
  });
  return found.found === 'one' ? { stamp: found.state.stamp, bySame } : undefined;
};

/** The link with a password that was written by a process that is gone. */
const relinked = (
  { clock, config, dialect }: AuthorityParts,
  link: Stored<DirectoryLink>,
  { written, hash, stamp: before }: Writeback,
  stamp: string | undefined,
): Stored<DirectoryLink> => {
  const { fresh: _, cached: __, passwordStamp: ___, stampBefore: ____, ...rest } = link;
  const stamped = stamp === undefined ? {} : { stamp };
  const until = clock.now() + config.writeback.oldPasswordAllowed;
  return {
    ...rest,
    ...stamps(dialect, before, stamp),
    // Where no answer came, the stamp may be somebody else's: whoever knows that password is not to be refused.
    ...(written && dialect.takesOldPasswords ? { fresh: { hash, until, ...stamped } } : {}),
  };
};

const resolve = async (
  parts: AuthorityParts & { readonly entries: Entries },
  intent: Stored<Writeback>,
): Promise<void> => {
  const { store, host } = parts;
  const settled = change.take(writebacks, intent.id, intent.version);
  const account = await host().accounts.byId(intent.id);
  const link = account && (await store.get(directoryLinks, account.id));
  const now = account && link && (await stampNow(parts, account, link, intent));
  // Where the directory keeps no stamp, whether it was written is not to be known: what was signed in ends then as well.
  const moved = now && (now.stamp === undefined || now.stamp !== intent.stamp);
  if (!moved) {
    // Another server may never have heard of it, and hear of it yet.
    const unknown = now?.bySame === false ? givingUp(host(), intent, 'the server is not configured any more') : [];
    await store.commit([settled, ...unknown]);
    return;
  }
  await store.commit([
    settled,
    change.swap(directoryLinks, relinked(parts, link, intent, now.stamp)),
    ...(await endingBy(parts, account, 'writeback')),
  ]);
};

/** Finds out what became of writes whose process died, or lost the server, before it could say so. */
export const resolvingJob = (parts: AuthorityParts & { readonly entries: Entries }): Job => {
  const { name, store, clock, log } = parts;
  return {
    name: resolvingJobOf(name),
    every: MINUTE,
    async run() {
      const due = and(eq('directory', name), le('dueAt', clock.now()));
      const intent = await store.claim(writebacks, { query: due, sort: [{ path: 'dueAt' }], lease: LEASE });
      if (!intent) return false;
      try {
        await resolve(parts, intent);
      } catch (error) {
        if (!(error instanceof LdapFailure || error instanceof Conflict)) throw error;
        log.warn({ directory: name, person: intent.id, error }, 'what became of a written password is not known yet');
      }
      return true;
    },
  };
};
