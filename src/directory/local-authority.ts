import { AppError } from '../kernel/errors.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Random } from '../kernel/random.ts';
import { change, Conflict, fieldPagesOf } from '../store/port.ts';
import type { Change, Store, Stored } from '../store/port.ts';
import { and, ge, le } from '../store/query.ts';
import { PasswordRefused } from './account.ts';
import type { Account, PasswordAge, Passwords, Verification } from './account.ts';
import { localPasswords } from './local-password.ts';
import type { LocalPassword } from './local-password.ts';
import { endingEverything } from './endings.ts';
import { isHashable } from './hashable.ts';
import type { PasswordHashing } from './password-hashing.ts';

/** The authority over passwords that are kept here. */
export interface LocalAuthority extends Passwords {
  /** The first password of a person who is created in the same commit. */
  starting(personId: string, password: string, options?: { readonly mustChange?: boolean }): Promise<Change>;
  /** As an administrator: the person must choose another at the next sign-in. */
  setForOnce(account: Account, password: string): Promise<readonly Change[]>;
}

/** How many earlier passwords are remembered, unless configured. */
export const HISTORY = 5;

const requireHashable = (password: string): void => {
  if (!isHashable(password)) {
    throw new AppError('bad_request', 'a password has 1 to 256 characters and is well-formed text');
  }
};

async function* setBetween(store: Store, from: number, to: number): AsyncGenerator<readonly PasswordAge[]> {
  const then = and(ge('changedAt', from), le('changedAt', to));
  for await (const page of fieldPagesOf(store, localPasswords, ['changedAt'], then, 'changedAt')) {
    yield page.map(({ id: accountId, changedAt }) => ({ accountId, changedAt }));
  }
}

export const createLocalAuthority = (
  store: Store,
  clock: Clock,
  random: Random,
  hashing: PasswordHashing,
  history: number = HISTORY,
): LocalAuthority => {
  const rehash = async (record: Stored<LocalPassword>, password: string): Promise<void> => {
    try {
      await store.swap(localPasswords, { ...record, hash: await hashing.hash(password) });
    } catch (error) {
      // Somebody else rehashed it or set another one meanwhile, and both are newer than what we hold; or the queue is
      // full, and a right password is no less right for that: the next sign-in tries again.
      if (!(error instanceof Conflict) && !(error instanceof AppError && error.code === 'busy')) throw error;
    }
  };

  const setting = async (
    account: Account,
    password: string,
    mustChange: boolean,
    known?: Stored<LocalPassword>,
  ): Promise<readonly Change[]> => {
    requireHashable(password);
    const before = known ?? (await store.get(localPasswords, account.id));
    const record: LocalPassword = {
      id: account.id,
      hash: await hashing.hash(password),
      changedAt: clock.now(),
      history: before ? [before.hash, ...before.history].slice(0, history) : [],
      ...(mustChange ? { mustChange } : {}),
    };
    return [
      before
        ? change.swap(localPasswords, { ...record, version: before.version })
        : change.insert(localPasswords, record),
      ...endingEverything(account.id, clock, random),
    ];
  };

  const refuseDisabled = ({ id, active }: Account): void => {
    if (!active) throw new PasswordRefused('disabled', `${id} is disabled`);
  };

  return {
    async verify(account, password): Promise<Verification> {
      if (!isHashable(password)) return { outcome: 'wrong' };
      const record = await store.get(localPasswords, account.id);
      const right = await (record ? hashing.verify(record.hash, password) : hashing.verifyNothing(password));
      if (!record || !right) return { outcome: 'wrong' };
      if (!account.active) return { outcome: 'disabled' };
      if (hashing.outdated(record.hash)) await rehash(record, password);
      return record.mustChange ? { outcome: 'must-change', reason: 'set-by-administrator' } : { outcome: 'right' };
    },

    async verifyNobody(password) {
      if (isHashable(password)) {
        await store.get(localPasswords, '');
        await hashing.verifyNothing(password);
      }
      return { outcome: 'wrong' };
    },

    async usedBefore(account, password) {
      const record = await store.get(localPasswords, account.id);
      if (!record || !isHashable(password)) return false;
      // One at a time: a single person's history must not fill the hashing queue.
      for (const hash of [record.hash, ...record.history.slice(0, history)]) {
        if (await hashing.verify(hash, password)) return true;
      }
      return false;
    },

    set(account, password, origin, { mustChange = false } = {}) {
      // What an administrator does, disabled or not, is theirs to decide; a person's own way back is closed.
      if (origin !== 'administrator') refuseDisabled(account);
      return setting(account, password, mustChange);
    },

    async change(account, current, next) {
      refuseDisabled(account);
      const record = await store.get(localPasswords, account.id);
      if (!record || !isHashable(current) || !(await hashing.verify(record.hash, current))) {
        throw new PasswordRefused('wrong_password', `not the present password of ${account.id}`);
      }
      // Over the very record that it was compared with: where another was set meanwhile, the commit fails.
      return setting(account, next, false, record);
    },

    async state({ id }) {
      const record = await store.get(localPasswords, id);
      return record ? { changedAt: record.changedAt, mustChange: record.mustChange ?? false } : { mustChange: false };
    },

    setBetween: (from, to) => setBetween(store, from, to),

    setForOnce: (account, password) => setting(account, password, true),

    async starting(personId, password, { mustChange = false } = {}) {
      requireHashable(password);
      return change.insert(localPasswords, {
        id: personId,
        hash: await hashing.hash(password),
        changedAt: clock.now(),
        history: [],
        ...(mustChange ? { mustChange } : {}),
      });
    },
  };
};
