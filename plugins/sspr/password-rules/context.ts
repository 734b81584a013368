import type { Account } from '../../../src/plugin.ts';
import type { Desk } from '../desk.ts';
import type { RuleContext } from './rule.ts';

/**
 * What the rules for somebody's next password are judged by. An authority that does not answer judges when it is given
 * the password: until then the page goes on without what it would have told.
 */
export const contextOf = async ({ host }: Pick<Desk, 'host'>, account: Account): Promise<RuleContext> => {
  try {
    const authority = await host.passwords.rules?.(account);
    return authority ? { account, authority } : { account };
  } catch (error) {
    host.log.warn({ subject: account.id, error }, 'an authority did not tell its rules for passwords');
    return { account, authority: {} };
  }
};
