/** A QR code as the part `qr` of a page draws it: dark squares as one SVG path, in a box of `size` by `size`. */
export interface QrCode {
  readonly size: number;
  readonly path: string;
}

/** Light squares around it, without which some cameras do not find it (ISO/IEC 18004 section 5.3.8). */
const QUIET_ZONE = 4;

const runsOf = (row: readonly boolean[], y: number): string => {
  const dark = row.map((isDark) => (isDark ? '#' : ' ')).join('');
  return [...dark.matchAll(/#+/g)]
    .map(({ index, 0: { length } }) => `M${String(index)} ${String(y)}h${String(length)}v1h-${String(length)}z`)
    .join('');
};

/** The library is loaded when the first code is drawn. */
export const qrCode = async (text: string): Promise<QrCode> => {
  const { encode } = await import('uqr');
  const { data, size } = encode(text, { ecc: 'M', border: QUIET_ZONE });
  return { size, path: data.map(runsOf).join('') };
};
