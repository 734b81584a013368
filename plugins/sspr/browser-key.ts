import { createPublicKey, verify } from 'node:crypto';

/** Longer than any key of P-256 as SubjectPublicKeyInfo in base64url. */
const LONGEST_KEY = 200;

const keyOf = (publicKey: string) => {
  if (publicKey.length > LONGEST_KEY) return undefined;
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey, 'base64url'), format: 'der', type: 'spki' });
    return key.asymmetricKeyDetails?.namedCurve === 'prime256v1' ? key : undefined;
  } catch {
    // Whatever is no key.
    return undefined;
  }
};

/**
 * Whether `signature` is of this text and key: ECDSA with P-256 and SHA-256, as the two numbers one after the other
 * (Web Cryptography API section 23.7), in base64url.
 *
 * @param publicKey SubjectPublicKeyInfo (RFC 5480) in base64url
 */
export const isSigned = (publicKey: string, text: string, signature: string): boolean => {
  const key = keyOf(publicKey);
  if (!key) return false;
  return verify('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url'));
};
