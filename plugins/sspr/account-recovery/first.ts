import { flows } from '../collections.ts';
import type { StoredFlow } from '../collections.ts';
import { MOST_WORD_TRIES, WORD } from '../flows/account-recovery.ts';
import type { AccountRecovery } from './recovery.ts';

/** The flow in the first browser, while it still has something to bring along. */
export const firstOf = async ({ desk, kind }: AccountRecovery, flow: StoredFlow): Promise<StoredFlow | undefined> => {
  if (flow.from === undefined || flow.state !== 'second-gate') return undefined;
  const first = await desk.host.store.get(flows, flow.from);
  const usable = first?.kind === kind.name && (first.state === 'second-gate' || first.state === 'proved');
  return usable && (first.tries[WORD] ?? 0) < MOST_WORD_TRIES ? first : undefined;
};
