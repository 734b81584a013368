import { hostEvents } from './audit/catalogue.ts';
import { auditCollections } from './audit/collections.ts';
import type { Audit, EventCatalogue } from './audit/event.ts';
import { countingEvents } from './audit/counting.ts';
import { createAudit } from './audit/log.ts';
import { loadMasterKeys } from './config/master-key.ts';
import type { Config } from './config/schema.ts';
import { madeOnce, unlockSecrets, vault } from './config/vault.ts';
import type { DeclaredAttribute } from './directory/declared-attribute.ts';
import { hashingFigures } from './directory/hashing-figures.ts';
import { createDirectory, directoryCollections } from './directory/directory.ts';
import type { Directory } from './directory/directory.ts';
import { ARGON2ID, openPasswordHashing } from './directory/password-hashing.ts';
import type { Argon2Parameters, PasswordHashing } from './directory/password-hashing.ts';
import { boundedQueue } from './kernel/bounded-queue.ts';
import { systemClock } from './kernel/clock.ts';
import type { Clock } from './kernel/clock.ts';
import type { Log } from './kernel/log.ts';
import { noMetrics } from './kernel/metrics.ts';
import type { Metrics } from './kernel/metrics.ts';
import { AppError } from './kernel/errors.ts';
import { systemRandom } from './kernel/random.ts';
import type { Random } from './kernel/random.ts';
import type { Secrets } from './kernel/secrets.ts';
import { counters, createLimits } from './limits/counters.ts';
import type { Limits } from './limits/limit.ts';
import { createLog } from './log.ts';
import type { LogLevel } from './log.ts';
import { placeOf, reachOf } from './channels.ts';
import { bounces } from './notify/bounces.ts';
import { calls } from './notify/calls.ts';
import { mailbox } from './notify/mailbox.ts';
import type { Notify } from './notify/message.ts';
import { createNotify, outbox } from './notify/outbox.ts';
import { newPushKey, pushKeyOf } from './notify/push-key.ts';
import type { PushKey } from './notify/push-key.ts';
import { pushSubscribing } from './notify/push-subscribing.ts';
import { earlyReceipts } from './notify/receipts.ts';
import { openPlugins } from './opened.ts';
import type { OpenedPlugins } from './opened.ts';
import type { Plugin } from './plugin.ts';
import { openStore } from './store/open.ts';
import type { Collection, Store } from './store/port.ts';

/** What may be given instead of the real thing, by tests and benches. */
export interface Surroundings {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly argon2: Argon2Parameters;
  /** The store and the slow hashes, as they are to be seen by everything above: for tests that count work. */
  readonly wrapStore: (store: Store) => Store;
  readonly wrapHashing: (hashing: PasswordHashing) => PasswordHashing;
}

/** The rooms that need no server: what the command line works on while a server runs, and what a server stands on. */
export interface Foundation {
  readonly config: Config;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly store: Store;
  readonly secrets: Secrets;
  readonly audit: Audit;
  readonly limits: Limits;
  readonly hashing: PasswordHashing;
  /** Attributes of people that plugins declare. */
  readonly declared: readonly DeclaredAttribute[];
  readonly directory: Directory;
  readonly notify: Notify;
  /** Absent where nothing is pushed. */
  readonly pushKey?: PushKey;
  /** What plugins keep open. */
  readonly opened: OpenedPlugins;
  close(): Promise<void>;
}

/** Seconds that a person is asked to wait when too many passwords are being hashed. */
const BUSY_FOR = 2;

/** Every collection of the store: the rooms', what only a server has, and the plugins'. */
export const collectionsOf = (plugins: readonly Plugin[], more: readonly Collection[]): readonly Collection[] => [
  vault,
  ...auditCollections,
  counters,
  outbox,
  earlyReceipts,
  bounces,
  calls,
  mailbox,
  ...directoryCollections,
  ...more,
  ...plugins.flatMap((plugin) => plugin.collections ?? []),
];

/** Every type of event that there can be in the log. */
export const catalogueOf = (plugins: readonly Plugin[]): EventCatalogue =>
  plugins.reduce<EventCatalogue>((all, { auditEvents: theirs = {} }) => ({ ...all, ...theirs }), hostEvents);

/** The operator's key, or the one that was made for this store. */
const pushKeyFor = async ({ push }: Config, secrets: Secrets, store: Store): Promise<PushKey | undefined> => {
  if (!push) return undefined;
  const key = pushKeyOf(push.key?.reveal() ?? (await madeOnce(secrets, store, 'push key', newPushKey)));
  if (!key) throw new AppError('config_invalid', 'push.key is not a private key of P-256: 32 bytes in base64url');
  return key;
};

/**
 * Opens the store and all that stands on it alone.
 *
 * @param more collections of rooms that only a server has
 * @throws AppError `store_unusable`, `secret_unreadable` with the sentence for the operator
 */
export const openFoundation = async (
  config: Config,
  plugins: readonly Plugin[],
  more: readonly Collection[],
  surroundings: Partial<Surroundings> = {},
): Promise<Foundation> => {
  const level: LogLevel = config.profile === 'production' ? 'info' : 'warn';
  const { clock = systemClock, random = systemRandom, log = createLog(level), argon2 = ARGON2ID } = surroundings;
  const { metrics } = surroundings;
  const keys = await loadMasterKeys(config, random);
  const collections = collectionsOf(plugins, more);
  const opened = await openStore({ url: config.store.url.reveal(), collections, migrations: [], clock, log });
  const seen = surroundings.wrapStore?.(opened) ?? opened;
  const store = metrics ? countingEvents(seen, metrics) : seen;
  try {
    const secrets = await unlockSecrets(keys, store, random);
    const audit = createAudit(catalogueOf(plugins), clock, random, secrets);
    const queue = boundedQueue(config.hashing.parallel, config.hashing.queue, BUSY_FOR);
    if (metrics) hashingFigures(queue, metrics);
    const slow = await openPasswordHashing(queue, random, argon2);
    const hashing = surroundings.wrapHashing?.(slow) ?? slow;
    const pushKey = await pushKeyFor(config, secrets, store);
    const push = pushKey && pushSubscribing(secrets, pushKey, placeOf(config));
    const limits = createLimits(store, clock, secrets);
    const rooms = { config, clock, random, log, metrics: metrics ?? noMetrics, store, secrets, audit, hashing, limits };
    const opened = await openPlugins(plugins, rooms);
    const { authorities } = opened;
    const declared = plugins.flatMap((plugin) => plugin.attributes?.(config.plugins[plugin.name]) ?? []);
    return {
      ...rooms,
      opened,
      notify: createNotify(clock, random, secrets, reachOf(config), push),
      ...(pushKey && { pushKey }),
      declared,
      directory: createDirectory({
        ...{ store, clock, random, audit, hashing, authorities, declared },
        attributeOwners: Object.fromEntries(
          plugins.flatMap((plugin) => Object.entries(plugin.attributeOwners?.(config.plugins[plugin.name]) ?? {})),
        ),
        history: config.passwords.history,
      }),
      async close() {
        await opened.stop();
        await store.close();
      },
    };
  } catch (error) {
    await store.close();
    throw error;
  }
};
