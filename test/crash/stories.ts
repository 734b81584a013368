import { change, forcedChange } from './stories/change.ts';
import { notMe } from './stories/not-me.ts';
import { add, confirm, passForRegistration, register, remove } from './stories/registration.ts';
import { resetByCode, resetByLink } from './stories/reset.ts';
import { chained, secondFactor, signIn } from './stories/sign-in.ts';
import { unlock } from './stories/unlock.ts';
import type { Story } from './story.ts';

/** What people do while the process dies. */
export const stories: readonly Story[] = [
  resetByCode,
  resetByLink,
  change,
  forcedChange,
  unlock,
  signIn,
  chained,
  secondFactor,
  register,
  confirm,
  add,
  remove,
  passForRegistration,
  notMe,
];
