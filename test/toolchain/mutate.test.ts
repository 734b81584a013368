import { expect } from 'chai';
import { noticed } from '../../scripts/bites.ts';

const file = 'test/attacks/one.test.ts';

describe('An attack on a server without a protection', () => {
  it('has noticed what its first failing test says', () => {
    const failures = [{ title: 'A thief gets in', file, reason: 'AssertionError: expected 200 to equal 403\n  at x' }];
    expect(noticed({ failures })).to.equal('AssertionError: expected 200 to equal 403');
  });

  it('has noticed nothing where all of it passes, no world could be made, or the process ended', () => {
    const reason = 'SyntaxError: Unexpected token';
    expect(noticed({ failures: [] })).to.equal(undefined);
    for (const title of [
      'A thief "before each" hook for "gets in"',
      'A thief "after all" hook',
      'mocha ended with SIGKILL',
    ])
      expect(noticed({ failures: [{ title, file, reason }] }), title).to.equal(undefined);
  });
});
