import type { Passwords } from './directory/account.ts';
import type { Foundation } from './foundation.ts';
import { AppError } from './kernel/errors.ts';
import type { Scheduler } from './kernel/schedule.ts';
import type { Oidc } from './oidc/provider.ts';
import type { Host, SignIns } from './plugin.ts';
import type { SignInGuard } from './sign-in/guard.ts';
import type { BrowserMemory } from './sign-in/known-browsers.ts';

/** Parts that are made from what plugins add, and so are there only after plugins were set up. */
export interface Late {
  oidc?: Oidc;
  scheduler?: Scheduler;
}

const started = <T>(part: T | undefined): T => {
  if (part === undefined) throw new AppError('internal', 'a plugin used the host before it had started');
  return part;
};

const lateSignIns = (late: Late): SignIns => {
  const interactions = () => started(late.oidc).interactions;
  return {
    details: (visit) => interactions().details(visit),
    finish: (visit, prompt, result) => interactions().finish(visit, prompt, result),
    path: (uid) => interactions().path(uid),
    owns: (visit, uid) => interactions().owns(visit, uid),
    sparing: (uid, userName) => interactions().sparing(uid, userName),
  };
};

/** A new password ends the pauses of the sign-in guard besides what its authority ends. */
export const clearingGuard = (passwords: Passwords, guard: SignInGuard): Passwords => ({
  verify: (account, password) => passwords.verify(account, password),
  verifyNobody: (password) => passwords.verifyNobody(password),
  usedBefore: (account, password) => passwords.usedBefore(account, password),
  set: async (account, password, origin) => [
    ...(await passwords.set(account, password, origin)),
    ...(await guard.clearing(account.id)),
  ],
});

/** What plugins see of our own server. */
export const hostFor = (foundation: Foundation, guard: SignInGuard, browsers: BrowserMemory, late: Late): Host => {
  const { config, clock, random, secrets, log, store, hashing, limits, notify, audit, directory } = foundation;
  return {
    issuer: config.issuer,
    profile: config.profile,
    organisation: config.organisation,
    clock,
    random,
    secrets,
    log,
    store,
    accounts: directory.accounts,
    passwords: clearingGuard(directory.passwords, guard),
    hashing,
    browsers,
    signIns: lateSignIns(late),
    limits,
    notify,
    audit,
    kick: (job) => {
      started(late.scheduler).kick(job);
    },
  };
};
