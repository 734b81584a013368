import { page } from '../../../src/plugin.ts';
import type { Answer } from '../../../src/plugin.ts';
import type { StoredFlow } from '../collections.ts';
import type { Eligible } from '../desk.ts';
import { stepOf } from '../account-recovery/gate.ts';
import { helpFor } from '../account-recovery/stuck.ts';
import { refusalOf } from '../password-rules/refusal.ts';
import type { Obstacle } from '../preflight.ts';
import type { Reset } from './reset.ts';

/** Instead of the page that asks for a password, to whoever opened every gate, where it could not be written. */
export const cannotPage = async (
  reset: Reset,
  flow: StoredFlow,
  { account }: Eligible,
  { reason }: Obstacle,
): Promise<Answer> => {
  const again = reason === 'unreachable';
  const data = {
    ...(await stepOf(reset, flow)),
    ...(await helpFor(reset.desk, account)),
    ...{ purpose: reset.kind.name, userName: account.userName, again, why: refusalOf({ reason, facts: {} }) },
  };
  return page('sspr/cannot', data, again ? { status: 503 } : {});
};
