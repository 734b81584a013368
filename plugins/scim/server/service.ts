import type { Call, Host, Reply, Service } from '../../../src/plugin.ts';
import { faultOf, faultReply, ScimFault } from './faults.ts';
import { answerType } from './media-type.ts';
import { createAdmission } from './admission.ts';
import type { ScimConfig } from '../config.ts';
import { ScimError } from '../schema/scim-error.ts';
import type { Handler, Handlers, Table } from './handler.ts';
import { segmentsOf } from './target.ts';

export const PREFIX = '/scim/v2';

const handlersAt = (table: Table, path: string): { readonly handlers: Handlers; readonly rest: readonly string[] } => {
  const segments = segmentsOf(path);
  const found = segments && table(segments);
  if (!found) throw new ScimError(404, 'nothing is served at this path');
  return found;
};

const handlerOf = (handlers: Handlers, method: string): Handler => {
  const handler = Object.hasOwn(handlers, method) ? handlers[method as keyof Handlers] : undefined;
  if (handler) return handler;
  const allowed = Object.keys(handlers).join(', ');
  throw new ScimFault(405, 'the method is not one of this resource', { Allow: allowed });
};

/** The SCIM service (RFC 7644): everything below its prefix is answered in SCIM's form, also what it does not serve. */
export const createService = (host: Host, config: ScimConfig, table: Table): Service => {
  const admit = createAdmission(host, config);

  const answer = async (call: Call): Promise<Reply> => {
    const asker = await admit(call);
    const { handlers, rest } = handlersAt(table, call.path);
    return handlerOf(handlers, call.method)({ call, asker, rest });
  };

  return {
    prefix: PREFIX,
    async handle(call) {
      try {
        return await answer(call);
      } catch (error) {
        const fault = faultOf(error);
        const facts = { correlation: call.correlation, method: call.method, status: fault.status, error };
        if (fault.status >= 500) host.log.error(facts, 'a SCIM request failed');
        return faultReply(fault, answerType(call));
      }
    },
  };
};
