import type { PasswordRule, RuleContext } from './rule.ts';

/** A rule as the page shows it. */
export interface RuleLine {
  readonly id: string;
  readonly values: PasswordRule['values'];
  /** Undefined while the rule has not been judged. */
  readonly met: boolean | undefined;
}

const line = ({ id, values }: PasswordRule, met?: boolean): RuleLine => ({ id, values, met });

/** The rules before anything was typed. */
export const unjudged = (rules: readonly PasswordRule[]): readonly RuleLine[] => rules.map((rule) => line(rule));

/** The rules for a password; it may be set when every line is met. */
export const judged = async (
  rules: readonly PasswordRule[],
  password: string,
  context: RuleContext,
): Promise<readonly RuleLine[]> => {
  const met = new Map<PasswordRule, boolean>();
  for (const rule of rules.filter(({ costly }) => !costly)) met.set(rule, await rule.check(password, context));
  const worthMore = ![...met.values()].includes(false);
  for (const rule of rules.filter(({ costly }) => costly)) {
    if (worthMore) met.set(rule, await rule.check(password, context));
  }
  return rules.map((rule) => line(rule, met.get(rule)));
};
