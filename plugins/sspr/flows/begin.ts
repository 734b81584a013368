import type { Account, Host, Visit } from '../../../src/plugin.ts';
import { change, Conflict } from '../../../src/store/port.ts';
import { flows } from '../collections.ts';
import type { Flow } from '../collections.ts';

type Beginning = Pick<Flow, 'id' | 'kind' | 'known'> & Partial<Flow>;

interface Table {
  readonly initial: string;
  readonly lifetime: number;
}

type Whose = Pick<Account, 'id' | 'epoch'>;

/** A flow at its beginning, in this browser. Without a `key` its id follows from the cookie that ties it to that. */
export const newFlow = (
  { clock }: Pick<Host, 'clock'>,
  table: Table,
  visit: Visit<unknown>,
  beginning: Beginning,
): Flow => {
  const { browser, locale, address, agent, correlation } = visit;
  const now = clock.now();
  return {
    state: table.initial,
    key: '',
    begunAt: now,
    expiresAt: now + table.lifetime,
    ...{ browser, locale, address, agent, correlation },
    challenges: [],
    tries: {},
    proofs: [],
    ...beginning,
  };
};

/**
 * Begins a flow of somebody who is signed in, or half. It has no cookie of its own: that of the sign-in or the session is
 * what ties it to the browser. Does nothing where it was begun already, as in another tab.
 */
export const beginFlow = async (
  host: Pick<Host, 'store' | 'clock'>,
  table: Table,
  visit: Visit<unknown>,
  account: Whose,
  beginning: Beginning,
): Promise<void> => {
  try {
    await host.store.commit([
      change.insert(flows, newFlow(host, table, visit, { ...beginning, accountId: account.id, epoch: account.epoch })),
    ]);
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
  }
};
