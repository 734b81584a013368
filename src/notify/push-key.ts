import { createECDH } from 'node:crypto';

/** By which push services know who pushes (RFC 8292 section 2), and browsers from whom they take it. */
export interface PushKey {
  /** An uncompressed point of P-256 in base64url. */
  readonly publicKey: string;
  /** 32 bytes in base64url. */
  readonly privateKey: string;
}

const CURVE = 'prime256v1';
const BYTES = 32;

/** A new private key: 32 bytes in base64url. */
export const newPushKey = (): string => {
  const curve = createECDH(CURVE);
  curve.generateKeys();
  // A number that begins with zeros comes out shorter.
  const hex = curve.getPrivateKey('hex').padStart(2 * BYTES, '0');
  return Buffer.from(hex, 'hex').toString('base64url');
};

/** Undefined where it is no private key of P-256. */
export const pushKeyOf = (privateKey: string): PushKey | undefined => {
  const bytes = Buffer.from(privateKey, 'base64url');
  if (bytes.length !== BYTES || bytes.toString('base64url') !== privateKey) return undefined;
  const curve = createECDH(CURVE);
  try {
    curve.setPrivateKey(bytes);
  } catch {
    // Zero, or beyond the order of the curve.
    return undefined;
  }
  return { publicKey: curve.getPublicKey('base64url'), privateKey };
};
