import { expect } from 'chai';
import { idSet } from '../../plugins/ldap/import/id-set.ts';

const pad = (n: number): string => n.toString(16).padStart(8, '0');

const kinds: Readonly<Record<string, (n: number) => string>> = {
  'that are random-looking': (n) => `${pad(Math.imul(n, 0x9e3779b1) >>> 0)}-0000-4000-8000-${pad(n)}0000`,
  'that count up at the front': (n) => `${pad(n)}-1dd2-11b2-8000-000000000000`,
  'that count up at the end': (n) => `00000000-0000-0000-0000-0000${pad(n)}`,
  'of 389 DS': (n) => `${pad(n)}-e6b911f1-bb4acd58-e317b0fc`,
  'of any other form': (n) => `person number ${String(n)}`,
};

describe('a set of ids', () => {
  for (const [title, id] of Object.entries(kinds)) {
    it(`knows those that were added, and no others: ${title}`, () => {
      const set = idSet();
      const even = Array.from({ length: 10_000 }, (_, n) => id(2 * n));
      const odd = Array.from({ length: 10_000 }, (_, n) => id(2 * n + 1));
      expect(even.filter((one) => set.add(one))).to.have.length(even.length);
      expect(even.filter((one) => set.add(one))).to.have.length(0);
      expect(set.size).to.equal(even.length);
      expect(even.filter((one) => set.has(one))).to.have.length(even.length);
      expect(odd.filter((one) => set.has(one))).to.have.length(0);
    });
  }
});
