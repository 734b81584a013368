import type { Call, Host, Reply } from '../../../src/plugin.ts';
import type { Asker } from '../clients/client.ts';
import type { NoteRefusal } from '../log/log.ts';
import { ScimError } from '../schema/scim-error.ts';
import { faultOf, faultReply, ScimFault } from './faults.ts';
import type { Handler, Handlers, Table } from './handler.ts';
import { answerType } from './media-type.ts';
import { segmentsOf } from './target.ts';

const handlersAt = (table: Table, path: string): { readonly handlers: Handlers; readonly rest: readonly string[] } => {
  const segments = segmentsOf(path);
  const found = segments && table(segments);
  if (!found) throw new ScimError(404, 'nothing is served at this path');
  return found;
};

const handlerOf = (handlers: Handlers, method: string): Handler => {
  // RFC 9110 section 9.3.2: as a GET, of which the host sends all but the content.
  const served = method === 'HEAD' ? 'GET' : method;
  const handler = Object.hasOwn(handlers, served) ? handlers[served as keyof Handlers] : undefined;
  if (handler) return handler;
  const allowed = Object.keys(handlers)
    .flatMap((name) => (name === 'GET' ? ['GET', 'HEAD'] : [name]))
    .join(', ');
  throw new ScimFault(405, 'the method is not one of this resource', { Allow: allowed });
};

/** Answers calls by what a table serves: the same for a request and for an operation of a bulk one. */
export type Answering = (call: Call, asker: () => Promise<Asker>) => Promise<Reply>;

/**
 * Whatever is thrown, also by `asker`, becomes an answer in SCIM's form.
 *
 * @param refused is told of what clients are refused that were let in
 */
export const createAnswering =
  ({ log }: Pick<Host, 'log'>, table: Table, refused?: NoteRefusal): Answering =>
  async (call, asker) => {
    let known: Asker | undefined;
    try {
      known = await asker();
      const { handlers, rest } = handlersAt(table, call.path);
      return await handlerOf(handlers, call.method)({ call, asker: known, rest });
    } catch (error) {
      const fault = faultOf(error, call.correlation);
      const facts = { correlation: call.correlation, method: call.method, status: fault.status, error };
      if (fault.status >= 500) log.error(facts, 'a SCIM request failed');
      if (known) await refused?.(call, known, fault);
      return faultReply(fault, answerType(call));
    }
  };
