import { AppError } from '../kernel/errors.ts';
import type { Account, Passwords } from './account.ts';
import type { People } from './people.ts';

/**
 * The authority of each person, by the name that their record holds. A name that nobody bears is
 * worked on by the authority that somebody with it would be of, else by `local`.
 */
export const passwordsByAuthority = (
  people: People,
  authorities: Readonly<Record<string, Passwords>> & { readonly local: Passwords },
): Passwords => {
  const of = async (account: Account): Promise<Passwords> => {
    const name = (await people.byId(account.id))?.authority ?? 'local';
    const authority = Object.hasOwn(authorities, name) ? authorities[name] : undefined;
    if (!authority) throw new AppError('unavailable', `no authority named ${JSON.stringify(name)} is configured`);
    return authority;
  };

  const { setBetween } = authorities.local;
  return {
    verify: async (account, password, trial) => (await of(account)).verify(account, password, trial),
    verifyNobody(password, typedName) {
      const theirs = Object.values(authorities).find(({ couldBear }) => couldBear?.(typedName) === true);
      return (theirs ?? authorities.local).verifyNobody(password, typedName);
    },
    usedBefore: async (account, password) => (await of(account)).usedBefore(account, password),
    set: async (account, password, origin, options) => (await of(account)).set(account, password, origin, options),
    change: async (account, current, next) => (await of(account)).change(account, current, next),
    state: async (account) => (await of(account)).state(account),
    rules: async (account) => (await of(account)).rules?.(account),
    preflight: async (account) => (await (await of(account)).preflight?.(account)) ?? { works: true },
    unlock: async (account) => (await (await of(account)).unlock?.(account)) ?? { wasLocked: false, changes: [] },
    // A directory tells its own people when their passwords expire, by rules of its own.
    ...(setBetween ? { setBetween } : {}),
  };
};
