import type { Random } from '../../../src/kernel/random.ts';
import { randomToken } from '../../../src/kernel/random.ts';
import type { Secrets } from '../../../src/kernel/secrets.ts';
import { AppError } from '../../../src/kernel/errors.ts';
import type { Visit } from '../../../src/plugin.ts';
import { flows } from '../collections.ts';
import type { StoredFlow } from '../collections.ts';
import { outOfOrder } from '../flows/table.ts';
import type { AccountRecovery } from './recovery.ts';

const PURPOSE = 'sspr flow cookie';

export interface FlowKey {
  readonly secret: string;
  /** What rests in the store. */
  readonly hash: string;
}

/** A new secret half: every proof changes it, so that a cookie known from before the proof is worth nothing after. */
export const newFlowKey = (random: Random, secrets: Secrets): FlowKey => {
  const secret = randomToken(random);
  return { secret, hash: secrets.hash(PURPOSE, secret) };
};

type Place = Pick<AccountRecovery, 'desk' | 'kind'>;

/** The cookie of the kind's name holds `<flow id>.<secret>`; only the browser has the secret, the store its hash. */
export const giveFlow = ({ kind }: Place, visit: Visit<unknown>, flowId: string, { secret }: FlowKey): void => {
  visit.cookies.set(kind.name, `${flowId}.${secret}`);
};

/** What a cookie or a mailed link says: the id of a flow and a secret. */
export const splitPair = (pair: string): { readonly id: string; readonly secret: string } | undefined => {
  const match = /^([\w-]{22})\.([\w-]{43})$/.exec(pair);
  const [, id, secret] = match ?? [];
  return id === undefined || secret === undefined ? undefined : { id, secret };
};

interface Found {
  readonly flow: StoredFlow;
  /** False where the cookie is from before the latest proof. */
  readonly current: boolean;
}

const find = async ({ desk: { host }, kind }: Place, visit: Visit<unknown>): Promise<Found | undefined> => {
  const pair = splitPair(visit.cookies.get(kind.name) ?? '');
  const flow = pair && (await host.store.get(flows, pair.id));
  if (flow?.kind !== kind.name || flow.browser !== visit.browser) return undefined;
  return { flow, current: host.secrets.matches(PURPOSE, pair?.secret ?? '', flow.key) };
};

/** The flow of this browser, while it lives; undefined when there is none. */
export const flowHere = async (recovery: Place, visit: Visit<unknown>): Promise<StoredFlow | undefined> => {
  const found = await find(recovery, visit);
  return found?.current ? found.flow : undefined;
};

/** As {@link flowHere}; throws `flow_expired` when there is none any more, `flow_out_of_order` after a proof. */
export const requireFlow = async (recovery: Place, visit: Visit<unknown>): Promise<StoredFlow> => {
  const found = await find(recovery, visit);
  if (!found) throw new AppError('flow_expired', `no live ${recovery.kind.name} belongs to this browser`);
  if (!found.current) throw outOfOrder('a gate was opened since this cookie was given');
  return found.flow;
};
