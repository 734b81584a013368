import type { Reply } from '../../../src/plugin.ts';
import type { ScimError } from '../schema/scim-error.ts';
import type { ScimObject } from '../schema/value.ts';
import { faultBody } from '../server/faults.ts';
import type { Given } from './request.ts';

/** What became of one operation. */
export interface Outcome {
  readonly status: number;
  readonly location?: string;
  readonly version?: string;
  /** The error; nothing of what went well. */
  readonly response?: ScimObject;
}

export const failed = (outcome: Outcome): boolean => outcome.status >= 400;

export const faultOutcome = (fault: ScimError): Outcome => ({
  status: fault.status,
  response: faultBody(fault) as ScimObject,
});

const headerOf = ({ headers = {} }: Reply, name: string): string | undefined => headers[name];

/** @param location of the resource as far as it is known before the answer */
export const outcomeOf = (reply: Reply, location: string | undefined): Outcome => {
  const { status, body } = reply;
  const isError = status >= 400;
  const where = headerOf(reply, 'Location') ?? location;
  const version = headerOf(reply, 'ETag');
  return {
    status,
    ...(where !== undefined && { location: where }),
    ...(version !== undefined && { version }),
    ...(isError && body !== undefined && { response: JSON.parse(body) as ScimObject }),
  };
};

/** As the answer to a bulk request tells it (RFC 7644 section 3.7). */
export const told = ({ method, bulkId }: Given, { status, location, version, response }: Outcome): ScimObject => ({
  ...(method !== undefined && { method }),
  ...(bulkId !== undefined && { bulkId }),
  ...(location !== undefined && { location }),
  ...(version !== undefined && { version }),
  status: String(status),
  ...(response !== undefined && { response }),
});
