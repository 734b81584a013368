import type { PasswordRule } from './rule.ts';

/** Earlier passwords that an outside authority remembers, and nobody else: people read of them before they choose. */
export const rememberedRule: PasswordRule = {
  id: 'remembered',
  holds: ({ authority }) => (authority?.history ?? 0) > 0,
  values: ({ authority }) => ({ count: authority?.history ?? 0 }),
};
