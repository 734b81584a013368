/** One entry of an access list (MS-DTYP section 2.4.4), as far as it says who may use which extended right. */
export interface AccessEntry {
  readonly allows: boolean;
  /** Bits of what it is about (MS-ADTS section 5.1.3.2). */
  readonly mask: number;
  /** Right or attribute, in hexadecimal as it stands there; all of them when absent. */
  readonly object?: string;
  /** Whose it is, in hexadecimal. */
  readonly sid: string;
}

const ALLOW = 0x00;
const DENY = 0x01;
const ALLOW_OBJECT = 0x05;
const DENY_OBJECT = 0x06;
const INHERIT_ONLY = 0x08;
const OBJECT_TYPE = 0x1;
const INHERITED_OBJECT_TYPE = 0x2;
const GUID_BYTES = 16;

const sidAt = (bytes: Buffer, at: number): string => bytes.toString('hex', at, at + 8 + 4 * bytes.readUInt8(at + 1));

/** Undefined for one that only those below inherit, and for kinds that grant and deny nothing. */
const entryAt = (bytes: Buffer, at: number): AccessEntry | undefined => {
  const [type, flags] = [bytes.readUInt8(at), bytes.readUInt8(at + 1)];
  if ((flags & INHERIT_ONLY) !== 0) return undefined;
  const mask = bytes.readUInt32LE(at + 4);
  if (type === ALLOW || type === DENY) return { allows: type === ALLOW, mask, sid: sidAt(bytes, at + 8) };
  if (type !== ALLOW_OBJECT && type !== DENY_OBJECT) return undefined;
  const given = bytes.readUInt32LE(at + 8);
  const hasObject = (given & OBJECT_TYPE) !== 0;
  const afterObject = at + 12 + (hasObject ? GUID_BYTES : 0);
  return {
    allows: type === ALLOW_OBJECT,
    mask,
    ...(hasObject ? { object: bytes.toString('hex', at + 12, at + 12 + GUID_BYTES) } : {}),
    sid: sidAt(bytes, afterObject + ((given & INHERITED_OBJECT_TYPE) === 0 ? 0 : GUID_BYTES)),
  };
};

/**
 * The access list of a security descriptor (MS-DTYP sections 2.4.5 and 2.4.6), in its order. Undefined where there is
 * none, and for bytes that are no descriptor.
 */
export const accessListOf = (descriptor: Buffer): readonly AccessEntry[] | undefined => {
  try {
    const list = descriptor.readUInt32LE(16);
    if (list === 0) return undefined;
    const entries: AccessEntry[] = [];
    let at = list + 8;
    for (let left = descriptor.readUInt16LE(list + 4); left > 0; left -= 1) {
      const entry = entryAt(descriptor, at);
      if (entry) entries.push(entry);
      at += descriptor.readUInt16LE(at + 2);
    }
    return entries;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
};

const CONTROL_ACCESS = 0x100;
const GENERIC_ALL = 0x10000000;

/**
 * Whether whoever has these identities may use an extended right: the first entry decides that is about them and it
 * (MS-ADTS section 5.1.3.3.4).
 *
 * @param right its GUID in hexadecimal, as access lists have it
 */
export const mayUse = (list: readonly AccessEntry[], sids: ReadonlySet<string>, right: string): boolean =>
  list.find(
    ({ mask, object, sid }) =>
      sids.has(sid) && (mask & (CONTROL_ACCESS | GENERIC_ALL)) !== 0 && (object === undefined || object === right),
  )?.allows ?? false;
