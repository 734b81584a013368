/** Default alphabet of GSM (3GPP TS 23.038 section 6.2.1), by code; ESC stands at 0x1B. */
const BASIC =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1BÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?' +
  '¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';

/** What is reached by ESC (section 6.2.1.1): each takes the place of two. */
const EXTENDED: Readonly<Record<string, number>> = {
  '\f': 0x0a,
  '^': 0x14,
  '{': 0x28,
  '}': 0x29,
  '\\': 0x2f,
  '[': 0x3c,
  '~': 0x3d,
  ']': 0x3e,
  '|': 0x40,
  '€': 0x65,
};

const ESCAPE = 0x1b;

const basic = new Map([...BASIC].map((character, code) => [character, code] as const));
basic.delete('\x1B');

const septets = (character: string): readonly number[] | undefined => {
  const code = basic.get(character);
  if (code !== undefined) return [code];
  const extended = EXTENDED[character];
  return extended === undefined ? undefined : [ESCAPE, extended];
};

/** The text in the default alphabet, a septet an octet; undefined where a character is not in it. */
const gsm = (text: string): Buffer | undefined => {
  const codes = Array.from(text, septets);
  return codes.every((each) => each !== undefined) ? Buffer.from(codes.flat()) : undefined;
};

export interface ShortMessage {
  /** `data_coding` of SMPP 3.4 section 5.2.19: 0 is the default alphabet, 8 is UCS-2. */
  readonly coding: 0 | 8;
  readonly octets: Buffer;
  /**
   * As how many messages a telephone gets it, each at its price: one holds 160 septets or 70 units of UCS-2, and each of
   * several seven septets or three units less, for the header that joins them (3GPP TS 23.040 section 9.2.3.24.1).
   */
  readonly parts: number;
}

const partsOf = (length: number, alone: number, joined: number): number =>
  length <= alone ? 1 : Math.ceil(length / joined);

/** A text as it goes through the air: in the default alphabet where that can write it, else in UCS-2 (big endian). */
export const shortMessage = (text: string): ShortMessage => {
  const octets = gsm(text);
  if (octets) return { coding: 0, octets, parts: partsOf(octets.length, 160, 153) };
  return { coding: 8, octets: Buffer.from(text, 'utf16le').swap16(), parts: partsOf(text.length, 70, 67) };
};

export const shortMessages = (text: string): number => shortMessage(text).parts;
