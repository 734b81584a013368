import type { Host, Service } from '../../../src/plugin.ts';
import { createAdmission } from './admission.ts';
import { createAnswering } from './answering.ts';
import type { ScimConfig } from '../config.ts';
import { createNoteRefusal } from '../log/log.ts';
import { ME } from './me.ts';
import type { Table } from './handler.ts';

export const PREFIX = '/scim/v2';

/** What is served to whom. */
export interface Tables {
  readonly programs: Table;
  /** To people by their own tokens, and nothing else to them. */
  readonly me: Table;
}

/** The SCIM service (RFC 7644): everything below its prefix is answered in SCIM's form, also what it does not serve. */
export const createService = (host: Host, config: ScimConfig, { programs, me }: Tables): Service => {
  const admission = createAdmission(host, config);
  const toPrograms = createAnswering(host, programs, createNoteRefusal(host));
  const toPeople = createAnswering(host, me);
  return {
    prefix: PREFIX,
    handle: (call) =>
      call.path === ME ? toPeople(call, () => admission.person(call)) : toPrograms(call, () => admission.program(call)),
  };
};
