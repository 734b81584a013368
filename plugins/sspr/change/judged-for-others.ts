import { AppError } from '../../../src/kernel/errors.ts';
import type { Account, By, Host, PasswordJudgement } from '../../../src/plugin.ts';
import type { SsprConfig } from '../config.ts';
import { contextOf } from '../password-rules/context.ts';
import { judged } from '../password-rules/judge.ts';
import { createRules } from '../password-rules/list.ts';
import { UNUSED } from '../password-rules/unused.ts';
import { createPolicies } from '../policy.ts';

/** A password that provisioning brings, by the rules that its owner would choose one by. Throws `unavailable`. */
export const judgedForOthers = async (
  host: Host,
  config: SsprConfig,
  account: Account,
  password: string,
  by: By,
): Promise<PasswordJudgement> => {
  const rules = createRules(host, config, createPolicies(config));
  const context = await contextOf({ host }, account);
  const { lines, fault, unchecked } = await judged(rules, password, context);
  if (fault === 'unavailable') throw new AppError('unavailable', 'a rule for passwords cannot be judged now');
  const unmet = new Set(lines.filter(({ met }) => met === false).map(({ id }) => id));
  return {
    faults: rules.flatMap((rule) => (unmet.has(rule.id) ? (rule.fault?.(context) ?? []) : [])),
    // It is judged after all others, and only where they are met.
    usedBefore: unmet.size === 1 && unmet.has(UNUSED),
    changes: unchecked.map((reason) =>
      host.audit.event({ ...by, type: 'password.unchecked', result: 'success', reason, subject: account.id }),
    ),
  };
};
