/** One operation of a PATCH (RFC 7644 section 3.5.2) as the client wrote it, its name in lower case. */
export interface Operation {
  readonly op: 'add' | 'remove' | 'replace';
  readonly path?: string;
  readonly value?: unknown;
}
