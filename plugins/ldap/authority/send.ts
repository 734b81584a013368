import { PasswordRefused } from '../../../src/plugin.ts';
import type { Account } from '../../../src/plugin.ts';
import type { Stored } from '../../../src/store/port.ts';
import type { Writeback } from '../collections.ts';
import type { Coming } from '../connection/coming.ts';
import { LdapFailure } from '../connection/failure.ts';
import type { Ldap } from '../connection/ldap.ts';
import type { Written } from '../dialects/dialect.ts';
import type { FoundEntry } from './authority.ts';
import type { Entries } from './entries.ts';
import type { PasswordIntents } from './intents.ts';
import { provenWherever, whereItIs } from './moved.ts';
import type { AuthorityParts } from './parts.ts';
import { refusalOf } from './refusals.ts';
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
  const { entries, name } = parts;
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

export interface Sent {
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

/** The hash takes longest by far: the look at the entry goes on beside it. */
const hashed = ({ hashing }: WriteParts, password: string): Promise<string> => {
  const hash = hashing.hash(password);
  // Awaited once it is needed; whoever is refused before that has no use for what it says.
  hash.catch(() => undefined);
  return hash;
};

const sentTo = async (
  parts: WriteParts,
  ldap: Ldap,
  account: Account,
  found: FoundEntry,
  hash: Promise<string>,
  write: PasswordWrite,
): Promise<Sent> => {
  const { password, act } = write;
  const control = act === 'reset' ? await parts.dialect.resetControl?.(ldap) : undefined;
  const since = await parts.dialect.clock?.(ldap);
  const begun = await parts.intents.begin(account, found, { password, hash, since }, (before) =>
    isThereStill(parts, account, found, before, password),
  );
  return begun.written ? { found, begun } : carryOut(parts, ldap, account, { found, begun, control }, write);
};

/**
 * Writes it, once it is noted that it is about to be. Throws `PasswordRefused`, `busy`, {@link LdapFailure}.
 *
 * @param open takes the connection on which the server is to be asked about it
 */
export const sendPassword = async (
  parts: WriteParts,
  ldap: Ldap,
  account: Account,
  write: PasswordWrite,
  open: DisposableStack,
): Promise<Sent & { readonly coming: Coming | undefined }> => {
  const hash = hashed(parts, write.password);
  const found = await writable(parts, ldap, account);
  const { link, config } = parts;
  const coming = config.writeback.verifyBind ? open.use(link.connecting(found.server)) : undefined;
  return { ...(await sentTo(parts, ldap, account, found, hash, write)), coming };
};
