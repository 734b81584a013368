import type { Account, Preflight } from '../../src/plugin.ts';
import type { Desk } from './desk.ts';

export type Obstacle = Extract<Preflight, { readonly works: false }>;

/**
 * What would keep a reset of somebody's password from being written, asked without writing; undefined where nothing
 * would, and where that cannot be told: the write itself will tell. Never for strangers, to whom it says who exists.
 */
export const obstacleFor = async ({ host }: Pick<Desk, 'host'>, account: Account): Promise<Obstacle | undefined> => {
  try {
    const preflight = await host.passwords.preflight?.(account);
    return preflight && !preflight.works ? preflight : undefined;
  } catch (error) {
    host.log.warn({ subject: account.id, error }, 'whether a reset would be written could not be found out');
    return undefined;
  }
};

const PASSING: readonly Obstacle['reason'][] = ['unreachable', 'too_young'];

/** As {@link obstacleFor}, where only what stays is worth a word: to whoever registers ways back for another day. */
export const lastingObstacle = async (
  desk: Pick<Desk, 'host'>,
  account: Account,
): Promise<Obstacle['reason'] | undefined> => {
  const reason = (await obstacleFor(desk, account))?.reason;
  return reason === undefined || PASSING.includes(reason) ? undefined : reason;
};
