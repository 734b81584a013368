import type { Account } from '../../../src/plugin.ts';

/** What a rule may look at beside the password. */
export interface RuleContext {
  readonly account: Account;
}

/** One line of the list that people see before and after they choose: `rule.<id>` in the messages. */
export interface PasswordRule {
  readonly id: string;
  /** Fills the message. */
  readonly values: Readonly<Record<string, string | number>>;
  /** Asks an authority or hashes: judged only once all other rules are met. */
  readonly costly?: boolean;
  check(password: string, context: RuleContext): boolean | Promise<boolean>;
}
