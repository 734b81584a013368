import { MINUTE } from '../../../src/kernel/clock.ts';
import { AppError } from '../../../src/kernel/errors.ts';
import type { Account } from '../../../src/plugin.ts';
import { change, Conflict } from '../../../src/store/port.ts';
import type { Change, Stored } from '../../../src/store/port.ts';
import { writebacks } from '../collections.ts';
import type { Writeback } from '../collections.ts';
import type { FoundEntry } from './authority.ts';
import type { AuthorityParts } from './parts.ts';

/**
 * What is written down before a password is, so that it is known of whatever dies in between. It goes in the commit
 * that follows the write.
 */
export interface Intents {
  /**
   * Before anything leaves. Gives the one that is there where the same password was written a moment ago, and the commit
   * that belongs to it failed. Throws `busy` while somebody else is at it.
   *
   * @param isThere whether what was written then is the password still
   */
  begin(
    account: Account,
    found: FoundEntry,
    password: string,
    isThere: (before: Writeback) => Promise<boolean>,
  ): Promise<Stored<Writeback>>;
  /** The server took it. */
  written(intent: Stored<Writeback>, control: string | undefined): Promise<Stored<Writeback>>;
  /** What the stamp of the entry is since. */
  left(intent: Stored<Writeback>, stamp: string): Promise<Stored<Writeback>>;
  /** Nothing was written. One that took its place meanwhile stays. */
  drop(intent: Stored<Writeback>): Promise<void>;
  /** What came of it is not known here: it is looked into soon. */
  abandon(intent: Writeback): Promise<void>;
  /** Commit it with what belongs to the write. Of any number of callers one succeeds. */
  settled(intent: Stored<Writeback>): Change;
}

/** Beside the time that servers have for their answers: a commit, and what else a request may wait for. */
const AT_WORK = 2 * MINUTE;
const BUSY_FOR = 5;

export const createIntents = ({ name, config, store, clock, hashing }: AuthorityParts): Intents => {
  const lasting = AT_WORK + 4 * config.timeouts.answer;

  const rewrite = async (id: string, next: Partial<Writeback>): Promise<void> => {
    const intent = await store.get(writebacks, id);
    if (!intent) return;
    await store.swap(writebacks, { ...intent, ...next }).catch((error: unknown) => {
      if (!(error instanceof Conflict)) throw error;
    });
  };

  /** One that is over gives way: what is written now ends everything that it would have. */
  const put = async (before: Stored<Writeback> | undefined, intent: Writeback): Promise<Stored<Writeback>> => {
    try {
      if (before) {
        return await store.swap(writebacks, { ...intent, version: before.version });
      }
      return await store.insert(writebacks, intent);
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
      throw new AppError('busy', 'a password of this person is being written', { retryAfter: BUSY_FOR });
    }
  };

  return {
    async begin({ id }, { server, state: { stamp } }, password, isThere) {
      const before = await store.get(writebacks, id);
      const isSame = before?.written === true && (await hashing.verify(before.hash, password));
      if (isSame && (await isThere(before))) return before;
      const { url, host, port, security } = server;
      const isOver = isSame || (before !== undefined && before.dueAt <= clock.now());
      const intent = await put(isOver ? before : undefined, {
        id,
        directory: name,
        server: { url, host, port, security },
        ...(stamp === undefined ? {} : { stamp }),
        hash: await hashing.hash(password),
        written: false,
        dueAt: clock.now() + lasting,
      });
      await store.durable();
      return intent;
    },
    written: (intent, control) =>
      store.swap(writebacks, { ...intent, written: true, ...(control === undefined ? {} : { control }) }),
    left: (intent, stamp) => store.swap(writebacks, { ...intent, left: stamp }),
    async drop({ id, version }) {
      await store.commit([change.take(writebacks, id, version)]).catch((error: unknown) => {
        if (!(error instanceof Conflict)) throw error;
      });
    },
    abandon: ({ id }) => rewrite(id, { dueAt: clock.now() }),
    settled: ({ id, version }) => change.take(writebacks, id, version),
  };
};
