import type { Host } from '../../../src/plugin.ts';
import type { SsprConfig } from '../config.ts';
import { hardToGuessRule } from './hard-to-guess.ts';
import { lengthRule } from './length.ts';
import type { PasswordRule } from './rule.ts';
import { unusedRule } from './unused.ts';

/** In the order people read them. */
export const createRules = (host: Host, config: SsprConfig): readonly PasswordRule[] => [
  lengthRule('alone'),
  hardToGuessRule(host.organisation, config.password.bannedTerms),
  unusedRule(host.passwords),
];
