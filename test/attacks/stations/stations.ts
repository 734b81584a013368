import { FACTOR_REGISTRATION, SECOND_FACTOR } from './factors.ts';
import { NOTICES, OTHERS } from './others.ts';
import { PHONES } from './phones.ts';
import { RESET, UNLOCK } from './recovery.ts';
import { CHANGE, SECURITY_INFO } from './security-info.ts';
import { SIGN_IN } from './sign-in.ts';
import type { Station } from './station.ts';

/** Every page that has a form. A test compares them with what is served, so that none is forgotten. */
export const STATIONS: readonly Station[] = [
  ...SIGN_IN,
  ...FACTOR_REGISTRATION,
  ...SECOND_FACTOR,
  ...PHONES,
  ...SECURITY_INFO,
  ...CHANGE,
  ...NOTICES,
  ...RESET,
  ...UNLOCK,
  ...OTHERS,
];
