import { AppError } from '../../../src/kernel/errors.ts';
import type { Account, AuthorityRules, Passwords, PasswordState } from '../../../src/plugin.ts';
import { PasswordRefused } from '../../../src/plugin.ts';
import { LdapFailure } from '../connection/failure.ts';
import { preflightOf } from '../preflight/preflight.ts';
import type { DirectoryAuthority, FoundEntry, Lookup } from './authority.ts';
import { createBindGuard } from './bind-guard.ts';
import { createCachedVerifier } from './cached-verifier.ts';
import { changePassword } from './change.ts';
import { createEntries } from './entries.ts';
import { createPasswordIntents, createUnlockIntents } from './intents.ts';
import type { AuthorityParts } from './parts.ts';
import { createPolicies } from './policies.ts';
import { createRenewal } from './renewal.ts';
import { resolvingJob } from './resolve.ts';
import { createTrail } from './trail.ts';
import { unlockOf } from './unlock.ts';
import { createVerifyNobody } from './verify-nobody.ts';
import { createVerify } from './verify.ts';
import { writePassword } from './write.ts';
import type { WriteParts } from './send.ts';

const rulesOf = ({ policy, state }: FoundEntry): AuthorityRules => {
  const { minLength, complexity, history, minAge } = policy;
  // Rules that may not be theirs would refuse here what the directory takes.
  if (policy.unreadable) return {};
  return {
    ...(minLength > 0 ? { minLength } : {}),
    ...(complexity ? { complexity } : {}),
    ...(history > 0 ? { history } : {}),
    ...(minAge > 0 && state.changedAt !== undefined ? { changeableFrom: state.changedAt + minAge } : {}),
  };
};

const stateOf = ({ state: { changedAt, expiresAt, mustChange } }: FoundEntry): PasswordState => ({
  mustChange,
  ...(changedAt === undefined ? {} : { changedAt }),
  ...(expiresAt === undefined ? {} : { expiresAt }),
});

const resetOf =
  (parts: WriteParts): Passwords['set'] =>
  async (account, password, origin, { mustChange } = {}) => {
    const { writeback } = parts.config;
    // What an administrator does, disabled or not, is theirs to decide; a person's own way back is closed.
    if (origin !== 'administrator' && !account.active) {
      throw new PasswordRefused('disabled', `${account.id} is disabled`);
    }
    return writePassword(parts, account, {
      act: 'reset',
      password,
      carryOut: (ldap, { entry, state }) =>
        parts.dialect.reset(ldap, entry, password, {
          mustChange: mustChange ?? (origin === 'reset' && writeback.mustChangeAtNextLogon),
          unlock: writeback.unlockWithReset && (state.locked || state.wrong > 0),
        }),
    });
  };

/** The authority of one directory. Nothing is opened before it is first asked. */
export const openAuthority = (base: AuthorityParts): DirectoryAuthority => {
  const { name, config, link, dialect, clock } = base;
  const policies = createPolicies(dialect, clock);
  const entries = createEntries(base, policies);
  const guard = createBindGuard(base);
  const renewal = createRenewal(base);
  const trail = createTrail(base);
  const intents = createPasswordIntents(base);
  const unlocks = createUnlockIntents(base);
  const cached = createCachedVerifier(base);
  const parts = { ...base, policies, entries, guard, renewal, trail, intents, unlocks, cached };

  const find = async (account: Account): Promise<Lookup> => {
    const known = await entries.linkOf(account);
    return link.withService((ldap) => entries.on(ldap, account, known), { repeatable: true });
  };

  /** What there is to tell of an entry; undefined for whoever has none. Throws `unavailable`. */
  const told = async <T>(account: Account, tell: (found: FoundEntry) => T): Promise<T | undefined> => {
    try {
      const found = await find(account);
      return found.found === 'one' ? tell(found) : undefined;
    } catch (error) {
      if (!(error instanceof LdapFailure)) throw error;
      throw new AppError('unavailable', 'the directory that knows this password does not answer', { cause: error });
    }
  };

  const check: DirectoryAuthority['check'] = async (account) => {
    const known = await entries.linkOf(account);
    return link.withService(async (ldap) => preflightOf(ldap, config, await entries.on(ldap, account, known)), {
      repeatable: true,
    });
  };

  return {
    ...{ name, config, link, dialect, find, check },
    sight: (account, known, stamp, where) => renewal.sight(account, known, stamp, where),
    jobs: [resolvingJob(parts)],
    describe: () =>
      link.withService(
        async (ldap) => ({
          server: ldap.server,
          policy: await policies.of(ldap, undefined),
          resetsObeyHistory: await dialect.resetsObeyHistory(ldap),
        }),
        { repeatable: true },
      ),

    verify: createVerify(parts),
    verifyNobody: createVerifyNobody(parts),
    couldBear: base.couldBear,
    usedBefore: () => Promise.resolve(false),
    set: resetOf(parts),
    change: (account, current, next) => changePassword(parts, account, current, next),
    state: async (account) => (await told(account, stateOf)) ?? { mustChange: false },
    rules: async (account) => (await told(account, rulesOf)) ?? {},
    async preflight(account) {
      try {
        return await check(account);
      } catch (error) {
        if (!(error instanceof LdapFailure)) throw error;
        return { works: false, reason: 'unreachable', about: error.message };
      }
    },
    unlock: unlockOf(parts),
  };
};
