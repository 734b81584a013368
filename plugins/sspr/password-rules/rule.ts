import type { Account, AuthorityRules } from '../../../src/plugin.ts';

/** What a rule may look at beside the password. */
export interface RuleContext {
  readonly account: Account;
  /** What an outside authority asks, as far as it tells; absent where the password is kept here. */
  readonly authority?: AuthorityRules;
}

/**
 * Whether a password meets a rule. Where what knows could not be asked, `unchecked` lets the password pass, which the
 * log then says, and `unavailable` does not.
 */
export type Verdict = boolean | 'unchecked' | 'unavailable';

/** One line of the list that people see before and after they choose: `rule.<id>` in the messages. */
export interface PasswordRule {
  readonly id: string;
  /** Whether it is a rule for somebody at all; it is for everybody when absent. */
  holds?(context: RuleContext): boolean;
  /** Fills the message, for somebody; nothing when absent. */
  values?(context: RuleContext): Readonly<Record<string, string | number>>;
  /** Asks somebody or hashes: judged only while every rule before it, and each that is not costly, is met. */
  readonly costly?: boolean;
  /** Absent where only the authority can judge it, when it is given the password: then the line is there to be read. */
  check?(password: string, context: RuleContext): Verdict | Promise<Verdict>;
  /** What a password does that breaks it, for operators: the end of a sentence that begins "the password". */
  fault?(context: RuleContext): string;
}

/** A rule that can be judged here. */
export interface JudgedRule extends PasswordRule {
  fault(context: RuleContext): string;
  check(password: string, context: RuleContext): Verdict | Promise<Verdict>;
}
