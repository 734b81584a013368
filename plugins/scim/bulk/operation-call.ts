import { AppError } from '../../../src/kernel/errors.ts';
import type { Call } from '../../../src/plugin.ts';
import { SCIM_JSON } from '../server/media-type.ts';

export interface OperationCall {
  readonly method: string;
  readonly path: string;
  readonly version?: string;
  readonly data?: unknown;
}

/** Of a resource nobody sees more than its address and its version: the members of a group need not be read for it. */
const LEAST = 'attributes=id';

const headersOf = (call: Call, { version }: OperationCall): Readonly<Record<string, string | undefined>> => ({
  accept: call.header('accept'),
  'content-type': SCIM_JSON,
  'if-match': version,
});

/** An operation as the request that it stands for, from where the bulk request came. */
export const callFor = (call: Call, operation: OperationCall): Call => {
  const { method, data } = operation;
  const [path = '', query = method === 'DELETE' ? '' : LEAST] = operation.path.split('?', 2);
  const headers = headersOf(call, operation);
  const body = Buffer.from(data === undefined ? '' : JSON.stringify(data));
  return {
    ...call,
    ...{ method, path, query },
    header: (name) => (Object.hasOwn(headers, name) ? headers[name] : undefined),
    body: (limit) =>
      body.length > limit ? Promise.reject(new AppError('form_too_large', 'too large')) : Promise.resolve(body),
  };
};
