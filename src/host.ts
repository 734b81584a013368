import { createHistory } from './audit/history.ts';
import type { Passwords } from './directory/account.ts';
import type { Freezes } from './directory/freezes.ts';
import type { Foundation } from './foundation.ts';
import { AppError } from './kernel/errors.ts';
import type { Scheduler } from './kernel/schedule.ts';
import type { AccessTokens } from './oidc/access-tokens.ts';
import type { DirectoryAccess, Host, PasswordJudgement, Plugin, Sessions, SignIns } from './plugin.ts';
import { createSignInGuard } from './sign-in/guard.ts';
import type { SignInGuard } from './sign-in/guard.ts';
import { createKnownBrowsers } from './sign-in/known-browsers.ts';
import type { BrowserMemory } from './sign-in/known-browsers.ts';
import { createRememberedBrowsers } from './sign-in/remembered-browsers.ts';
import type { SignIn } from './sign-in/sign-in.ts';
import type { Change } from './store/port.ts';

/** Parts that are made from what plugins add, and so are there only after plugins were set up. */
export interface Late {
  signIn?: SignIn;
  scheduler?: Scheduler;
  accessTokens?: AccessTokens;
}

/** What is remembered of sign-ins, in the store and so the same for servers and the command line. */
export const signInMemory = ({
  config,
  store,
  secrets,
  clock,
  directory,
}: Foundation): { readonly guard: SignInGuard; readonly browsers: BrowserMemory } => ({
  guard: createSignInGuard(store, secrets, clock, config.signIn.guard),
  browsers: createKnownBrowsers({
    store,
    secrets,
    clock,
    lifetime: config.signIn.knownBrowser,
    epochOf: async (id) => (await directory.people.byId(id))?.epoch,
  }),
});

const started = <T>(part: T | undefined): T => {
  if (part === undefined) throw new AppError('internal', 'a plugin used the host before it had started');
  return part;
};

const lateSignIns = (late: Late): SignIns => {
  const signIns = () => started(late.signIn).signIns;
  return {
    details: (visit) => signIns().details(visit),
    finish: (visit, prompt, result) => signIns().finish(visit, prompt, result),
    path: (uid) => signIns().path(uid),
    owns: (visit, uid) => signIns().owns(visit, uid),
    sparing: (uid, userName) => signIns().sparing(uid, userName),
    renewing: (visit) => signIns().renewing(visit),
    due: (visit) => signIns().due(visit),
    recheck: (visit, account, password, clientId) => signIns().recheck(visit, account, password, clientId),
    naming: (uid, userName) => signIns().naming(uid, userName),
    half: (visit) => signIns().half(visit),
    begin: (visit, proof) => signIns().begin(visit, proof),
    prove: (visit, proof) => signIns().prove(visit, proof),
    giveUp: (visit) => signIns().giveUp(visit),
    startOver: (visit) => signIns().startOver(visit),
  };
};

const lateSessions = (late: Late): Sessions => {
  const sessions = () => started(late.signIn).sessions;
  return {
    current: (visit) => sessions().current(visit),
    list: (accountId) => sessions().list(accountId),
    end: (visit, accountId, uid) => sessions().end(visit, accountId, uid),
    endOthers: (visit, accountId, uid) => sessions().endOthers(visit, accountId, uid),
    renewing: (visit) => sessions().renewing(visit),
    signInPath: (visit, admission) => sessions().signInPath(visit, admission),
  };
};

/** A reset ends the freeze of an account: by how many gates, and which, its flow has seen to. */
const thawing = (passwords: Passwords, freezes: Freezes): Passwords => ({
  ...passwords,
  set: async (account, password, origin, options) => [
    ...(await passwords.set(account, password, origin, options)),
    ...(origin === 'reset' ? await freezes.ending(account.id, { reason: 'reset' }) : []),
  ],
});

/** A new password and an unlock end the pauses of the sign-in guard besides what the authority ends. */
export const clearingGuard = (passwords: Passwords, guard: SignInGuard): Passwords => ({
  ...passwords,
  // Whoever knew the password was not kept out: a change leaves the pauses that strangers have earned.
  set: async (account, password, origin, options) => [
    ...(await passwords.set(account, password, origin, options)),
    ...(await guard.clearing(account.id)),
  ],
  async unlock(account) {
    const paused = await guard.pauses(account.id);
    const { wasLocked, changes } = (await passwords.unlock?.(account)) ?? { wasLocked: false, changes: [] };
    return { wasLocked: wasLocked || paused, changes: [...changes, ...(await guard.clearing(account.id))] };
  },
});

/** What belongs to a password set by somebody else, besides the password itself. */
const passwordSet =
  ({ audit, config }: Foundation, plugins: readonly Plugin[], host: () => Host): DirectoryAccess['passwordSet'] =>
  async (account, by, event) => {
    const changes: Change[] = [];
    for (const { name, passwordSet: theirs } of plugins) {
      changes.push(...((await theirs?.(host(), config.plugins[name], account, by)) ?? []));
    }
    const told = { ...event, type: 'person.password_set', result: 'success', subject: account.id } as const;
    return [...changes, audit.event({ ...told, ...(by === 'directory' ? { reason: by } : {}) })];
  };

/** What belongs to an unlock of which no page could tell, besides the unlock itself. */
const unlockFound =
  ({ foundation: { audit, config }, plugins, guard }: HostParts, host: () => Host): DirectoryAccess['unlockFound'] =>
  async (account, found, event) => {
    const changes = [...(await guard.clearing(account.id))];
    for (const { name, unlockFound: theirs } of plugins) {
      changes.push(...((await theirs?.(host(), config.plugins[name], account, found)) ?? []));
    }
    const told = { type: 'person.unlock_found', result: 'success', subject: account.id, reason: found } as const;
    return [...changes, audit.event({ ...event, ...told })];
  };

const judgedPassword =
  ({ config }: Foundation, plugins: readonly Plugin[], host: () => Host): DirectoryAccess['judgedPassword'] =>
  async (account, password, event) => {
    const judgements: PasswordJudgement[] = [];
    for (const { name, judgesPassword } of plugins) {
      const theirs = await judgesPassword?.(host(), config.plugins[name], account, password, event);
      if (theirs) judgements.push(theirs);
    }
    const refused = judgements.filter(({ faults }) => faults.length > 0);
    return {
      faults: judgements.flatMap(({ faults }) => faults),
      usedBefore: refused.length > 0 && refused.every(({ usedBefore }) => usedBefore),
      changes: judgements.flatMap(({ changes }) => changes),
    };
  };

const restored =
  ({ config }: Foundation, plugins: readonly Plugin[], host: () => Host): DirectoryAccess['restored'] =>
  async (accountId) => {
    const changes: Change[] = [];
    for (const { name, restored: theirs } of plugins) {
      changes.push(...((await theirs?.(host(), config.plugins[name], accountId)) ?? []));
    }
    return changes;
  };

export interface HostParts {
  readonly foundation: Foundation;
  readonly plugins: readonly Plugin[];
  readonly guard: SignInGuard;
  readonly browsers: BrowserMemory;
  readonly late: Late;
}

/** What plugins see of our own server. */
export const hostFor = (parts: HostParts): Host => {
  const { foundation, plugins, guard, browsers, late } = parts;
  const { config, clock, random, secrets, log, metrics, store, hashing, limits, notify, audit, directory } = foundation;
  const host: Host = {
    issuer: config.issuer,
    profile: config.profile,
    organisation: config.organisation,
    clock,
    random,
    secrets,
    log,
    metrics,
    store,
    accounts: directory.accounts,
    passwords: clearingGuard(thawing(directory.passwords, directory.freezes), guard),
    directory: {
      people: directory.people,
      groups: directory.groups,
      accountOf: (person) => directory.accountOf(person),
      judgedPassword: judgedPassword(foundation, plugins, () => host),
      passwordSet: passwordSet(foundation, plugins, () => host),
      unlockFound: unlockFound(parts, () => host),
      restored: restored(foundation, plugins, () => host),
    },
    accessTokens: { find: (token) => started(late.accessTokens).find(token) },
    freezes: directory.freezes,
    hashing,
    browsers,
    signIns: lateSignIns(late),
    sessions: lateSessions(late),
    remembered: createRememberedBrowsers(store, secrets, clock),
    limits,
    notify,
    audit,
    history: createHistory(store, secrets),
    kick: (job) => {
      started(late.scheduler).kick(job);
    },
  };
  foundation.opened.bind(host);
  return host;
};
