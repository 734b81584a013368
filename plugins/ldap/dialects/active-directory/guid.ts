const HEX = /^([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12})$/;

const reversed = (bytes: Buffer): Buffer => Buffer.from(bytes.toReversed());

/** An objectGUID as text: its first three fields are little-endian (MS-DTYP section 2.3.4.2). */
export const guidText = (bytes: Buffer): string => {
  const field = (from: number, to: number): string => bytes.subarray(from, to).toString('hex');
  const turned = (from: number, to: number): string => reversed(bytes.subarray(from, to)).toString('hex');
  return [turned(0, 4), turned(4, 6), turned(6, 8), field(8, 10), field(10, 16)].join('-');
};

/** Undefined for what is no GUID. */
export const guidBytes = (text: string): Buffer | undefined => {
  const [, ...fields] = HEX.exec(text) ?? [];
  if (fields.length === 0) return undefined;
  return Buffer.concat(
    fields.map((field, at) => (at < 3 ? reversed(Buffer.from(field, 'hex')) : Buffer.from(field, 'hex'))),
  );
};
