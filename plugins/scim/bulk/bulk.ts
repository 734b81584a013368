import { AppError } from '../../../src/kernel/errors.ts';
import type { Call, Host } from '../../../src/plugin.ts';
import { ScimError } from '../schema/scim-error.ts';
import { mustWrite } from '../server/admission.ts';
import { answered } from '../server/handler.ts';
import type { Admitted } from '../server/handler.ts';
import { readJson } from '../server/json.ts';
import { requireJson } from '../server/media-type.ts';
import type { Endpoint } from '../server/table.ts';
import type { BulkParts } from './execution.ts';
import { told } from './outcome.ts';
import { bulkRequestOf } from './request.ts';
import { runBulk } from './run.ts';

const RESPONSE = 'urn:ietf:params:scim:api:messages:2.0:BulkResponse';

export interface BulkLimits {
  readonly maxOperations: number;
  /** Bytes. */
  readonly maxPayloadSize: number;
}

/** RFC 7644 section 3.7.4: an error says which limit it was. */
const payloadOf = async (call: Call, maxPayloadSize: number): Promise<Uint8Array> => {
  try {
    return await call.body(maxPayloadSize);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'form_too_large') throw error;
    throw new ScimError(413, `the request has more bytes than maxPayloadSize (${String(maxPayloadSize)})`);
  }
};

/** Many operations in one request (RFC 7644 section 3.7), each as though it had come alone. */
export const bulkEndpoint = (
  { store, audit }: Pick<Host, 'store' | 'audit'>,
  parts: BulkParts,
  { maxOperations, maxPayloadSize }: BulkLimits,
): Endpoint => {
  const post = async (admitted: Admitted) => {
    const { call, asker } = admitted;
    mustWrite(asker.client);
    requireJson(call);
    const request = bulkRequestOf(readJson(await payloadOf(call, maxPayloadSize)), maxOperations);
    const outcomes = await runBulk(parts, { call, asker }, request);
    const { operations } = request;
    if (call.gone.aborted && outcomes.size < operations.length) {
      const reason = `${String(outcomes.size)} of ${String(operations.length)}`;
      await store.commit([audit.event({ ...asker.by, type: 'scim.bulk.abandoned', result: 'failure', reason })]);
    }
    const done = operations.flatMap((given, at) => {
      const outcome = outcomes.get(at);
      return outcome ? [told(given, outcome)] : [];
    });
    return answered(admitted, 200, { schemas: [RESPONSE], Operations: done });
  };
  return { handlers: { POST: post } };
};
