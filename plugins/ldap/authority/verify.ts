import type { Account, Passwords, Trial, Verification } from '../../../src/plugin.ts';
import type { DirectoryLink } from '../collections.ts';
import type { Coming } from '../connection/coming.ts';
import { LdapFailure } from '../connection/failure.ts';
import type { BindMeaning } from '../dialects/dialect.ts';
import type { FoundEntry } from './authority.ts';
import type { BindAdmission, BindGuard } from './bind-guard.ts';
import type { CachedVerifier } from './cached-verifier.ts';
import type { Entries } from './entries.ts';
import { isOld } from './old-password.ts';
import { logOutage } from './outage.ts';
import type { AuthorityParts } from './parts.ts';
import { countKey } from './renewal.ts';
import type { Renewal } from './renewal.ts';
import { isSendable } from './sendable.ts';
import type { Trail } from './trail.ts';

export interface VerifyParts extends AuthorityParts {
  readonly entries: Entries;
  readonly guard: BindGuard;
  readonly renewal: Renewal;
  readonly cached: CachedVerifier;
  readonly trail: Pick<Trail, 'ambiguous'>;
}

const STRANGER: Trial = { known: false };

type Admitted = Extract<BindAdmission, { kind: 'admitted' }>;

/** An attempt that the directory judged counts when it was wrong; one whose answer got lost may have been. */
const bind = async (
  { link, dialect }: AuthorityParts,
  found: FoundEntry,
  password: string,
  admitted: Admitted,
  on: Coming,
) => {
  try {
    const answer = await link.bindAs(found.entry.dn, password, { server: found.server, on });
    const meaning = dialect.meaning(answer);
    await (meaning.outcome === 'wrong' ? admitted.wrong() : admitted.withdraw());
    return { meaning, diagnostic: answer.diagnostic };
  } catch (error) {
    if (error instanceof LdapFailure && !error.outcomeUnknown) await admitted.withdraw();
    throw error;
  }
};

const asked = async (
  parts: VerifyParts,
  account: Account,
  link: DirectoryLink,
  found: FoundEntry,
  password: string,
  trial: Trial,
  coming: Coming,
): Promise<Verification> => {
  const { name, guard, log } = parts;
  if (await isOld(parts, link, found, password)) return { outcome: 'wrong' };
  if (found.state.locked) return { outcome: 'locked' };
  const { policy, state } = found;
  const admission = await guard.admit({ key: countKey(name, account.id), policy, state }, password, trial);
  if (admission.kind === 'paused') return { outcome: 'paused', until: admission.until };
  if (admission.kind === 'wrong') return { outcome: 'wrong' };
  const { meaning, diagnostic } = await bind(parts, found, password, admission, coming);
  log.debug({ directory: name, person: account.id, outcome: meaning.outcome, diagnostic }, 'a password was tried');
  return following(parts, account, found, password, meaning);
};

const following = async (
  { renewal, cached, name, log }: VerifyParts,
  account: Account,
  { state }: FoundEntry,
  password: string,
  meaning: BindMeaning,
): Promise<Verification> => {
  switch (meaning.outcome) {
    case 'right':
    case 'must-change': {
      const renewed = await renewal.see(account, state.stamp, 'sign-in');
      if (meaning.outcome === 'right') await cached.keep(account, password, state.stamp);
      return { ...meaning, ...(renewed ? { renewed } : {}) };
    }
    case 'unavailable':
      log.error({ directory: name, person: account.id }, 'a directory does not judge passwords');
      return meaning;
    case 'wrong':
      return meaning;
    default:
      await cached.forget(account);
      return meaning;
  }
};

const isOtherwise = ({ dn, inactive, goneAt }: DirectoryLink, { entry, state }: FoundEntry): boolean =>
  goneAt !== undefined || entry.dn !== dn || state.disabled !== (inactive === true);

/** Whether a password is right, by a bind with it. Nothing is said to be wrong that no server has judged. */
export const createVerify = (parts: VerifyParts): Passwords['verify'] => {
  const { name, link: way, entries, cached, log } = parts;

  const judged = async (account: Account, password: string, trial: Trial): Promise<Verification> => {
    const link = await entries.linkOf(account);
    using open = new DisposableStack();
    const { found, coming } = await way.withService(
      async (ldap) => {
        const coming = open.use(way.connecting(ldap.server));
        return { found: await entries.on(ldap, account, link), coming };
      },
      { repeatable: true },
    );
    if (!link || found.found !== 'one') {
      log.warn({ directory: name, person: account.id, found: found.found }, 'somebody has no entry of their own');
      if (found.found === 'several') await parts.trail.ambiguous(account);
      await cached.forget(account);
      if (link && link.goneAt === undefined) await parts.noticed?.(link.entry);
      return { outcome: 'wrong' };
    }
    if (isOtherwise(link, found)) await parts.noticed?.(link.entry);
    return await asked(parts, account, link, found, password, trial, coming);
  };

  return async (account, password, trial = STRANGER) => {
    if (!isSendable(password)) return { outcome: 'wrong' };
    try {
      const verification = await judged(account, password, trial);
      // What is disabled here is so whatever the directory thinks; only who knows the password hears of it.
      const right = verification.outcome === 'right' || verification.outcome === 'must-change';
      return right && !account.active ? { outcome: 'disabled' } : verification;
    } catch (error) {
      if (!(error instanceof LdapFailure)) throw error;
      logOutage(parts, error);
      const known = error.isOutage ? await cached.verify(account, password) : undefined;
      return known ?? { outcome: 'unavailable' };
    }
  };
};
