import type { Host } from '../../../src/plugin.ts';
import type { SsprConfig } from '../config.ts';
import type { Policies } from '../policy.ts';
import { breachedRule } from './breached.ts';
import { complexityRule } from './complexity.ts';
import { hardToGuessRule } from './hard-to-guess.ts';
import { lengthRule } from './length.ts';
import { rememberedRule } from './remembered.ts';
import type { PasswordRule } from './rule.ts';
import { unusedRule } from './unused.ts';

/** In the order people read them, and costly ones are judged: a look-up is cheaper than a hash for each old password. */
export const createRules = (host: Host, { password }: SsprConfig, policies: Policies): readonly PasswordRule[] => {
  const breached = breachedRule(password.breached, host.log);
  return [
    lengthRule((account) => policies.of(account)?.secondFactor === 'required'),
    complexityRule,
    hardToGuessRule(host.organisation, password.bannedTerms),
    ...(breached ? [breached] : []),
    unusedRule(host.passwords),
    rememberedRule,
  ];
};
