import { AppError } from '../../../src/kernel/errors.ts';
import { PasswordRefused } from '../../../src/plugin.ts';
import type { Account } from '../../../src/plugin.ts';
import { change } from '../../../src/store/port.ts';
import type { Change, Stored } from '../../../src/store/port.ts';
import { bindCounts, directoryLinks } from '../collections.ts';
import type { Writeback } from '../collections.ts';
import type { Coming } from '../connection/coming.ts';
import { LdapFailure } from '../connection/failure.ts';
import type { FoundEntry } from './authority.ts';
import { provenWherever } from './moved.ts';
import { directoryAccess } from './parts.ts';
import { refusalOf } from './refusals.ts';
import { countKey, stamps } from './renewal.ts';
import { isSendable } from './sendable.ts';
import { sendPassword } from './send.ts';
import type { PasswordWrite, WriteParts } from './send.ts';
import { onWritable } from './writable-server.ts';

/** What the server says of the new password. A server that is gone by now said before that it took it. */
const confirm = async (
  parts: WriteParts,
  account: Account,
  found: FoundEntry,
  intent: Writeback,
  password: string,
  coming: Coming | undefined,
): Promise<void> => {
  if (!parts.config.writeback.verifyBind) return;
  if ((await provenWherever(parts, account, found, password, coming)) !== 'wrong') return;
  await parts.intents.abandon(intent);
  throw new PasswordRefused('misconfigured', `${found.server.url} took a password and does not accept it`);
};

/** The link as it is with the new password, of which the directory may take the one before for a while. */
const relinked = async (
  { store, clock, config, dialect }: WriteParts,
  account: Account,
  found: FoundEntry,
  stamp: string | undefined,
  { hash, stamp: before }: Writeback,
): Promise<readonly Change[]> => {
  const link = await store.get(directoryLinks, account.id);
  if (!link) return [];
  const { fresh: _, cached: __, passwordStamp: ___, stampBefore: ____, ...rest } = link;
  const { oldPasswordAllowed } = config.writeback;
  const stamped = stamp === undefined ? {} : { stamp };
  const next = {
    ...rest,
    dn: found.entry.dn,
    ...stamps(dialect, before, stamp),
    ...(dialect.takesOldPasswords && oldPasswordAllowed > 0
      ? { fresh: { hash, until: clock.now() + oldPasswordAllowed, ...stamped } }
      : {}),
  };
  return [change.swap(directoryLinks, next)];
};

const belongings = async (
  parts: WriteParts,
  account: Account,
  found: FoundEntry,
  stamp: string | undefined,
  intent: Stored<Writeback>,
): Promise<readonly Change[]> => [
  parts.intents.settled(intent),
  ...(await relinked(parts, account, found, stamp, intent)),
  change.remove(bindCounts, countKey(parts.name, account.id)),
  ...directoryAccess(parts).people.signingOut(account.id),
];

const LOOKS = 5;

/**
 * The stamp that the write has left; undefined where it is not to be seen: 389 DS notes it after it has answered, and
 * times are in seconds with most. What is seen next is then the first sight of it, and no change by others.
 *
 * @param judged the server looks at the new password meanwhile: time in which a stamp may come that is not there at once
 */
const stampAfter = async (
  { link, entries }: WriteParts,
  found: FoundEntry,
  intent: Writeback,
  judged: Promise<unknown>,
): Promise<string | undefined> => {
  try {
    // On a connection of its own: the first may be gone, and a write is not to wait for another one's.
    return await link.withService(
      async (ldap) => {
        for (let looks = 0; looks < LOOKS; looks += 1) {
          const stamp = (await entries.again(ldap, found))?.state.stamp;
          if (stamp !== intent.stamp) return stamp;
          await judged.catch(() => undefined);
        }
        return undefined;
      },
      { server: found.server },
    );
  } catch (error) {
    if (!(error instanceof LdapFailure)) throw error;
    return undefined;
  }
};

/**
 * Writes a password to the directory. What it resolves to ends everything of the person, and is committed by the
 * caller; where that fails and it is called again with the same password, nothing is written twice.
 *
 * Throws `PasswordRefused`, `busy`, `bad_request`.
 */
export const writePassword = async (
  parts: WriteParts,
  account: Account,
  write: PasswordWrite,
): Promise<readonly Change[]> => {
  const { intents, trail, dialect } = parts;
  const { act, password } = write;
  if (!isSendable(password)) {
    throw new AppError('bad_request', 'a password has 1 to 256 characters and is well-formed text');
  }
  using open = new DisposableStack();
  try {
    const { found, begun, answer, coming } = await onWritable(parts, (ldap) =>
      sendPassword(parts, ldap, account, write, open),
    );
    const taken = begun.written ? begun : await intents.written(begun, answer?.control);
    const confirmed = confirm(parts, account, found, taken, password, coming);
    const { server } = found;
    const [stamp] = await Promise.all([stampAfter(parts, found, taken, confirmed), confirmed]);
    const isNoted = !dialect.takesOldPasswords || stamp === undefined || stamp === taken.left;
    const intent = isNoted ? taken : await intents.left(taken, stamp);
    return [
      ...(await belongings(parts, account, found, stamp, intent)),
      trail.written(account, { act, server, ...(answer ? { answer } : {}) }),
    ];
  } catch (error) {
    if (!(error instanceof LdapFailure)) throw error;
    throw refusalOf(error, undefined, dialect, { password, now: parts.clock.now() });
  }
};
