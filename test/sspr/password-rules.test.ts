import { expect } from 'chai';
import fc from 'fast-check';
import { withinOneEdit } from '../../plugins/sspr/password-rules/edit-distance.ts';
import { hardToGuessRule } from '../../plugins/sspr/password-rules/hard-to-guess.ts';
import { judged, unjudged } from '../../plugins/sspr/password-rules/judge.ts';
import { lengthRule } from '../../plugins/sspr/password-rules/length.ts';
import type { PasswordRule } from '../../plugins/sspr/password-rules/rule.ts';
import { ENOUGH, foldPassword, passwordScore } from '../../plugins/sspr/password-rules/score.ts';
import { accountOf } from './flow-samples.ts';

const account = {
  ...accountOf('bwhite'),
  displayName: 'Beatrice Łukasiewicz-White',
  mail: ['trixie.white@contoso.test'],
};
const organisation = { name: 'Contoso Blooms', helpDesk: {}, mailDomains: [] };
const rule = hardToGuessRule(organisation, ['fabrikam']);

/** Levenshtein distance by the book. */
const distance = (a: readonly string[], b: readonly string[]): number => {
  const rows = [...a.keys(), a.length].map((i) => [...b.keys(), b.length].map((j) => (i === 0 ? j : j === 0 ? i : 0)));
  for (let i = 1; i <= a.length; i += 1) {
    for (let j = 1; j <= b.length; j += 1) {
      const [above = 0, left = 0, corner = 0] = [rows[i - 1]?.[j], rows[i]?.[j - 1], rows[i - 1]?.[j - 1]];
      rows[i]?.splice(j, 1, Math.min(above + 1, left + 1, corner + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
  }
  return rows[a.length]?.[b.length] ?? 0;
};

describe('the rule against passwords that are easy to guess', () => {
  const terms = ['contoso', 'blank', 'password'].map(foldPassword);

  it('counts one point for each known term and one for each other character', () => {
    expect(passwordScore('Contoso', terms)).to.equal(1);
    expect(passwordScore('C0nt0s0Bl@nk12', terms)).to.equal(4);
    expect(passwordScore('ContoS0Bl@nkf9!', terms)).to.equal(5);
    expect(passwordScore('contosocontosocontoso', terms)).to.equal(3);
    expect(passwordScore('', terms)).to.equal(0);
  });

  it('knows terms by their look-alikes and with one edit', () => {
    expect(passwordScore('P@$$W0RD', terms)).to.equal(1);
    expect(passwordScore('pasword', terms)).to.equal(1);
    expect(passwordScore('passwoord', terms)).to.equal(1);
    expect(passwordScore('passwordx', terms)).to.equal(2);
    expect(passwordScore('pazzword', terms)).to.be.greaterThan(1);
  });

  it('finds one edit exactly where Levenshtein does', () => {
    const word = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 7 });
    fc.assert(fc.property(word, word, (a, b) => withinOneEdit(a, b) === distance(a, b) <= 1));
  });

  it('never scores a password higher for being told of another term', () => {
    const text = fc.string({ maxLength: 20, unit: fc.constantFrom('a', 'b', 'c', '0', '$') });
    const term = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 3, maxLength: 6 });
    fc.assert(
      fc.property(text, fc.array(term, { maxLength: 3 }), term, (password, known, more) => {
        const before = passwordScore(password, known);
        const after = passwordScore(password, [...known, more]);
        expect(after).to.be.at.most(before);
        expect(before).to.be.within(0, ENOUGH);
      }),
    );
  });

  it('refuses names of the person, the organisation and its own terms, and takes a phrase', async () => {
    for (const bad of ['Beatrice2025!', 'lukasiewicz', 'TrixieWhite1', 'contosoblooms1', 'Fabrikam123', 'bwhite99']) {
      expect(await rule.check(bad, { account }), bad).to.equal(false);
    }
    for (const good of ['tulip gravel 93 orchard', 'ящерица под луной', '月夜の蛍と猫の歌']) {
      expect(await rule.check(good, { account }), good).to.equal(true);
    }
  });

  it('is quick for the longest password and the longest list', async () => {
    const long = hardToGuessRule(
      organisation,
      Array.from({ length: 1000 }, (_, at) => `term${String(at)}`),
    );
    expect(await long.check('passwort'.repeat(32), { account })).to.equal(true);
    expect(await long.check('term1term2term3'.repeat(4), { account })).to.equal(true);
  });
});

describe('the list of rules', () => {
  it('counts characters of every alphabet alike, from 15 where the password stands alone and from 8 beside a second factor', () => {
    for (const [role, least] of [
      ['alone', 15],
      ['besideSecondFactor', 8],
    ] as const) {
      const { check } = lengthRule(() => role === 'besideSecondFactor');
      expect(check('🦉'.repeat(least - 1), { account })).to.equal(false);
      expect(check('🦉'.repeat(least), { account })).to.equal(true);
      expect(check('a'.repeat(256), { account })).to.equal(true);
      expect(check('a'.repeat(257), { account })).to.equal(false);
    }
  });

  it('judges what hashes only once everything else is met', async () => {
    let hashed = 0;
    const costly: PasswordRule = {
      id: 'costly',
      costly: true,
      check: () => {
        hashed += 1;
        return true;
      },
    };
    const rules = [costly, lengthRule(() => false)];
    expect(unjudged(rules, { account }).map(({ met }) => met)).to.deep.equal([undefined, undefined]);
    const short = await judged(rules, 'short', { account });
    expect(short.lines.map(({ met }) => met)).to.deep.equal([undefined, false]);
    expect(short.fault).to.equal('unmet');
    expect(hashed).to.equal(0);
    const { lines, ...rest } = await judged(rules, 'long enough for it', { account });
    expect(lines.map(({ met }) => met)).to.deep.equal([true, true]);
    expect(rest).to.deep.equal({ unchecked: [] });
  });
});
