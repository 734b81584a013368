import type { Account, Passwords, UnlockFound } from '../../../src/plugin.ts';
import { change } from '../../../src/store/port.ts';
import type { Change, Stored } from '../../../src/store/port.ts';
import { auditEvent } from '../audit-events.ts';
import { bindCounts } from '../collections.ts';
import type { Intent, Unlocking } from '../collections.ts';
import { LdapFailure } from '../connection/failure.ts';
import type { Answer, Ldap } from '../connection/ldap.ts';
import type { FoundEntry } from './authority.ts';
import type { UnlockIntents } from './intents.ts';
import { whereItIs } from './moved.ts';
import { directoryAccess } from './parts.ts';
import type { AuthorityParts } from './parts.ts';
import { refusalOf } from './refusals.ts';
import { countKey } from './renewal.ts';
import { writable } from './send.ts';
import type { WriteParts } from './send.ts';
import { onWritable } from './writable-server.ts';

export interface UnlockParts extends WriteParts {
  readonly unlocks: UnlockIntents;
}

/** What follows from an unlock that was begun here, and of which nobody was told: its process died, or lost the server. */
export const openingBy = async (
  parts: AuthorityParts,
  account: Account,
  { server }: Intent,
  found: UnlockFound,
): Promise<readonly Change[]> => [
  change.remove(bindCounts, countKey(parts.name, account.id)),
  ...(await directoryAccess(parts).unlockFound(account, found, { actor: 'system' })),
  parts.audit.event(
    auditEvent({
      ...{ type: 'directory.unlock_found', result: 'success', subject: account.id, actor: 'system' },
      ...{ method: parts.name, reason: `${server.url}: ${found}` },
    }),
  ),
];

/** Ends the lock, or only what counts towards one. */
const carryOut = async (
  parts: UnlockParts,
  ldap: Ldap,
  account: Account,
  found: FoundEntry,
  intent: Stored<Unlocking> | undefined,
): Promise<Answer> => {
  const { unlocks, trail, dialect, clock } = parts;
  try {
    return await whereItIs(
      found,
      ({ entry }) => dialect.unlock(ldap, entry),
      () => writable(parts, ldap, account),
    );
  } catch (error) {
    const isOpen = error instanceof LdapFailure && error.outcomeUnknown;
    if (intent) await (isOpen ? unlocks.abandon(intent) : unlocks.drop(intent));
    if (!(error instanceof LdapFailure)) throw error;
    await trail.refused(account, { act: 'unlock', server: found.server }, error);
    throw refusalOf(error, found, dialect, { now: clock.now() });
  }
};

/**
 * Unlocks, and takes wrong passwords away that would pause the next sign-in: the password stays. One that was begun and
 * never told of is told of by this one.
 */
export const unlockOf =
  (parts: UnlockParts): NonNullable<Passwords['unlock']> =>
  async (account) => {
    const { dialect, trail, name, clock, unlocks } = parts;
    const counted = change.remove(bindCounts, countKey(name, account.id));
    try {
      return await onWritable(parts, async (ldap) => {
        const found = await writable(parts, ldap, account);
        const { state, server } = found;
        const act = { act: 'unlock', server } as const;
        const before = await unlocks.of(account);
        if (!state.locked && before) {
          return { wasLocked: true, changes: [unlocks.settled(before), counted, trail.written(account, act)] };
        }
        if (!state.locked && state.wrong === 0) return { wasLocked: false, changes: [counted] };
        // Where there is no lock, nothing is opened that somebody would have to hear of.
        const begun = state.locked ? (before ?? (await unlocks.begin(account, found))) : undefined;
        const answer = await carryOut(parts, ldap, account, found, begun);
        const settled = begun ? [unlocks.settled(await unlocks.written(begun))] : [];
        return {
          wasLocked: state.locked,
          changes: [...settled, counted, trail.written(account, { ...act, answer })],
        };
      });
    } catch (error) {
      if (!(error instanceof LdapFailure)) throw error;
      throw refusalOf(error, undefined, dialect, { now: clock.now() });
    }
  };
