import type { Call } from '../../../src/plugin.ts';
import type { Asker } from '../clients/client.ts';
import { ScimError } from '../schema/scim-error.ts';
import { isObject } from '../schema/value.ts';
import type { Answering } from '../server/answering.ts';
import { isSound } from './needs.ts';
import type { Needs } from './needs.ts';
import { callFor } from './operation-call.ts';
import type { OperationCall } from './operation-call.ts';
import type { Unit } from './order.ts';
import { failed, faultOutcome, outcomeOf } from './outcome.ts';
import type { Outcome } from './outcome.ts';
import { referencesIn, resolved } from './references.ts';
import type { BulkOperation, Given } from './request.ts';

export interface BulkParts {
  readonly answering: Answering;
  /** Address of the service. */
  readonly base: string;
}

/** Where the operations of one request come from. */
export interface BulkSource {
  readonly call: Call;
  readonly asker: Asker;
  readonly operations: readonly Given[];
  readonly needs: Needs;
}

const conflict = (detail: string): Outcome => faultOutcome(new ScimError(409, detail));

/** A password is set once, with the resource: whoever completes one must not set it again. */
const withoutPassword = (data: unknown): unknown =>
  isObject(data)
    ? Object.fromEntries(Object.entries(data).filter(([name]) => name.toLowerCase() !== 'password'))
    : data;

const pathOf = ({ path }: Pick<BulkOperation, 'path'>): string => path.split('?', 1)[0] ?? '';

const idAt = (location = ''): string => decodeURIComponent(location.slice(location.lastIndexOf('/') + 1));

/** Does the operations of one request. */
export interface Execution {
  /** What became of each so far, by its position. */
  readonly outcomes: ReadonlyMap<number, Outcome>;
  /** One operation that needs nothing but what was done. */
  alone(at: number): Promise<void>;
  /** Operations that need each other: all of them, or none. */
  circle(unit: Unit): Promise<void>;
}

export const createExecution = ({ answering, base }: BulkParts, source: BulkSource): Execution => {
  const { call, asker, operations, needs } = source;
  const outcomes = new Map<number, Outcome>();
  /** Ids of what was created, by the positions of its operations. */
  const created = new Map<number, string>();

  const idOf = (bulkId: string): string | undefined => created.get(needs.creator(bulkId) ?? -1);

  /** Where the resource is that an operation is about, also of one that cannot be done; of a POST its answer says so. */
  const locationOf = ({ method, path }: Partial<Pick<Given, 'method' | 'path'>>): string | undefined => {
    if (path === undefined || method?.toUpperCase() === 'POST') return undefined;
    return `${base}${pathOf({ path: String(resolved(path, idOf)) })}`;
  };

  const ask = async (operation: OperationCall): Promise<Outcome> => {
    const reply = await answering(callFor(call, operation), () => Promise.resolve(asker));
    return outcomeOf(reply, locationOf(operation));
  };

  /** Why an operation cannot be done: of what it names there is nothing, and nothing will come of `awaited`. */
  const hindrance = ({ needs: named }: BulkOperation, awaited: Unit): Outcome | undefined => {
    const missing = named.find(
      (bulkId) => idOf(bulkId) === undefined && !awaited.includes(needs.creator(bulkId) ?? -1),
    );
    return missing === undefined ? undefined : conflict(`bulkId:${missing} is created by no operation that succeeded`);
  };

  const perform = async (at: number, operation: BulkOperation): Promise<Outcome> => {
    const { method, path, version, data } = operation;
    const outcome = await ask({
      method,
      path: String(resolved(path, idOf)),
      ...(version !== undefined && { version }),
      ...(data !== undefined && { data: resolved(data, idOf) }),
    });
    if (method === 'POST' && !failed(outcome)) created.set(at, idAt(outcome.location));
    return outcome;
  };

  const located = (given: Given): Partial<Outcome> => {
    const location = isResolved(given) ? locationOf(given) : undefined;
    return location === undefined ? {} : { location };
  };

  /** Whether its path names a resource that there is or was, and none that this request failed to create. */
  const isResolved = ({ path = '' }: Given): boolean => referencesIn(path).every((id) => idOf(id) !== undefined);

  const begin = async (at: number, awaited: Unit): Promise<void> => {
    const given = operations[at];
    if (!given) return;
    const fault = isSound(given) ? hindrance(given, awaited) : faultOutcome(given.fault);
    if (fault) outcomes.set(at, { ...located(given), ...fault });
    else if (isSound(given)) outcomes.set(at, await perform(at, given));
  };

  const addressOf = (at: number, operation: BulkOperation): string =>
    `${pathOf(operation)}/${encodeURIComponent(created.get(at) ?? '')}`;

  /** Writes what was created anew, with the ids that did not exist at first. */
  const complete = async (at: number, operation: BulkOperation): Promise<void> => {
    const data = withoutPassword(resolved(operation.data, idOf));
    const { location, ...outcome } = await ask({ method: 'PUT', path: addressOf(at, operation), data });
    outcomes.set(
      at,
      failed(outcome) ? outcome : { ...outcome, ...(location !== undefined && { location }), status: 201 },
    );
  };

  const undo = async (at: number, operation: BulkOperation): Promise<void> => {
    if (!created.has(at)) return;
    await ask({ method: 'DELETE', path: addressOf(at, operation) });
    created.delete(at);
    if (!hasFailed(at)) outcomes.set(at, conflict('another resource of the same circle could not be written'));
  };

  const hasFailed = (at: number): boolean => failed(outcomes.get(at) ?? { status: 0 });

  return {
    outcomes,

    alone: (at) => begin(at, []),

    async circle(unit) {
      const order = unit.toSorted((a, b) => a - b);
      const each = async (act: (at: number, operation: BulkOperation) => Promise<void>): Promise<void> => {
        for (const at of order) {
          const given = operations[at];
          if (given && isSound(given)) await act(at, given);
        }
      };
      for (const at of order) await begin(at, unit);
      await each(async (at, operation) => {
        if (!order.some(hasFailed)) await complete(at, operation);
      });
      if (order.some(hasFailed)) await each(undo);
    },
  };
};
