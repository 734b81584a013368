import type { Account } from '../../../src/plugin.ts';
import { change, Conflict } from '../../../src/store/port.ts';
import type { Change, Stored } from '../../../src/store/port.ts';
import { auditEvent } from '../audit-events.ts';
import { bindCounts, directoryLinks, writebacks } from '../collections.ts';
import type { DirectoryLink } from '../collections.ts';
import { directoryAccess } from './parts.ts';
import type { AuthorityParts } from './parts.ts';

/** Where another password was noticed. */
export type Noticed = 'sign-in' | 'import' | 'writeback';

/** What goes with the stamp of an entry as it was just seen. */
export interface Sight {
  /** The link as it is to be from now on; nothing of it but what concerns passwords has changed. */
  readonly link: Stored<DirectoryLink>;
  /** To be committed with the link: empty unless there is another password. */
  readonly changes: readonly Change[];
  /** Somebody else set another password: everything of its owner ends. */
  readonly renewed: boolean;
}

/** Another password than before, seen in the directory. */
export interface Renewal {
  /** What a stamp means. The first one is no change, and one that is being written by us is none of others'. */
  sight(account: Account, link: Stored<DirectoryLink>, stamp: string | undefined, where: Noticed): Promise<Sight>;
  /** The same, committed. Resolves to whether another password was set by somebody else. */
  see(account: Account, stamp: string | undefined, where: Noticed): Promise<boolean>;
}

const TRIES = 5;

/** What ends with a password that others replaced, and who hears of it. */
export const endingBy = async (parts: AuthorityParts, account: Account, where: Noticed): Promise<readonly Change[]> => {
  const { people, passwordSet } = directoryAccess(parts);
  return [
    ...people.signingOut(account.id),
    ...(await passwordSet(account, 'directory', { actor: 'system' })),
    change.remove(bindCounts, countKey(parts.name, account.id)),
    parts.audit.event(
      auditEvent({
        type: 'directory.password_seen',
        result: 'success',
        subject: account.id,
        actor: 'system',
        method: parts.name,
        reason: where,
      }),
    ),
  ];
};

/** Under which the wrong passwords of a person are counted. */
export const countKey = (directory: string, accountId: string): string => `${directory}:${accountId}`;

/** In Active Directory: an administrator wants another password. It may come again, and is no time. */
const MUST_CHANGE = '0';

/**
 * The stamps of a link from now on. Another controller of a domain may show the one before for a while, and so may a page
 * of an import that was read a moment ago. Elsewhere times are in seconds, and two passwords may have the same.
 */
export const stamps = (
  { takesOldPasswords }: AuthorityParts['dialect'],
  before: string | undefined,
  now: string | undefined,
): Pick<DirectoryLink, 'passwordStamp' | 'stampBefore'> => ({
  ...(now === undefined ? {} : { passwordStamp: now }),
  ...(takesOldPasswords && now !== undefined && before !== undefined && before !== now && before !== MUST_CHANGE
    ? { stampBefore: before }
    : {}),
});

export const createRenewal = (parts: AuthorityParts): Renewal => {
  const { store } = parts;

  const sight: Renewal['sight'] = async (account, link, stamp, where) => {
    const same: Sight = { link, changes: [], renewed: false };
    if (stamp === undefined || stamp === link.passwordStamp || stamp === link.stampBefore) return same;
    if (await store.get(writebacks, account.id)) return same;
    if (link.passwordStamp === undefined) return { ...same, link: { ...link, passwordStamp: stamp } };
    const { fresh: _, cached: __, stampBefore: ___, ...rest } = link;
    const next = { ...rest, ...stamps(parts.dialect, link.passwordStamp, stamp) };
    return { link: next, changes: await endingBy(parts, account, where), renewed: true };
  };

  return {
    sight,
    async see(account, stamp, where) {
      let renewed = false;
      for (let tries = 0; tries < TRIES; tries += 1) {
        const link = await store.get(directoryLinks, account.id);
        if (!link) return renewed;
        const seen = await sight(account, link, stamp, where);
        if (seen.link === link) return renewed;
        // Whoever is faster with the same sight has ended everything for us too.
        renewed = seen.renewed;
        try {
          await store.commit([change.swap(directoryLinks, seen.link), ...seen.changes]);
          return renewed;
        } catch (error) {
          if (!(error instanceof Conflict)) throw error;
        }
      }
      return renewed;
    },
  };
};
