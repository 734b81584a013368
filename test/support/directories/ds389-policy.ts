import type { PolicyWriter } from './policy-writing.ts';

const switched = (on: boolean): string => (on ? 'on' : 'off');

/** Attributes of `cn=config`. */
export const ds389Policy: PolicyWriter = {
  minLength: (value) => [
    ['passwordCheckSyntax', 'on'],
    ['passwordMinLength', String(value)],
  ],
  complexity: (value) => [['passwordMinCategories', value ? '3' : '1']],
  history: (value) => [
    ['passwordHistory', switched(value > 0)],
    ...(value > 0 ? ([['passwordInHistory', String(value)]] as const) : []),
  ],
  minAge: (value) => [['passwordMinAge', String(value)]],
  maxAge: (value) => [
    ['passwordExp', switched(value > 0)],
    ...(value > 0 ? ([['passwordMaxAge', String(value)]] as const) : []),
  ],
  lockoutThreshold: (value) => [
    ['passwordLockout', switched(value > 0)],
    ...(value > 0 ? ([['passwordMaxFailure', String(value)]] as const) : []),
  ],
  lockoutWindow: (value) => [['passwordResetFailureCount', String(value)]],
  lockoutDuration: (value) => [
    ['passwordUnlock', switched(value > 0)],
    ...(value > 0 ? ([['passwordLockoutDuration', String(value)]] as const) : []),
  ],
  changeAfterReset: (value) => [['passwordMustChange', switched(value)]],
};
