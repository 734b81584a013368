import type { Host, Service } from '../../../src/plugin.ts';
import { createAdmission } from './admission.ts';
import { createAnswering } from './answering.ts';
import type { ScimConfig } from '../config.ts';
import type { Table } from './handler.ts';

export const PREFIX = '/scim/v2';

/** The SCIM service (RFC 7644): everything below its prefix is answered in SCIM's form, also what it does not serve. */
export const createService = (host: Host, config: ScimConfig, table: Table): Service => {
  const admit = createAdmission(host, config);
  const answering = createAnswering(host, table);
  return { prefix: PREFIX, handle: (call) => answering(call, () => admit(call)) };
};
