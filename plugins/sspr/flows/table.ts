import { AppError } from '../../../src/kernel/errors.ts';

export interface FlowEvent {
  readonly type: string;
}

/** What the interpreter needs to know of a flow's document. */
export interface FlowState {
  readonly state: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

/** One arrow of the table. */
export interface Transition<S extends string, D extends FlowState, E extends FlowEvent, X extends string> {
  /** Every state this event may lead to. */
  readonly to: readonly S[];
  /** Names of what is committed together with the new state. */
  readonly effects?: readonly X[];
  /** The document after the event; pure, and free to refuse by throwing `AppError` `flow_out_of_order`. */
  apply(flow: D, event: E): D & { readonly state: S };
}

/** A flow as one reads it: states, the events each of them takes, where they lead and what they do. */
export interface FlowTable<S extends string, D extends FlowState, E extends FlowEvent, X extends string> {
  readonly kind: string;
  /** Milliseconds from the beginning to the end, whatever happens in between. */
  readonly lifetime: number;
  readonly initial: S;
  /** States that take no event. */
  readonly final: readonly S[];
  readonly states: {
    readonly [state in S]: { readonly [T in E['type']]?: Transition<S, D, Extract<E, { type: T }>, X> };
  };
}

export const defineFlow =
  <D extends FlowState, E extends FlowEvent>() =>
  <S extends string, X extends string>(table: FlowTable<S, D, E, X>): FlowTable<S, D, E, X> =>
    table;

export const outOfOrder = (what: string): AppError => new AppError('flow_out_of_order', what);

/** A property of the object's own: what every object inherits is no state and no event. */
const own = <T extends object>(object: T, name: string): T[keyof T] | undefined =>
  Object.hasOwn(object, name) ? object[name as keyof T] : undefined;

/**
 * The one interpreter. Throws `flow_expired` after the flow's time and `flow_out_of_order` for an event that the
 * flow's state does not take.
 */
export const advance = <S extends string, D extends FlowState, E extends FlowEvent, X extends string>(
  table: FlowTable<S, D, E, X>,
  flow: D,
  event: E,
  now: number,
): { readonly flow: D; readonly effects: readonly X[] } => {
  if (flow.expiresAt <= now) throw new AppError('flow_expired', `a ${table.kind} flow came to its end`);
  const arrows = own(table.states, flow.state);
  const arrow = (arrows && own(arrows, event.type)) as Transition<S, D, E, X> | undefined;
  if (!arrow) throw outOfOrder(`${table.kind}: no ${event.type} in state ${flow.state}`);
  const next = arrow.apply(flow, event);
  if (!arrow.to.includes(next.state)) {
    throw new AppError('internal', `${table.kind}: ${event.type} led from ${flow.state} to ${next.state}, undeclared`);
  }
  return { flow: next, effects: arrow.effects ?? [] };
};

/** The table as a Mermaid state diagram, for the documentation. */
export const diagram = <S extends string, D extends FlowState, E extends FlowEvent, X extends string>(
  table: FlowTable<S, D, E, X>,
): string => {
  const arrows = (Object.entries(table.states) as [S, Record<string, Transition<S, D, E, X> | undefined>][]).flatMap(
    ([from, events]) =>
      Object.entries(events).flatMap(([type, arrow]) =>
        (arrow?.to ?? []).map((to) => {
          const effects = arrow?.effects?.length ? ` / ${arrow.effects.join(', ')}` : '';
          return `  ${stateId(from)} --> ${stateId(to)}: ${type}${effects}`;
        }),
      ),
  );
  const names = Object.keys(table.states).map((state) => `  state "${state}" as ${stateId(state)}`);
  const ends = table.final.map((state) => `  ${stateId(state)} --> [*]`);
  return ['stateDiagram-v2', ...names, `  [*] --> ${stateId(table.initial)}`, ...arrows, ...ends].join('\n');
};

const stateId = (state: string): string => state.replaceAll('-', '_');
