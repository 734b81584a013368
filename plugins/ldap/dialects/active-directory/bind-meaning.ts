import type { BindOutcome } from '../../connection/link.ts';
import type { BindMeaning } from '../dialect.ts';

const INVALID_CREDENTIALS = 49;

/** System error codes in what a domain controller says of a failed bind (MS-ERREF section 2.2, in hexadecimal). */
const meanings: Readonly<Record<string, BindMeaning>> = {
  '525': { outcome: 'wrong' },
  '52e': { outcome: 'wrong' },
  '530': { outcome: 'barred', reason: 'hours' },
  '531': { outcome: 'barred', reason: 'workstation' },
  '532': { outcome: 'must-change', reason: 'expired' },
  '533': { outcome: 'disabled' },
  '701': { outcome: 'barred', reason: 'account-expired' },
  '773': { outcome: 'must-change', reason: 'set-by-administrator' },
  '775': { outcome: 'locked' },
};

export const bindMeaning = (answer: BindOutcome): BindMeaning => {
  if (answer.right) return { outcome: 'right' };
  if (answer.code !== INVALID_CREDENTIALS) return { outcome: 'unavailable' };
  const [, code = ''] = /\bdata ([0-9a-f]+)/i.exec(answer.diagnostic) ?? [];
  return meanings[code.toLowerCase()] ?? { outcome: 'wrong' };
};
