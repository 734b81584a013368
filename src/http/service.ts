/** One request to a service, as its handler sees it: nothing of it has been judged but the connection it came by. */
export interface Call {
  readonly method: string;
  /** As sent, percent-encoded, after the prefix of the service: empty, or from a slash on. */
  readonly path: string;
  /** As sent, without the question mark; empty when there is none. */
  readonly query: string;
  /** Value of a header by its name in lower case; several of one name are joined as HTTP says (RFC 9110 section 5.3). */
  header(name: string): string | undefined;
  /** The whole body. Throws `AppError` `form_too_large` beyond `limit` bytes, `form_invalid` where it breaks off. */
  body(limit: number): Promise<Buffer>;
  readonly address: string;
  /** The User-Agent header, shortened. */
  readonly agent: string;
  readonly correlation: string;
  /** Aborted when the client has gone. */
  readonly gone: AbortSignal;
}

/** What a service answers. */
export interface Reply {
  readonly status: number;
  /** Names in any case. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Nothing for 204 and 304. */
  readonly body?: string;
}

/**
 * An interface for programs that has its own media types, methods and errors, such as SCIM: all below its prefix is its
 * own, also what it does not serve. It carries no cookie and is given none, so nothing is checked for CSRF; it has to
 * ask for a token, and to limit who asks without one. Nothing it says leaves before all that was committed would
 * survive a power cut. What it throws is answered by the host in its general form: it should throw nothing.
 */
export interface Service {
  /** Such as `/scim/v2`. */
  readonly prefix: string;
  handle(call: Call): Promise<Reply>;
}
