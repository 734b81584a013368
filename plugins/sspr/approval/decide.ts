import type { Host } from '../../../src/plugin.ts';
import { change, Conflict } from '../../../src/store/port.ts';
import type { Change } from '../../../src/store/port.ts';
import { eq } from '../../../src/store/query.ts';
import { auditEvent } from '../audit-events.ts';
import { isSigned } from '../browser-key.ts';
import type { People, Somebody } from '../methods/people.ts';
import { told } from '../notices.ts';
import type { Where } from '../notices.ts';
import { approvalOf, approvals, phones } from './collections.ts';
import type { StoredApproval, StoredPhone } from './collections.ts';
import type { Phone } from './phone.ts';
import { answerText } from './signature.ts';

/** More people than share a phone. */
const MOST_PEOPLE = 20;

export type DeciderPorts = Host;

export type Decision = 'approve' | 'deny';

/** What a phone sends. */
export interface PhoneAnswer {
  readonly request: string;
  readonly decision: Decision;
  /** As typed; empty for a denial. */
  readonly number: string;
  readonly signature: string;
}

/** How it ended, as the phone shows it. */
export type Outcome = 'approved' | 'denied' | 'mistyped' | 'over' | 'here' | 'unproved';

/** Somebody for whom this browser may approve, and what they are asked now. */
export interface Asked {
  readonly somebody: Somebody<Phone>;
  readonly phone: Phone;
  /** By which it was found. */
  readonly row: StoredPhone;
  /** Absent while nothing is asked. */
  readonly request?: StoredApproval;
}

/** The phone's side: what its people are asked, and their answers. */
export const createDecider = (host: DeciderPorts, people: People<Phone>) => {
  const { store, clock } = host;

  const asked = async (row: StoredPhone): Promise<Asked | undefined> => {
    const somebody = await people.find(row.accountId);
    // What was removed opens nothing, nor does what is no longer allowed.
    const held = somebody?.held.find(({ data }) => data.phone === row.id);
    if (!somebody || !held) return undefined;
    const request = await approvalOf(store, row.accountId);
    const isOpen = request?.state === 'waiting' && clock.now() < request.until;
    return { somebody, phone: held.data, row, ...(isOpen ? { request } : {}) };
  };

  const here = async (browser: string): Promise<readonly Asked[]> => {
    const { docs } = await store.find(phones, eq('browser', browser), { limit: MOST_PEOPLE });
    const all = await Promise.all(docs.map(asked));
    return all.filter((one) => one !== undefined);
  };

  const denying = (
    { somebody: { account, contacts } }: Asked,
    request: StoredApproval,
    where: Where,
    reason: string,
  ): readonly Change[] => [
    host.audit.event(
      auditEvent(where, {
        type: 'approval.denied',
        result: 'refused',
        subject: account.id,
        method: 'approval',
        reason,
      }),
    ),
    // Where it was asked for, which is not where it was denied.
    ...(reason === 'not me'
      ? told(host, account, { ...where, address: request.address, agent: request.agent }, 'approval-denied', contacts)
      : []),
  ];

  const settle = async (one: Asked, request: StoredApproval, outcome: Outcome, where: Where): Promise<Outcome> => {
    const state = outcome === 'approved' ? 'approved' : 'denied';
    const subject = one.somebody.account.id;
    const changes =
      state === 'approved'
        ? [
            host.audit.event(
              auditEvent(where, { type: 'approval.given', result: 'success', subject, method: 'approval' }),
            ),
          ]
        : denying(one, request, where, outcome === 'mistyped' ? 'wrong number' : 'not me');
    try {
      await store.commit([change.swap(approvals, { ...request, state, phone: one.phone.phone }), ...changes]);
      return outcome;
    } catch (error) {
      // Another phone answered, or another request came.
      if (error instanceof Conflict) return 'over';
      throw error;
    }
  };

  return {
    here,

    async answer(
      browser: string,
      { request: name, decision, number, signature }: PhoneAnswer,
      where: Where,
    ): Promise<Outcome> {
      const one = (await here(browser)).find(({ request }) => request?.request === name);
      if (!one?.request) return 'over';
      const { phone, request } = one;
      if (!isSigned(phone.publicKey, answerText(name, decision, number), signature)) return 'unproved';
      if (decision === 'deny') return settle(one, request, 'denied', where);
      // Whoever sits at the browser that asks would approve it for themselves.
      if (request.browser === browser) return 'here';
      return settle(one, request, number === request.number ? 'approved' : 'mistyped', where);
    },
  };
};

export type Decider = ReturnType<typeof createDecider>;
