import { AppError } from '../../../src/kernel/errors.ts';
import { PasswordRefused } from '../../../src/plugin.ts';
import type { Account } from '../../../src/plugin.ts';
import { change } from '../../../src/store/port.ts';
import type { Change, Stored } from '../../../src/store/port.ts';
import { bindCounts, directoryLinks } from '../collections.ts';
import type { Writeback } from '../collections.ts';
import { LdapFailure } from '../connection/failure.ts';
import type { Ldap } from '../connection/ldap.ts';
import type { Written } from '../dialects/dialect.ts';
import type { FoundEntry } from './authority.ts';
import type { Entries } from './entries.ts';
import type { PasswordIntents } from './intents.ts';
import { provenWherever, whereItIs } from './moved.ts';
import type { AuthorityParts } from './parts.ts';
import { directoryAccess } from './parts.ts';
import { refusalOf } from './refusals.ts';
import { countKey, stamps } from './renewal.ts';
import { isSendable } from './sendable.ts';
import type { Trail } from './trail.ts';

export interface WriteParts extends AuthorityParts {
  readonly entries: Entries;
  readonly intents: PasswordIntents;
  readonly trail: Trail;
}

/** One way to write a password. */
export interface PasswordWrite {
  /** For the log: `reset` or `change`. */
  readonly act: 'reset' | 'change';
  readonly password: string;
  carryOut(ldap: Ldap, found: FoundEntry): Promise<Written>;
}

/** Whose entry it is, on the server that is written to. Throws `PasswordRefused`. */
export const writable = async (parts: WriteParts, ldap: Ldap, account: Account): Promise<FoundEntry> => {
  const { entries, name, config } = parts;
  if (!config.writeback.enabled) throw new PasswordRefused('read_only', `nothing is written to ${name}`);
  const found = await entries.on(ldap, account, await entries.linkOf(account));
  if (found.found === 'none') throw new PasswordRefused('not_found', `${account.id} has no entry in ${name}`);
  if (found.found === 'several') throw new PasswordRefused('ambiguous', `${account.id} may be several in ${name}`);
  if (found.state.disabled) throw new PasswordRefused('disabled', `${found.entry.dn} is disabled`);
  return found;
};

/**
 * Whether a write took effect of which no answer came. Throws `PasswordRefused`: it did not, or nobody can tell.
 */
const lost = async (
  parts: WriteParts,
  account: Account,
  found: FoundEntry,
  intent: Stored<Writeback>,
  password: string,
  failure: LdapFailure,
): Promise<void> => {
  const proof = await provenWherever(parts, account, found, password);
  if (proof === 'right') return;
  await (proof === 'wrong' ? parts.intents.drop(intent) : parts.intents.abandon(intent));
  throw new PasswordRefused('unreachable', failure.message);
};

interface Sent {
  readonly found: FoundEntry;
  readonly begun: Stored<Writeback>;
  /** By which a reset is held to the policy of the server, where it has one. */
  readonly control?: string | undefined;
  /** Absent where it got lost, or was there already. */
  readonly answer?: Written | undefined;
}

const carryOut = async (
  parts: WriteParts,
  ldap: Ldap,
  account: Account,
  { found, begun, control }: Sent,
  { act, password, carryOut: send }: PasswordWrite,
): Promise<Sent> => {
  const { entries, intents, trail, dialect, clock } = parts;
  let at = found;
  const sending = (there: FoundEntry): Promise<Written> => {
    at = there;
    return send(ldap, there);
  };
  try {
    const answer = await whereItIs(found, sending, () => writable(parts, ldap, account));
    return { found: at, begun, answer };
  } catch (error) {
    if (!(error instanceof LdapFailure)) {
      await intents.drop(begun);
      throw error;
    }
    await trail.refused(account, { act, server: at.server, control }, error);
    if (error.outcomeUnknown) {
      await lost(parts, account, at, begun, password, error);
      return { found: at, begun };
    }
    await intents.drop(begun);
    const known = await entries.judgedAnew(ldap, at).catch(() => at);
    throw refusalOf(error, known, dialect, { password, now: clock.now() });
  }
};

/**
 * Whether a password that was written a moment ago is the one of now: somebody else may have set another since, of which
 * a bind tells nothing where the directory takes the one before as well.
 */
const isThereStill = async (
  parts: WriteParts,
  account: Account,
  found: FoundEntry,
  { left }: Writeback,
  password: string,
): Promise<boolean> => {
  if (left !== undefined && left !== found.state.stamp) return false;
  return (await provenWherever(parts, account, found, password)) !== 'wrong';
};

const sent = async (parts: WriteParts, ldap: Ldap, account: Account, write: PasswordWrite): Promise<Sent> => {
  const found = await writable(parts, ldap, account);
  const { password, act } = write;
  const control = act === 'reset' ? await parts.dialect.resetControl?.(ldap) : undefined;
  const since = await parts.dialect.clock?.(ldap);
  const begun = await parts.intents.begin(account, found, { password, since }, (before) =>
    isThereStill(parts, account, found, before, password),
  );
  return begun.written ? { found, begun } : carryOut(parts, ldap, account, { found, begun, control }, write);
};

/** What the server says of the new password. A server that is gone by now said before that it took it. */
const confirm = async (
  parts: WriteParts,
  account: Account,
  found: FoundEntry,
  intent: Writeback,
  password: string,
): Promise<void> => {
  if (!parts.config.writeback.verifyBind) return;
  if ((await provenWherever(parts, account, found, password)) !== 'wrong') return;
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
 */
const stampAfter = async (
  { link, entries }: WriteParts,
  found: FoundEntry,
  intent: Writeback,
): Promise<string | undefined> => {
  try {
    // On a connection of its own: the first may be gone, and a write is not to wait for another one's.
    return await link.withService(
      async (ldap) => {
        for (let looks = 0; looks < LOOKS; looks += 1) {
          const stamp = (await entries.again(ldap, found))?.state.stamp;
          if (stamp !== intent.stamp) return stamp;
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
  const { link, intents, trail, dialect } = parts;
  const { act, password } = write;
  if (!isSendable(password)) {
    throw new AppError('bad_request', 'a password has 1 to 256 characters and is well-formed text');
  }
  try {
    const { found, begun, answer } = await link.withService(async (ldap) => sent(parts, ldap, account, write));
    const taken = begun.written ? begun : await intents.written(begun, answer?.control);
    await confirm(parts, account, found, taken, password);
    const { server } = found;
    const stamp = await stampAfter(parts, found, taken);
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
