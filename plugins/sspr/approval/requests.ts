import { MINUTE } from '../../../src/kernel/clock.ts';
import { randomToken } from '../../../src/kernel/random.ts';
import type { Host } from '../../../src/plugin.ts';
import { change } from '../../../src/store/port.ts';
import type { Change } from '../../../src/store/port.ts';
import { flows } from '../collections.ts';
import type { Flow } from '../collections.ts';
import { purposeOf } from '../purpose.ts';
import { approvalOf, approvals } from './collections.ts';
import type { StoredApproval } from './collections.ts';
import type { Telling } from './telling.ts';
import { twoDigits } from './two-digits.ts';

/** How long a phone may answer, and how long it then takes people to press the button on the other page. */
export const REQUEST_LIFETIME = 2 * MINUTE;
const GRACE = MINUTE;

// What a hash was made for.
const MARK = 'sspr approval mark';
const ROW = 'sspr approval row';
const NUMBER = 'sspr approval number';

type Ports = Pick<Host, 'clock' | 'random' | 'secrets' | 'store'>;

/**
 * Strangers do not end what is asked for in a browser where the person signed in before, nor what somebody asks for
 * who has the password.
 */
const rankOf = ({ known, kind }: Flow): number => {
  if (known) return 2;
  return kind === 'second-factor' ? 1 : 0;
};

/** What the page of a flow shows and asks for; the phone's side is in `decide.ts`. */
export const createRequests = ({ clock, random, secrets, store }: Ports, { telling }: Pick<Telling, 'telling'>) => {
  /** Stands in the form of the flow's page, for nobody as for somebody. */
  const markOf = (flowId: string): string => secrets.hash(MARK, flowId);
  const rowOf = (mark: string): string => secrets.hash(ROW, mark);
  const numberOf = (flowId: string): string => twoDigits(secrets.hash(NUMBER, flowId));

  const isInTheWay = (before: StoredApproval, rank: number): boolean =>
    before.rank > rank && before.state !== 'denied' && (before.state === 'approved' || clock.now() < before.until);

  return {
    markOf,
    numberOf,
    newRequest: () => randomToken(random),

    /**
     * Puts the question to the owner's phones. A newer one ends the older, unless that is of a higher rank.
     *
     * @param allowed the phones that may answer
     */
    async asking(
      flowId: string,
      accountId: string,
      request: string,
      allowed: readonly string[],
    ): Promise<readonly Change[]> {
      const flow = await store.get(flows, flowId);
      if (!flow) return [];
      const rank = rankOf(flow);
      const before = await approvalOf(store, accountId);
      if (before && isInTheWay(before, rank)) return [];
      const now = clock.now();
      const { browser, address, agent, correlation } = flow;
      return [
        ...(before ? [change.take(approvals, before.id, before.version)] : []),
        change.insert(approvals, {
          id: rowOf(markOf(flowId)),
          ...{ accountId, request, rank, number: numberOf(flowId) },
          purpose: purposeOf(flow),
          state: 'waiting',
          ...{ at: now, until: now + REQUEST_LIFETIME, expiresAt: now + REQUEST_LIFETIME + GRACE },
          ...{ browser, address, agent, correlation },
        }),
        ...(await telling(accountId, flow, allowed, now + REQUEST_LIFETIME)),
      ];
    },

    /** What a phone approved for the page that carries this mark, in the browser that asked. */
    async approved(mark: string, browser: string): Promise<StoredApproval | undefined> {
      const row = await store.get(approvals, rowOf(mark));
      return row?.state === 'approved' && row.browser === browser ? row : undefined;
    },
  };
};

export type Requests = ReturnType<typeof createRequests>;
