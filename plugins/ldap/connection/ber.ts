/** The little of BER (X.690, as RFC 4511 section 5.1 narrows it) that controls and answers are made of. */

/** Bytes that are no BER, or not the BER that was expected. */
export class Malformed extends Error {
  constructor(what: string) {
    super(what);
    this.name = 'Malformed';
  }
}

export interface Element {
  readonly tag: number;
  readonly content: Buffer;
}

export const TAG = { boolean: 0x01, integer: 0x02, octets: 0x04, enumerated: 0x0a, sequence: 0x30, set: 0x31 } as const;

const lengthBytes = (length: number): Buffer => {
  if (length < 0x80) return Buffer.from([length]);
  const digits = length.toString(16);
  const bytes = Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex');
  return Buffer.concat([Buffer.from([0x80 + bytes.length]), bytes]);
};

export const element = (tag: number, ...contents: readonly Buffer[]): Buffer => {
  const content = Buffer.concat(contents);
  return Buffer.concat([Buffer.from([tag]), lengthBytes(content.length), content]);
};

export const sequence = (...contents: readonly Buffer[]): Buffer => element(TAG.sequence, ...contents);
export const octets = (value: string | Buffer, tag: number = TAG.octets): Buffer => element(tag, Buffer.from(value));
export const boolean = (value: boolean): Buffer => element(TAG.boolean, Buffer.from([value ? 0xff : 0]));

/** A whole number of 32 bits. */
export const integer = (value: number, tag: number = TAG.integer): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  // As few bytes as keep the sign (X.690 section 8.3.2).
  let from = 0;
  while (from < 3 && bytes.readInt16BE(from) >> 7 === (value < 0 ? -1 : 0)) from += 1;
  return element(tag, bytes.subarray(from));
};

interface Head {
  readonly tag: number;
  readonly contentAt: number;
  /** Where the next element begins. */
  readonly end: number;
}

/** The head of the element at `at`, or nothing while its bytes have not all come. Throws {@link Malformed}. */
export const headAt = (bytes: Buffer, at: number): Head | undefined => {
  const tag = bytes[at];
  const first = bytes[at + 1];
  if (tag === undefined || first === undefined) return undefined;
  if (first < 0x80) return { tag, contentAt: at + 2, end: at + 2 + first };
  const count = first - 0x80;
  if (count === 0 || count > 4) throw new Malformed('a length that LDAP does not have');
  if (bytes.length < at + 2 + count) return undefined;
  const length = bytes.readUIntBE(at + 2, count);
  return { tag, contentAt: at + 2 + count, end: at + 2 + count + length };
};

/** The elements that these bytes are, to the last byte. Throws {@link Malformed}. */
export const elements = (bytes: Buffer): readonly Element[] => {
  const found: Element[] = [];
  for (let at = 0; at < bytes.length;) {
    const head = headAt(bytes, at);
    if (!head || head.end > bytes.length) throw new Malformed('an element that is cut off');
    found.push({ tag: head.tag, content: bytes.subarray(head.contentAt, head.end) });
    at = head.end;
  }
  return found;
};

/** The element if it has this tag. Throws {@link Malformed}. */
export const tagged = (found: Element | undefined, tag: number): Buffer => {
  if (found?.tag !== tag) throw new Malformed(`0x${tag.toString(16)} was expected`);
  return found.content;
};

/** What is in the one element that these bytes are. Throws {@link Malformed}. */
export const within = (bytes: Buffer, tag: number = TAG.sequence): readonly Element[] => {
  const [only, ...more] = elements(bytes);
  if (more.length > 0) throw new Malformed('more than one element');
  return elements(tagged(only, tag));
};

/** Throws {@link Malformed}. */
export const numberOf = (content: Buffer): number => {
  if (content.length === 0 || content.length > 4) throw new Malformed('a number that LDAP does not have');
  return content.readIntBE(0, content.length);
};
