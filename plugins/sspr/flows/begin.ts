import type { Host, Visit } from '../../../src/plugin.ts';
import { change, Conflict } from '../../../src/store/port.ts';
import { flows } from '../collections.ts';
import type { Flow } from '../collections.ts';

type Beginning = Pick<Flow, 'id' | 'kind' | 'known'> & Pick<Partial<Flow>, 'signIn'>;

/**
 * Begins a flow of somebody who is signed in, or half. It has no cookie of its own: that of the sign-in or the session is
 * what ties it to the browser. Does nothing where it was begun already, as in another tab.
 */
export const beginFlow = async (
  { store, clock }: Pick<Host, 'store' | 'clock'>,
  table: { readonly initial: string; readonly lifetime: number },
  visit: Visit<unknown>,
  account: { readonly id: string; readonly epoch: number },
  beginning: Beginning,
): Promise<void> => {
  const { browser, locale, address, agent, correlation } = visit;
  const now = clock.now();
  const flow: Flow = {
    ...beginning,
    state: table.initial,
    key: '',
    begunAt: now,
    expiresAt: now + table.lifetime,
    ...{ browser, locale, address, agent, correlation },
    accountId: account.id,
    epoch: account.epoch,
    challenges: [],
    tries: {},
    proofs: [],
  };
  try {
    await store.commit([change.insert(flows, flow)]);
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
  }
};
