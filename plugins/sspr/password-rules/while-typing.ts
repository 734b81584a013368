import { z } from 'zod';
import { json } from '../../../src/plugin.ts';
import type { Answer } from '../../../src/plugin.ts';
import { judgedWhileTyped } from './judge.ts';
import type { PasswordRule, RuleContext } from './rule.ts';

/** Field by which a page's script asks about the rules alone, on the same path and with the same token as the form. */
export const check = z.literal('yes').optional();

/** What the script shows: of each rule whether it is met, null for those that only the whole form is judged by. */
export const whileTyping = async (
  rules: readonly PasswordRule[],
  password: string,
  context: RuleContext,
): Promise<Answer> => {
  const lines = await judgedWhileTyped(rules, password, context);
  return json({ rules: lines.map(({ id, met }) => ({ id, met: met ?? null })) });
};
