import { change, Conflict } from '../../../src/store/port.ts';
import type { Change, Store } from '../../../src/store/port.ts';
import type { Clock } from '../../../src/kernel/clock.ts';
import { flows } from '../collections.ts';
import type { Flow, StoredFlow } from '../collections.ts';
import { advance, outOfOrder } from './table.ts';
import type { FlowEvent, FlowTable } from './table.ts';

/** One event of one flow, for the effects that are committed with it. */
export interface Occurrence<E extends FlowEvent> {
  readonly before: Flow;
  readonly flow: Flow;
  readonly event: E;
}

/** What the names in a table's `effects` do. */
export type Effects<X extends string, E extends FlowEvent> = {
  readonly [name in X]: (occurrence: Occurrence<E>) => readonly Change[] | Promise<readonly Change[]>;
};

export interface Runner<E extends FlowEvent> {
  /**
   * One event, one commit: the flow's next version with all effects, or nothing. Throws `flow_expired`,
   * `flow_out_of_order` (also when something changed since it was read), and `Conflict` `capped` at a limit.
   */
  apply(flow: StoredFlow, event: E): Promise<StoredFlow>;
  /** As `apply`, read anew and tried again when something was changed in between; `capped` is thrown at once. */
  applyTo(id: string, eventFor: (flow: StoredFlow) => E | Promise<E>): Promise<StoredFlow>;
}

const TRIES = 5;

/** True when something that was read was changed by somebody else before the commit: reading anew settles it. */
const lostRace = (error: unknown): boolean => error instanceof Conflict && error.reason !== 'capped';

export const createRunner = <S extends string, E extends FlowEvent, X extends string>(
  store: Store,
  clock: Clock,
  table: FlowTable<S, Flow, E, X>,
  effects: Effects<X, E>,
): Runner<E> => {
  const commit = async (before: StoredFlow, event: E): Promise<StoredFlow> => {
    const { flow, effects: names } = advance(table, before as Flow, event, clock.now());
    const changes: Change[] = [];
    for (const name of names) changes.push(...(await effects[name]({ before, flow, event })));
    const next: StoredFlow = { ...flow, version: before.version };
    const [written] = await store.commit([change.swap(flows, next), ...changes]);
    return written as StoredFlow;
  };

  return {
    async apply(flow, event) {
      try {
        return await commit(flow, event);
      } catch (error) {
        throw lostRace(error) ? outOfOrder(`the ${table.kind} flow was changed by others`) : error;
      }
    },
    async applyTo(id, eventFor) {
      for (let left = TRIES; left > 0; left -= 1) {
        const flow = await store.get(flows, id);
        if (!flow) throw outOfOrder(`the ${table.kind} flow is gone`);
        try {
          return await commit(flow, await eventFor(flow));
        } catch (error) {
          if (!lostRace(error)) throw error;
        }
      }
      throw outOfOrder(`the ${table.kind} flow is being changed by others`);
    },
  };
};
