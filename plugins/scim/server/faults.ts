import { AppError } from '../../../src/kernel/errors.ts';
import { PasswordRefused } from '../../../src/plugin.ts';
import type { Reply } from '../../../src/plugin.ts';
import { Conflict } from '../../../src/store/port.ts';
import { badRequest, ScimError } from '../schema/scim-error.ts';

const ERROR = 'urn:ietf:params:scim:api:messages:2.0:Error';

/** What a client is told to do besides the error itself, in headers. */
export class ScimFault extends ScimError {
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, detail: string, headers: Readonly<Record<string, string>>) {
    super(status, detail);
    this.headers = headers;
  }
}

/** Seconds to wait where nobody said how long. */
const SOON = '2';

/** RFC 7644 section 3.12 wants advice for whoever looks for the reason: what went wrong in us may tell of people. */
const failure = (correlation?: string): ScimError =>
  new ScimError(
    500,
    ['the service failed: its log says why', ...(correlation === undefined ? [] : [correlation])].join(', under '),
  );

const ofApp = (error: AppError, correlation?: string): ScimError => {
  switch (error.code) {
    case 'form_too_large':
      return new ScimError(413, 'the body is too large');
    case 'form_invalid':
      return badRequest('invalidSyntax', 'the body could not be read');
    case 'bad_request':
      return badRequest('invalidValue', 'a value is not one that can be stored');
    case 'too_costly':
      return badRequest('tooMany', 'no index serves this filter or order, and there are too many resources to look at');
    case 'busy':
    case 'unavailable':
      return new ScimFault(503, 'the service is busy: try again', {
        'Retry-After': error.retryAfter === undefined ? SOON : String(Math.ceil(error.retryAfter)),
      });
    default:
      return failure(correlation);
  }
};

/** What went wrong, for the client. Whatever is not known is 500: a 404 would have it create the person again. */
export const faultOf = (error: unknown, correlation?: string): ScimError => {
  if (error instanceof ScimError) return error;
  if (error instanceof AppError) return ofApp(error, correlation);
  if (error instanceof PasswordRefused) return badRequest('invalidValue', 'the password is not one that can be set');
  if (error instanceof Conflict) {
    return new ScimFault(503, 'others write to the same resource: try again', { 'Retry-After': SOON });
  }
  return failure(correlation);
};

/** The body of an error (RFC 7644 section 3.12). */
export const faultBody = ({ status, scimType, detail }: ScimError): Readonly<Record<string, unknown>> => ({
  schemas: [ERROR],
  status: String(status),
  ...(scimType !== undefined && { scimType }),
  detail,
});

export const faultReply = (error: ScimError, type: string): Reply => ({
  status: error.status,
  headers: { 'Content-Type': `${type}; charset=utf-8`, ...(error instanceof ScimFault ? error.headers : {}) },
  body: JSON.stringify(faultBody(error)),
});
