import { DAY } from '../../../src/kernel/clock.ts';
import type { Account, MustChange, StepQuestion } from '../../../src/plugin.ts';
import type { Desk } from '../desk.ts';

/** When somebody's password reaches the age that their policy gives it (epoch milliseconds); undefined for never. */
export const expiryOf = async (
  { host, policies }: Pick<Desk, 'host' | 'policies'>,
  account: Account,
): Promise<number | undefined> => {
  const days = policies.of(account)?.passwordMaxAgeDays ?? 0;
  if (days === 0) return undefined;
  const { changedAt } = await host.passwords.state(account);
  return changedAt === undefined ? undefined : changedAt + days * DAY;
};

type Question = Pick<StepQuestion, 'account' | 'amr' | 'stepUp' | 'mustChange'>;

/**
 * Why the password that a sign-in was given must be changed before it goes on. Whoever came in without it, by a passkey,
 * is not asked for one; nor is a session of before, which has not been given it now.
 */
export const changeDue = async (
  desk: Pick<Desk, 'host' | 'policies'>,
  { account, amr, stepUp, mustChange }: Question,
): Promise<MustChange | undefined> => {
  if (mustChange !== undefined) return mustChange;
  if (stepUp || !amr.includes('pwd')) return undefined;
  const until = await expiryOf(desk, account);
  return until !== undefined && until <= desk.host.clock.now() ? 'expired' : undefined;
};
