import { generateKeyPairSync, sign } from 'node:crypto';
import { expect } from 'chai';
import { isSigned } from '../../plugins/sspr/browser-key.ts';
import { SigningKey } from '../support/phone-in-hand.ts';

const TEXT = 'latchkey approval\na request\napprove\n42';

describe('What a key in a browser signs', () => {
  it('is taken from its own key, for its own text', () => {
    const key = new SigningKey();
    expect(isSigned(key.publicKey, TEXT, key.sign(TEXT))).to.equal(true);
    expect(isSigned(key.publicKey, `${TEXT}0`, key.sign(TEXT))).to.equal(false);
    expect(isSigned(new SigningKey().publicKey, TEXT, key.sign(TEXT))).to.equal(false);
  });

  it('is refused where it is no signature, or too short or too long to be one', () => {
    const key = new SigningKey();
    const right = Buffer.from(key.sign(TEXT), 'base64url');
    const wrong = ['', 'x', '\u0000', 'x'.repeat(10_000), right.subarray(1).toString('base64url')];
    for (const signature of [...wrong, Buffer.alloc(64).toString('base64url')]) {
      expect(isSigned(key.publicKey, TEXT, signature), signature.slice(0, 10)).to.equal(false);
    }
  });

  it('is refused from keys of other kinds and from what is no key', () => {
    const other = generateKeyPairSync('ec', { namedCurve: 'P-384' });
    const publicKey = other.publicKey.export({ format: 'der', type: 'spki' }).toString('base64url');
    const signature = sign('sha256', Buffer.from(TEXT), { key: other.privateKey, dsaEncoding: 'ieee-p1363' });
    expect(isSigned(publicKey, TEXT, signature.toString('base64url'))).to.equal(false);
    const ed = generateKeyPairSync('ed25519').publicKey.export({ format: 'der', type: 'spki' }).toString('base64url');
    for (const none of ['', 'AAAA', ed, 'x'.repeat(10_000)]) expect(isSigned(none, TEXT, 'AAAA')).to.equal(false);
  });
});
