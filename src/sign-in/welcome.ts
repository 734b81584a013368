import type { Audit } from '../audit/event.ts';
import type { Visit } from '../http/route.ts';
import type { Change } from '../store/port.ts';
import type { SignInGuard } from './guard.ts';
import type { KeptHalf, OpenSignIn } from './interactions.ts';
import type { BrowserMemory } from './known-browsers.ts';
import type { RememberedMemory } from './remembered-browsers.ts';

export interface WelcomeParts {
  readonly audit: Audit;
  readonly guard: Pick<SignInGuard, 'cleared'>;
  readonly browsers: BrowserMemory;
  readonly remembered: RememberedMemory;
}

/** What is to be written down of somebody who has proved all that was asked for. */
export type Welcome = (visit: Visit<unknown>, signIn: OpenSignIn, half: KeptHalf) => Promise<readonly Change[]>;

/**
 * Only a whole sign-in clears the guard's counters and makes the browser a known one: whoever has nothing but the
 * password has not shown who they are.
 */
export const createWelcome = ({ audit, guard, browsers, remembered }: WelcomeParts): Welcome => {
  return async (visit, { clientId }, half) => {
    const { address, agent, correlation } = visit;
    const account = { id: half.accountId, epoch: half.epoch };
    const success = audit.event({
      type: 'signin.success',
      result: 'success',
      subject: account.id,
      method: half.amr.filter((method) => method !== 'mfa').join(' '),
      ...(half.stepUp && { reason: 'step-up' }),
      ...{ clientId, address, agent, correlation },
    });
    const { rememberUntil } = half;
    const remembering = rememberUntil === undefined ? [] : remembered.remembering(visit, account, rememberUntil);
    const known = half.stepUp ? [] : await browsers.signedIn(visit.browser, account);
    return [success, ...guard.cleared(half.counters), ...remembering, ...known];
  };
};
