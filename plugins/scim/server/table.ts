import type { Handlers, Table } from './handler.ts';

export interface Endpoint {
  readonly handlers: Handlers;
  /** What is served one segment below, by that segment: a resource by its id, or `.search`. */
  readonly below?: (segment: string) => Handlers | undefined;
}

/** @param endpoints by their one segment; the empty one is the root of the service */
export const tableOf =
  (endpoints: Readonly<Record<string, Endpoint>>): Table =>
  ([first = '', ...rest]) => {
    const endpoint = Object.hasOwn(endpoints, first) ? endpoints[first] : undefined;
    if (!endpoint) return undefined;
    const [segment, ...deeper] = rest;
    if (segment === undefined) return { handlers: endpoint.handlers, rest };
    const handlers = deeper.length === 0 ? endpoint.below?.(segment) : undefined;
    return handlers && { handlers, rest };
  };
