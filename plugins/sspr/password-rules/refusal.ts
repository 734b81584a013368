import type { MessageRef, PasswordRefused } from '../../../src/plugin.ts';

/** Refusals that another password would not change: they belong to no field. */
const ABOUT_PASSWORDS: readonly PasswordRefused['reason'][] = ['too_short', 'complexity', 'history', 'too_young'];

/** What the person reads of a refusal: a sentence of ours with the facts there are, never a server's text. */
export const refusalOf = ({ reason, facts }: Pick<PasswordRefused, 'reason' | 'facts'>): MessageRef => {
  const { least = 0, remembered = 0, until } = facts;
  return {
    key: `sspr.refused.${reason}`,
    values: { least, remembered, known: until === undefined ? 'no' : 'yes' },
    ...(until === undefined ? {} : { moments: { until } }),
  };
};

/** The refusal at the field that can mend it, or above the form where none can. */
export const errorsOf = (error: PasswordRefused): Readonly<Record<string, MessageRef>> => {
  if (error.reason === 'wrong_password') return { current: refusalOf(error) };
  return { [ABOUT_PASSWORDS.includes(error.reason) ? 'password' : 'form']: refusalOf(error) };
};
