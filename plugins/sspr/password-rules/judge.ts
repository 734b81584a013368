import type { PasswordRule, RuleContext, Verdict } from './rule.ts';

/** A rule as the page shows it. */
export interface RuleLine {
  readonly id: string;
  readonly values: Readonly<Record<string, string | number>>;
  /** Undefined while the rule has not been judged, or could not be. */
  readonly met: boolean | undefined;
}

export interface Judgement {
  readonly lines: readonly RuleLine[];
  /** Why the password may not be set: `password.<fault>` in the messages. Absent where it may. */
  readonly fault?: 'unmet' | 'unavailable';
  /** Ids of rules that could not be judged and are passed over. */
  readonly unchecked: readonly string[];
}

const line = (rule: PasswordRule, context: RuleContext, verdict?: Verdict): RuleLine => ({
  id: rule.id,
  values: rule.values?.(context) ?? {},
  met: typeof verdict === 'boolean' ? verdict : undefined,
});

const holding = (rules: readonly PasswordRule[], context: RuleContext): readonly PasswordRule[] =>
  rules.filter((rule) => rule.holds?.(context) ?? true);

/** The rules before anything was typed. */
export const unjudged = (rules: readonly PasswordRule[], context: RuleContext): readonly RuleLine[] =>
  holding(rules, context).map((rule) => line(rule, context));

const faultOf = (verdicts: readonly Verdict[]): Judgement['fault'] => {
  if (verdicts.includes(false)) return 'unmet';
  return verdicts.includes('unavailable') ? 'unavailable' : undefined;
};

/** As many of the rules as can be judged at every keystroke: asking nobody, hashing nothing, telling nothing of a past. */
export const judgedWhileTyped = async (
  rules: readonly PasswordRule[],
  password: string,
  context: RuleContext,
): Promise<readonly RuleLine[]> =>
  Promise.all(
    holding(rules, context).map(async (rule) =>
      line(rule, context, rule.costly ? undefined : await rule.check?.(password, context)),
    ),
  );

/** The rules for a password, each asked once at most. */
export const judged = async (
  rules: readonly PasswordRule[],
  password: string,
  context: RuleContext,
): Promise<Judgement> => {
  const ours = holding(rules, context);
  const verdicts = new Map<PasswordRule, Verdict>();
  const judge = async (rule: PasswordRule): Promise<void> => {
    const verdict = await rule.check?.(password, context);
    if (verdict !== undefined) verdicts.set(rule, verdict);
  };
  for (const rule of ours.filter(({ costly }) => !costly)) await judge(rule);
  for (const rule of ours.filter(({ costly }) => costly)) {
    if (faultOf([...verdicts.values()])) break;
    await judge(rule);
  }
  const fault = faultOf([...verdicts.values()]);
  return {
    lines: ours.map((rule) => line(rule, context, verdicts.get(rule))),
    ...(fault ? { fault } : {}),
    unchecked: ours.filter((rule) => verdicts.get(rule) === 'unchecked').map(({ id }) => id),
  };
};
