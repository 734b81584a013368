import type { Flow, RecoveryName } from './collections.ts';

/** What a proof is asked for, as its page, its mail and the phone that approves it say. */
export type Purpose = RecoveryName | 'sign-in';

export const purposeOf = ({ kind }: Pick<Flow, 'kind'>): Purpose => {
  if (kind === 'second-factor') return 'sign-in';
  return kind === 'unlock' ? kind : 'reset';
};
