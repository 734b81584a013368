import type { Account } from '../../../src/plugin.ts';

/** What a rule may look at beside the password. */
export interface RuleContext {
  readonly account: Account;
}

/**
 * Whether a password meets a rule. Where what knows could not be asked, `unchecked` lets the password pass, which the
 * log then says, and `unavailable` does not.
 */
export type Verdict = boolean | 'unchecked' | 'unavailable';

/** One line of the list that people see before and after they choose: `rule.<id>` in the messages. */
export interface PasswordRule {
  readonly id: string;
  /** Fills the message, for somebody; nothing when absent. */
  values?(context: RuleContext): Readonly<Record<string, string | number>>;
  /** Asks somebody or hashes: judged only while every rule before it, and each that is not costly, is met. */
  readonly costly?: boolean;
  check(password: string, context: RuleContext): Verdict | Promise<Verdict>;
}
