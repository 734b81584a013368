import { expect } from 'chai';
import { cookieSigner } from '../../src/oidc/cookies.ts';
import { openSecrets } from '../../src/kernel/secrets.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import { testSecrets } from '../support/rooms.ts';

describe('the signature of a cookie', () => {
  const signer = cookieSigner(testSecrets());
  const signature = signer.sign('interaction=one');

  it('is that of its name and value together, on every node', () => {
    expect(cookieSigner(testSecrets()).index('interaction=one', signature)).to.equal(0);
    expect(signer.verify('interaction=one', signature)).to.equal(true);
    for (const other of ['interaction=two', 'resume=one', 'interaction=on', '']) {
      expect(signer.index(other, signature), other).to.equal(-1);
    }
  });

  it('is none where it is cut, empty, another or made without our key', () => {
    const hashKey = new Uint8Array(32).fill(5);
    const strangers = openSecrets([{ id: 'k', bytes: new Uint8Array(32).fill(8) }], hashKey, systemRandom);
    const forged = cookieSigner(strangers).sign('interaction=one');
    for (const wrong of ['', signature.slice(1), `${signature}A`, signer.sign('interaction=two'), forged]) {
      expect(signer.verify('interaction=one', wrong), wrong).to.equal(false);
    }
  });
});
