/** Where the chain ended at some time, as it left the machine (see `headOf`). */
export interface Head {
  readonly sequence: number;
  readonly total: number;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly hash: string;
  readonly kid: string;
  readonly signature: string;
  /** What the signature is over. */
  readonly signed: string;
}

const HEAD = /(latchkey-audit-head:1:(\d{1,15}):(\d{1,15}):(\d{1,15}):([\w-]{43}):([\w-]{43})):([\w-]{86})/g;

/** Every head in a text, whatever is around them: a file that was appended to, lines of syslog, saved mail. */
export const headsIn = (text: string): readonly Head[] => {
  // Mail breaks long lines with "=" (RFC 2045 section 6.7).
  const whole = text.replaceAll(/=\r?\n/g, '');
  return [...whole.matchAll(HEAD)].map(
    ([, signed = '', sequence, total, at, hash = '', kid = '', signature = '']): Head => ({
      sequence: Number(sequence),
      total: Number(total),
      at: Number(at),
      hash,
      kid,
      signature,
      signed,
    }),
  );
};
