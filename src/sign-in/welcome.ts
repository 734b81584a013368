import type { Audit } from '../audit/event.ts';
import type { Visit } from '../http/route.ts';
import { Conflict, type Store } from '../store/port.ts';
import type { SignInGuard } from './guard.ts';
import type { KeptHalf, OpenSignIn } from './interactions.ts';
import type { BrowserMemory } from './known-browsers.ts';
import type { RememberedMemory } from './remembered-browsers.ts';

export interface WelcomeParts {
  readonly store: Store;
  readonly audit: Audit;
  readonly guard: Pick<SignInGuard, 'cleared'>;
  readonly browsers: BrowserMemory;
  readonly remembered: RememberedMemory;
}

/** Writes down that somebody has proved all that was asked for. */
export type Welcome = (visit: Visit<unknown>, signIn: OpenSignIn, half: KeptHalf) => Promise<void>;

const MOST_TRIES = 10;

/**
 * Only a whole sign-in clears the guard's counters and makes the browser a known one: whoever has nothing but the
 * password has not shown who they are.
 */
export const createWelcome = ({ store, audit, guard, browsers, remembered }: WelcomeParts): Welcome => {
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
    const always = [success, ...guard.cleared(half.counters), ...remembering];
    for (let tries = 1; ; tries += 1) {
      const known = half.stepUp ? [] : await browsers.signedIn(visit.browser, account);
      try {
        await store.commit([...always, ...known]);
        return;
      } catch (error) {
        // The same browser signed in twice at once: what is known of it is read again.
        if (!(error instanceof Conflict) || tries === MOST_TRIES) throw error;
      }
    }
  };
};
