import { headAt, Malformed, TAG } from './ber.ts';

/** More than any entry that is asked for here. */
const LONGEST = 32 * 1024 * 1024;

export interface Frames {
  /** The messages that are whole now. Throws {@link Malformed} for bytes that begin none. */
  push(chunk: Buffer): readonly Buffer[];
  /** Whether part of a message has come. */
  readonly isWithin: boolean;
}

/** Cuts a stream into LDAP messages (RFC 4511 section 4.1.1). */
export const frames = (): Frames => {
  let chunks: Buffer[] = [];
  let held = 0;
  // Until so many bytes are held, no message can be whole: a large one is put together once, not with every chunk.
  let needed = 0;

  return {
    get isWithin() {
      return held > 0;
    },
    push(chunk) {
      chunks.push(chunk);
      held += chunk.length;
      if (held < needed) return [];
      const bytes = chunks.length === 1 ? chunk : Buffer.concat(chunks);
      const whole: Buffer[] = [];
      let at = 0;
      needed = 0;
      while (at < bytes.length) {
        if (bytes[at] !== TAG.sequence) throw new Malformed('not a message of LDAP');
        const head = headAt(bytes, at);
        if (head && head.end - at > LONGEST) throw new Malformed('a message longer than any that is asked for');
        if (!head || head.end > bytes.length) {
          needed = head ? head.end - at : 0;
          break;
        }
        whole.push(bytes.subarray(at, head.end));
        at = head.end;
      }
      chunks = at < bytes.length ? [bytes.subarray(at)] : [];
      held = bytes.length - at;
      return whole;
    },
  };
};
