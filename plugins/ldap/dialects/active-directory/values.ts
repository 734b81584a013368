/** Milliseconds from 1601 to 1970. */
const SINCE_1601 = 11_644_473_600_000n;
const PER_MILLISECOND = 10_000n;
const NEVER = 0x7fffffffffffffffn;

const whole = (text: string | undefined): bigint | undefined =>
  text !== undefined && /^-?\d+$/.test(text) ? BigInt(text) : undefined;

/** Epoch milliseconds of 100 ns since 1601 (MS-DTYP section 2.3.3). Undefined for none and for never. */
export const moment = (text: string | undefined): number | undefined => {
  const value = whole(text);
  if (value === undefined || value <= 0n || value >= NEVER) return undefined;
  return Number(value / PER_MILLISECOND - SINCE_1601);
};

/** Milliseconds of an interval, which policies hold as negative 100 ns. 0 for none and for one without an end. */
export const interval = (text: string | undefined): number => {
  const value = whole(text);
  return value === undefined || value >= 0n || value <= -NEVER ? 0 : Number(-value / PER_MILLISECOND);
};

export const count = (text: string | undefined): number => {
  const value = whole(text);
  return value === undefined || value < 0n ? 0 : Number(value);
};

/** Flags are 32 bits with a sign. */
export const hasFlag = (text: string | undefined, flag: number): boolean => {
  const value = whole(text);
  return value !== undefined && (value & BigInt(flag)) !== 0n;
};
