import type { Controls } from './ldap.ts';

/**
 * What went wrong: the server's own result code (RFC 4511 section 4.1.9); nobody there; no answer in time; an answer
 * that is no LDAP; a certificate that cannot be trusted; or our own bound on connections at once.
 */
export type FailureCode = number | 'unreachable' | 'timeout' | 'garbage' | 'tls' | 'busy';

/** Busy and unavailable: what was asked was not looked at (RFC 4511 appendix A). */
const NOT_NOW: ReadonlySet<number> = new Set([51, 52]);

interface Details {
  readonly outcomeUnknown?: boolean;
  readonly controls?: Controls;
  readonly matchedDn?: string;
  readonly cause?: unknown;
}

/** Whatever a directory did not do. `message` is for logs, as `diagnostic` is: people never read them. */
export class LdapFailure extends Error {
  readonly code: FailureCode;
  /** The server's own words, raw; AD hides its sub-code there. Ours where there was no answer. */
  readonly diagnostic: string;
  /** URL of the server, or the directory's name where none was reached. */
  readonly server: string;
  /** A request was sent and no answer came: it may have been carried out, or not. */
  readonly outcomeUnknown: boolean;
  readonly controls: Controls;
  /** How far the server found the DN (RFC 4511 section 4.1.9); empty mostly. */
  readonly matchedDn: string;

  constructor(code: FailureCode, diagnostic: string, server: string, details: Details = {}) {
    super(`${server} answered ${code}: ${diagnostic}`, { cause: details.cause });
    this.name = 'LdapFailure';
    this.code = code;
    this.diagnostic = diagnostic;
    this.server = server;
    this.outcomeUnknown = details.outcomeUnknown ?? false;
    this.controls = details.controls ?? new Map();
    this.matchedDn = details.matchedDn ?? '';
  }

  /** Another server, or the same one later, may do better: the server refused nothing. */
  get isOutage(): boolean {
    return typeof this.code !== 'number' || NOT_NOW.has(this.code);
  }
}
