import { expect } from 'chai';
import { complexityRule } from '../../plugins/sspr/password-rules/complexity.ts';
import { judged, judgedWhileTyped, unjudged } from '../../plugins/sspr/password-rules/judge.ts';
import { lengthRule } from '../../plugins/sspr/password-rules/length.ts';
import { rememberedRule } from '../../plugins/sspr/password-rules/remembered.ts';
import type { PasswordRule } from '../../plugins/sspr/password-rules/rule.ts';
import { unusedRule } from '../../plugins/sspr/password-rules/unused.ts';
import type { AuthorityRules } from '../../src/plugin.ts';
import { accountOf } from './flow-samples.ts';

const account = { ...accountOf('bwhite'), displayName: 'Beatrice M. Łukasiewicz-White' };

const unused = unusedRule({ usedBefore: () => Promise.resolve(true) });

const rules: readonly PasswordRule[] = [lengthRule(() => true), complexityRule, unused, rememberedRule];

const listed = (authority?: AuthorityRules) =>
  unjudged(rules, authority ? { account, authority } : { account }).map(({ id, values }) => [id, values]);

describe('the rules of an outside authority', () => {
  it('stand in the one list before anything is typed, the longer length in its line', () => {
    expect(listed({ minLength: 12, complexity: true, history: 24 })).to.deep.equal([
      ['length', { least: 12, most: 256 }],
      ['complexity', {}],
      ['remembered', { count: 24 }],
    ]);
    expect(listed({ minLength: 7, complexity: false, history: 0 })).to.deep.equal([
      ['length', { least: 8, most: 256 }],
    ]);
  });

  it('change nothing for somebody whose password is kept here', () => {
    expect(listed()).to.deep.equal([
      ['length', { least: 8, most: 256 }],
      ['unused', {}],
    ]);
  });

  it('are judged while typing as far as they can be without asking it', async () => {
    const context = { account, authority: { minLength: 12, complexity: true, history: 24 } };
    const told = async (password: string) =>
      (await judgedWhileTyped(rules, password, context)).map(({ id, met }) => [id, met]);
    expect(await told('elevenchars')).to.deep.equal([
      ['length', false],
      ['complexity', false],
      ['remembered', undefined],
    ]);
    expect(await told('Twelve chars')).to.deep.equal([
      ['length', true],
      ['complexity', false],
      ['remembered', undefined],
    ]);
    expect(await told('Twelve chars 1')).to.deep.equal([
      ['length', true],
      ['complexity', true],
      ['remembered', undefined],
    ]);
  });

  it('leave to it what only it can judge, and say of no earlier password that it was looked at', async () => {
    const { fault, unchecked, lines } = await judged(rules, 'Twelve chars 1', { account, authority: { history: 24 } });
    expect([fault, unchecked]).to.deep.equal([undefined, []]);
    expect(lines.map(({ id, met }) => [id, met])).to.deep.equal([
      ['length', true],
      ['remembered', undefined],
    ]);
  });
});

describe('complexity as domains understand it (MS-SAMR section 3.1.1.7.2)', () => {
  const meets = (password: string): unknown => complexityRule.check(password, { account });

  it('takes three of five kinds of characters', () => {
    for (const good of ['Abc1', 'abc1!', 'ABC1!', 'Abc!', 'Äöü1', '月abc1', 'Ящерица7', 'ª9A']) {
      expect(meets(good), good).to.equal(true);
    }
    for (const bad of ['abcdef', 'Abcdef', 'abc123', 'ABC def', '12345!', 'abc €uro', '']) {
      expect(meets(bad), bad).to.equal(false);
    }
  });

  it('takes neither the name of the account nor a part of the person’s name of three characters or more', () => {
    for (const bad of ['xBWHITEx1!', 'beatrice-A1', 'my łukasiewicz A1', 'WhiteHorse12']) {
      expect(meets(bad), bad).to.equal(false);
    }
    expect(meets('Much ado 1 m.')).to.equal(true);
    const short = { ...account, userName: 'bw@corp.example.test', displayName: 'Bo W' };
    expect(complexityRule.check('Bow bw 12', { account: short })).to.equal(true);
    expect(complexityRule.check('Xyz-corp-12', { account: { ...short, userName: 'xyz@corp.example.test' } })).to.equal(
      false,
    );
  });
});
