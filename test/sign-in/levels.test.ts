import { expect } from 'chai';
import { isKnown, meets, reaches, toldAcr, together } from '../../src/sign-in/levels.ts';

const wish = (...values: string[]) => ({ values, essential: false });

describe('levels of assurance', () => {
  it('contain one another, and nothing reaches one that is not known', () => {
    expect(reaches('phr', 'aal2')).to.equal(true);
    expect(reaches('aal2', 'phr')).to.equal(false);
    expect(reaches('aal2', 'gold')).to.equal(false);
    expect(reaches(undefined, 'aal1')).to.equal(false);
  });

  it('meet a wish by any of its values, and no wish always', () => {
    expect(meets('aal1', wish())).to.equal(true);
    expect(meets('aal1', wish('phr', 'aal1'))).to.equal(true);
    expect(meets('aal1', wish('phr', 'aal2'))).to.equal(false);
    expect(isKnown(wish('gold'))).to.equal(false);
    expect(isKnown(wish('gold', 'aal2'))).to.equal(true);
  });

  it('are told as the highest that was asked for and reached, else as they are', () => {
    expect(toldAcr('phr', wish('aal2', 'aal1'))).to.equal('aal2');
    expect(toldAcr('phr', wish('phr', 'aal2'))).to.equal('phr');
    expect(toldAcr('aal1', wish('aal2'))).to.equal('aal1');
    expect(toldAcr('aal2', wish())).to.equal('aal2');
    expect(toldAcr(undefined, wish('aal2'))).to.equal(undefined);
  });

  it('are two factors only where the proofs are of two kinds', () => {
    const of = (...amr: string[]) => ({ amr, acr: 'aal1' as const });
    expect(together(of('pwd'), of('otp'))).to.deep.equal({ amr: ['pwd', 'otp', 'mfa'], acr: 'aal2' });
    expect(together(of('pwd'), of('kba'))).to.deep.equal({ amr: ['pwd', 'kba'], acr: 'aal1' });
    expect(together(of('otp'), of('sms'))).to.deep.equal({ amr: ['otp', 'sms'], acr: 'aal1' });
    expect(together(of('pwd'), of('anything'))).to.deep.equal({ amr: ['pwd', 'anything'], acr: 'aal1' });
  });

  it('are never lowered by a further proof', () => {
    const passkey = { amr: ['swk', 'user'], acr: 'phr' as const };
    expect(together(passkey, { amr: ['pwd'], acr: 'aal1' }).acr).to.equal('phr');
    expect(together({ amr: ['pwd'], acr: 'aal1' }, passkey).acr).to.equal('phr');
  });
});
