import type { interactionPolicy } from 'oidc-provider';
import { prettifyError } from 'zod';
import { sspr } from '../plugins/sspr/index.ts';
import { hostEvents } from './audit/catalogue.ts';
import { createHistory } from './audit/history.ts';
import { chainingJob } from './audit/chaining.ts';
import { auditCollections } from './audit/collections.ts';
import { createAudit } from './audit/log.ts';
import { loadMasterKeys } from './config/master-key.ts';
import { unlockSecrets, vault } from './config/vault.ts';
import { PasswordRefused } from './directory/account.ts';
import type { Account, Accounts, Passwords } from './directory/account.ts';
import { openPasswordHashing } from './directory/password-hashing.ts';
import { foreignSignIns } from './foreign-sign-ins.ts';
import type { ForeignProvider } from './foreign-sign-ins.ts';
import type { Middleware } from './http/context.ts';
import { createEmbedded } from './http/http.ts';
import { messageViews } from './http/message-views.ts';
import { createSite } from './http/site.ts';
import type { Site } from './http/site.ts';
import { boundedQueue } from './kernel/bounded-queue.ts';
import { MINUTE, systemClock } from './kernel/clock.ts';
import type { Clock } from './kernel/clock.ts';
import { Confidential } from './kernel/confidential.ts';
import { AppError } from './kernel/errors.ts';
import { LANGUAGES } from './kernel/languages.ts';
import type { Log } from './kernel/log.ts';
import { noMetrics } from './kernel/metrics.ts';
import { packageRoot } from './kernel/package-root.ts';
import { systemRandom } from './kernel/random.ts';
import { kickUnseen, startScheduler } from './kernel/schedule.ts';
import type { Scheduler } from './kernel/schedule.ts';
import { counters, createLimits } from './limits/counters.ts';
import { createLog } from './log.ts';
import type { Channel } from './notify/channel.ts';
import { deliveryJob } from './notify/delivery.ts';
import { shortMessages } from './notify/gsm.ts';
import { createNotify, outbox } from './notify/outbox.ts';
import type { Reach } from './notify/reach.ts';
import { earlyReceipts } from './notify/receipts.ts';
import { toPrompts } from './oidc/prompts.ts';
import type { Contribution, Host, Organisation, PromptContribution } from './plugin.ts';
import { createKnownBrowsers, knownBrowsers } from './sign-in/known-browsers.ts';
import type { BrowserMemory } from './sign-in/known-browsers.ts';
import { openStore } from './store/open.ts';
import type { Store } from './store/port.ts';

export { PasswordRefused } from './directory/account.ts';

/** An account of the host: what is not said is the usual of a person who may sign in. */
export type ForeignAccount = Pick<Account, 'id' | 'userName' | 'mail'> & Partial<Omit<Account, 'epoch'>>;

export interface ForeignAccounts {
  /** By user name or mail as typed; undefined for nobody. */
  byName(typed: string): Promise<ForeignAccount | undefined>;
  byId(id: string): Promise<ForeignAccount | undefined>;
}

export interface ForeignPasswords {
  verify(account: ForeignAccount, password: string): Promise<boolean>;
  /**
   * Makes it the account's password, and ends the account's sessions. Throws `PasswordRefused` when it is not taken;
   * nothing is said to have changed before this resolves.
   */
  set(account: ForeignAccount, password: string): Promise<void>;
  /** Whether it is the present or an earlier one; never without this. */
  usedBefore?(account: ForeignAccount, password: string): Promise<boolean>;
  /**
   * Lets somebody sign in again whom too many wrong passwords keep out; tells whether they were. Nothing is said to
   * have changed before this resolves, and it throws `PasswordRefused` where it may not be. There are no pages for it
   * without this.
   */
  unlock?(account: ForeignAccount): Promise<boolean>;
}

export interface SelfServiceOptions {
  /** The host's issuer, without a trailing slash: links are built from it alone. */
  readonly issuer: string;
  /** `interactionPolicy` of the host's own oidc-provider, which tests prompts by `instanceof`. */
  readonly interactionPolicy: typeof interactionPolicy;
  readonly accounts: ForeignAccounts;
  readonly passwords: ForeignPasswords;
  /** Sends a mail; throws to have it tried again later. */
  mail(message: { to: string; subject: string; text: string; html?: string }): Promise<void>;
  /** Where the plugin keeps what people registered: `sqlite:PATH`, or the address of a MongoDB replica set. */
  readonly store: string;
  /** 32 bytes in base64 or hex, under which secrets in the store are sealed. */
  readonly masterKey: string;
  /** Path of the host's own page for a running sign-in. */
  loginPath(uid: string): string;
  readonly organisation?: Partial<Organisation>;
  /** The section `plugins.sspr` of the configuration reference, as written in a file. */
  readonly config?: unknown;
  /** BCP 47 tags, the default first; all that we speak unless said. */
  readonly locales?: readonly string[];
  readonly clock?: Clock;
  readonly log?: Log;
}

export interface SelfService {
  /** The library's own prompts and between `login` and `consent` those of the plugin: for `interactions.policy`. */
  readonly policy: ReturnType<typeof interactionPolicy.base>;
  /** For `interactions.url`: the page of a prompt of the plugin, or the host's own. */
  url(interaction: { readonly uid: string; readonly prompt: { readonly name: string } }): string;
  /** For `provider.use`: serves the plugin's pages and leaves everything else to the host. */
  readonly middleware: Middleware;
  /** Tells the plugin which provider it serves; before the first request. */
  attach(provider: ForeignProvider): void;
  /** Sends what waits to be sent, without its usual pause. */
  settle(): Promise<void>;
  stop(): Promise<void>;
}

const wholeAccount = (account: ForeignAccount): Account => ({
  displayName: account.userName,
  groups: [],
  administrator: false,
  kind: 'person',
  active: true,
  ...account,
  // The host ends its own sessions; nothing here is stamped with an epoch of theirs.
  epoch: 0,
});

const accountsOf = ({ byName, byId }: ForeignAccounts): Accounts => {
  const whole = (account: ForeignAccount | undefined) => account && wholeAccount(account);
  return { byName: async (typed) => whole(await byName(typed)), byId: async (id) => whole(await byId(id)) };
};

const unlockingBy =
  (unlock: NonNullable<ForeignPasswords['unlock']>): NonNullable<Passwords['unlock']> =>
  async (account) => ({ wasLocked: await unlock(account), changes: [] });

const passwordsOf = (passwords: ForeignPasswords): Passwords => ({
  verify: async (account, password) => ({ outcome: (await passwords.verify(account, password)) ? 'right' : 'wrong' }),
  verifyNobody: () => Promise.resolve({ outcome: 'wrong' }),
  usedBefore: async (account, password) => (await passwords.usedBefore?.(account, password)) ?? false,
  async set(account, password) {
    await passwords.set(account, password);
    return [];
  },
  async change(account, current, next) {
    if (!(await passwords.verify(account, current))) {
      throw new PasswordRefused('wrong_password', `not the present password of ${account.id}`);
    }
    await passwords.set(account, next);
    return [];
  },
  state: () => Promise.resolve({ mustChange: false }),
  ...(passwords.unlock ? { unlock: unlockingBy(passwords.unlock.bind(passwords)) } : {}),
});

const mailChannel = ({ mail }: SelfServiceOptions): Channel => ({
  async send({ to, subject, text, html }) {
    try {
      await mail({ to, subject, text, ...(html === undefined ? {} : { html }) });
      return { outcome: 'taken' };
    } catch (error) {
      return { outcome: 'failed', cause: error instanceof Error ? error.name : 'unknown' };
    }
  },
});

const MAIL_ONLY: Reach = { channels: ['mail'], countries: { sms: [], voice: [] } };

const HASHES_AT_ONCE = 2;
const HASHES_WAITING = 200;
const BUSY_FOR = 2;
const KNOWN_FOR = 365 * 24 * 60 * MINUTE;
const ACCENT = '#0b5cad';
const FLOOD = { requests: 600, window: MINUTE };

interface Rooms {
  readonly host: Host;
  readonly site: Site;
  readonly late: { provider?: ForeignProvider; scheduler?: Scheduler };
}

const started = <T>(part: T | undefined): T => {
  if (part === undefined) throw new AppError('internal', 'attach(provider) comes before the first request');
  return part;
};

const openRooms = async (options: SelfServiceOptions, store: Store, clock: Clock, log: Log): Promise<Rooms> => {
  const { issuer, organisation, locales = LANGUAGES } = options;
  const random = systemRandom;
  const keys = await loadMasterKeys({ masterKey: new Confidential(options.masterKey), dataDir: '' }, random);
  const secrets = await unlockSecrets(keys, store, random);
  const whole: Organisation = { name: new URL(issuer).hostname, helpDesk: {}, mailDomains: [], ...organisation };
  const late: Rooms['late'] = {};
  const browsers: BrowserMemory = createKnownBrowsers({
    store,
    secrets,
    clock,
    lifetime: KNOWN_FOR,
    epochOf: async (id) => ((await options.accounts.byId(id)) ? 0 : undefined),
  });
  const catalogue = { ...hostEvents, ...sspr.auditEvents };
  const common = { issuer, organisation: whole, clock, random, secrets };
  return {
    late,
    site: createSite({ ...common, root: packageRoot, colours: { accent: ACCENT }, locales, plugins: [sspr] }),
    host: {
      ...common,
      profile: 'production',
      log,
      metrics: noMetrics,
      store,
      accounts: accountsOf(options.accounts),
      passwords: passwordsOf(options.passwords),
      hashing: await openPasswordHashing(boundedQueue(HASHES_AT_ONCE, HASHES_WAITING, BUSY_FOR), random),
      browsers,
      signIns: foreignSignIns({
        store,
        browsers,
        loginPath: options.loginPath,
        provider: () => started(late.provider),
      }),
      limits: createLimits(store, clock, secrets),
      notify: createNotify(clock, random, secrets, MAIL_ONLY),
      audit: createAudit(catalogue, clock, random, secrets),
      history: createHistory(store, secrets),
      kick: (job) => {
        started(late.scheduler).kick(job);
      },
    },
  };
};

const policyWith = (policies: typeof interactionPolicy, prompts: readonly PromptContribution[]) => {
  const policy = policies.base();
  toPrompts(policies, prompts).forEach((prompt, index) => {
    policy.add(prompt, index + 1);
  });
  return policy;
};

const serve = (
  options: SelfServiceOptions,
  { host, site, late }: Rooms,
  { routes = [], prompts = [], jobs = [], undeliverable = () => Promise.resolve([]) }: Contribution,
): SelfService => {
  const { issuer, locales = LANGUAGES } = options;
  const render = messageViews({ ...site, organisation: host.organisation, issuer, shortMessages });
  const delivery = deliveryJob('mail', { ...host, channels: { mail: mailChannel(options) }, render, undeliverable });
  const scheduler = startScheduler([delivery, chainingJob(host), ...jobs], host.log, kickUnseen(host.random));
  late.scheduler = scheduler;
  const unwatch = host.store.watch([outbox], () => {
    scheduler.kick(delivery.name);
  });
  return {
    policy: policyWith(options.interactionPolicy, prompts),
    url: ({ uid, prompt }) => prompts.find(({ name }) => name === prompt.name)?.path(uid) ?? options.loginPath(uid),
    middleware: createEmbedded({
      ...host,
      ...site,
      locales,
      trustedProxies: [],
      limits: FLOOD,
      unlimited: [],
      routes,
    }),
    attach(provider) {
      late.provider = provider;
    },
    settle: () => scheduler.settle(),
    async stop() {
      unwatch();
      await scheduler.stop();
      await host.store.close();
    },
  };
};

/**
 * Self-service password reset inside somebody else's `oidc-provider` host: registration at its sign-ins, and a reset
 * of the passwords it keeps. See `examples/foreign-host`.
 *
 * @throws AppError `config_invalid`, `store_unusable`, `secret_unreadable` with a sentence for the operator
 */
export const selfService = async (options: SelfServiceOptions): Promise<SelfService> => {
  const { clock = systemClock, log = createLog('warn') } = options;
  const config = sspr.config.safeParse(options.config ?? {});
  if (!config.success) throw new AppError('config_invalid', `the section of sspr: ${prettifyError(config.error)}`);
  const [unmet] = sspr.faults?.(config.data, { profile: 'production', channels: ['mail'], attributes: [] }) ?? [];
  if (unmet) throw new AppError('config_invalid', `the section of sspr: ${unmet.path.join('.')}: ${unmet.message}`);
  const collections = [
    vault,
    ...auditCollections,
    counters,
    outbox,
    earlyReceipts,
    knownBrowsers,
    ...(sspr.collections ?? []),
  ];
  const store = await openStore({ url: options.store, collections, migrations: [], clock, log });
  try {
    const rooms = await openRooms(options, store, clock, log);
    return serve(options, rooms, await sspr.setup(rooms.host, config.data, {}));
  } catch (error) {
    await store.close();
    throw error;
  }
};
