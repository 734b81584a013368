import { MINUTE } from '../../../src/kernel/clock.ts';
import { AppError } from '../../../src/kernel/errors.ts';
import type { Account } from '../../../src/plugin.ts';
import { change, Conflict } from '../../../src/store/port.ts';
import type { Change, Collection, Stored } from '../../../src/store/port.ts';
import { unlockings, writebacks } from '../collections.ts';
import type { Intent, Unlocking, Writeback } from '../collections.ts';
import type { FoundEntry } from './authority.ts';
import type { AuthorityParts } from './parts.ts';

/**
 * What is written down before something is written to a directory, so that it is known of whatever dies in between. It
 * goes in the commit that follows the write.
 */
export interface Intents<T extends Intent> {
  /** Nothing was written. One that took its place meanwhile stays. */
  drop(intent: Stored<T>): Promise<void>;
  /** What came of it is not known here: it is looked into soon. */
  abandon(intent: Intent): Promise<void>;
  /** Commit it with what belongs to the write. Of any number of callers one succeeds. */
  settled(intent: Stored<T>): Change;
}

export interface PasswordIntents extends Intents<Writeback> {
  /**
   * Before anything leaves. Gives the one that is there where the same password was written a moment ago, and the commit
   * that belongs to it failed. Throws `busy` while somebody else is at it.
   *
   * @param write `since` of the server's clock, see `Writeback`
   * @param isThere whether what was written then is the password still
   */
  begin(
    account: Account,
    found: FoundEntry,
    write: { readonly password: string; readonly hash: Promise<string>; readonly since: number | undefined },
    isThere: (before: Writeback) => Promise<boolean>,
  ): Promise<Stored<Writeback>>;
  /** The server took it. */
  written(intent: Stored<Writeback>, control: string | undefined): Promise<Stored<Writeback>>;
  /** What the stamp of the entry is since. */
  left(intent: Stored<Writeback>, stamp: string): Promise<Stored<Writeback>>;
}

export interface UnlockIntents extends Intents<Unlocking> {
  /** One that is begun, and that nobody has told of. */
  of(account: Account): Promise<Stored<Unlocking> | undefined>;
  /** Before anything leaves. Throws `busy` where somebody else was faster. */
  begin(account: Account, found: FoundEntry): Promise<Stored<Unlocking>>;
  /** The server did it. */
  written(intent: Stored<Unlocking>): Promise<Stored<Unlocking>>;
}

/** Beside the time that servers have for their answers: a commit, and what else a request may wait for. */
const AT_WORK = 2 * MINUTE;
const BUSY_FOR = 5;

/** How long the answers to one write may take together. */
export const answersOf = ({ config }: Pick<AuthorityParts, 'config'>): number => 4 * config.timeouts.answer;

const begunOn = (parts: AuthorityParts, { server }: FoundEntry): Omit<Intent, 'id'> => {
  const { url, host, port, security } = server;
  return {
    directory: parts.name,
    server: { url, host, port, security },
    written: false,
    dueAt: parts.clock.now() + AT_WORK + answersOf(parts),
  };
};

const intentsIn = <T extends Intent>({ store, clock }: AuthorityParts, collection: Collection<T>) => {
  const orLeft = (error: unknown): void => {
    if (!(error instanceof Conflict)) throw error;
  };
  return {
    /** One that is over gives way: what is written now ends everything that it would have. */
    async put(before: Stored<T> | undefined, intent: T): Promise<Stored<T>> {
      try {
        const stored = before
          ? await store.swap(collection, { ...intent, version: before.version })
          : await store.insert(collection, intent);
        await store.durable();
        return stored;
      } catch (error) {
        if (!(error instanceof Conflict)) throw error;
        throw new AppError('busy', 'something is being written for this person', { retryAfter: BUSY_FOR });
      }
    },
    async drop({ id, version }: Stored<T>): Promise<void> {
      await store.commit([change.take(collection, id, version)]).catch(orLeft);
    },
    async abandon({ id }: Intent): Promise<void> {
      const intent = await store.get(collection, id);
      if (intent) await store.swap(collection, { ...intent, dueAt: clock.now() }).catch(orLeft);
    },
    settled: ({ id, version }: Stored<T>): Change => change.take(collection, id, version),
  };
};

export const createPasswordIntents = (parts: AuthorityParts): PasswordIntents => {
  const { store, clock, hashing } = parts;
  const { put, ...intents } = intentsIn(parts, writebacks);
  return {
    ...intents,
    async begin({ id }, found, { password, hash, since }, isThere) {
      const before = await store.get(writebacks, id);
      const isSame = before?.written === true && (await hashing.verify(before.hash, password));
      if (isSame && (await isThere(before))) return before;
      const { stamp } = found.state;
      const isOver = isSame || (before !== undefined && before.dueAt <= clock.now());
      return put(isOver ? before : undefined, {
        id,
        ...begunOn(parts, found),
        ...(stamp === undefined ? {} : { stamp }),
        ...(since === undefined ? {} : { since }),
        hash: await hash,
      });
    },
    written: (intent, control) =>
      store.swap(writebacks, { ...intent, written: true, ...(control === undefined ? {} : { control }) }),
    left: (intent, stamp) => store.swap(writebacks, { ...intent, left: stamp }),
  };
};

export const createUnlockIntents = (parts: AuthorityParts): UnlockIntents => {
  const { put, ...intents } = intentsIn(parts, unlockings);
  return {
    ...intents,
    of: ({ id }) => parts.store.get(unlockings, id),
    begin: ({ id }, found) => put(undefined, { id, ...begunOn(parts, found) }),
    written: (intent) => parts.store.swap(unlockings, { ...intent, written: true }),
  };
};
