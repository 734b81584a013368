/**
 * The closed catalogue of what can go wrong. `status` is the HTTP status; `public` says whether the person may read
 * the sentence under `errors.<code>` in the messages, or sees the general one while the log has the truth.
 */
const catalogue = {
  bad_request: { status: 400, public: true },
  form_invalid: { status: 400, public: true },
  form_too_large: { status: 413, public: true },
  csrf: { status: 403, public: true },
  not_found: { status: 404, public: true },
  method_not_allowed: { status: 405, public: true },
  too_many_requests: { status: 429, public: true },
  busy: { status: 503, public: true },
  too_costly: { status: 400, public: true },
  sign_in_expired: { status: 400, public: true },
  flow_expired: { status: 400, public: true },
  flow_out_of_order: { status: 409, public: true },
  forbidden: { status: 403, public: true },
  unavailable: { status: 503, public: true },
  config_invalid: { status: 500, public: false },
  store_unusable: { status: 500, public: false },
  secret_unreadable: { status: 500, public: false },
  internal: { status: 500, public: false },
} as const satisfies Record<string, { status: number; public: boolean }>;

export type ErrorCode = keyof typeof catalogue;

export const errorCodes = Object.keys(catalogue) as readonly ErrorCode[];

/** The only error class thrown on purpose. `message` is for the log; people read the sentence of `code`. */
export class AppError extends Error {
  readonly code: ErrorCode;
  /** Seconds until another try makes sense, for 429 and 503. */
  readonly retryAfter: number | undefined;

  constructor(code: ErrorCode, message: string, options: { cause?: unknown; retryAfter?: number } = {}) {
    super(message, { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.retryAfter = options.retryAfter;
  }

  get status(): number {
    return catalogue[this.code].status;
  }

  get public(): boolean {
    return catalogue[this.code].public;
  }
}
