import { expect } from 'chai';
import { nothingRegistered, withoutRegistered } from '../../plugins/sspr/registrations.ts';

describe('what a sign-in asks for first', () => {
  const two = ['phone', 'tablet'].map((id) => ({ id, method: 'totp', addedAt: 1, data: {} }));
  const registration = { ...nothingRegistered('ann'), methods: two, preferred: 'totp' };

  it('is forgotten with the last one of its method, and not before', () => {
    const one = withoutRegistered(registration, 'phone');
    expect(one).to.have.property('preferred', 'totp');
    expect(withoutRegistered(one, 'tablet')).not.to.have.property('preferred');
    expect(withoutRegistered(registration, 'unknown')).to.deep.equal(registration);
  });
});
