import { expect } from 'chai';
import { HOUR } from '../../src/kernel/clock.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import type { Held, Method } from '../../plugins/sspr/methods/method.ts';
import { inGroups, newWrittenCode, typedWrittenCode } from '../../plugins/sspr/methods/written-code.ts';
import { methodContract } from './method.ts';
import { pass } from './methods/pass.ts';
import { here, question } from './methods/ports.ts';
import { recovery } from './methods/recovery.ts';
import type { RecoveryFixture } from './methods/recovery.ts';

const FLOW = 'a-flow';

methodContract('recovery', recovery);
methodContract('pass', pass);

const challengeOf = async <D>(method: Method<D>, held: readonly Held<D>[]) => {
  const where = { address: '192.0.2.7', agent: 'a browser' };
  const issued = await method.proof.issue?.({
    flowId: FLOW,
    held,
    guessing: true,
    seed: 'ann',
    purpose: 'reset',
    where,
  });
  if (!issued) throw new Error('nothing was prepared');
  expect(issued.message).to.equal(undefined);
  return { ...issued.challenge, method: method.name };
};

/** Whether what is left for nobody differs in nothing but its random letters. */
const isOfOneShape = (one: unknown, other: unknown): boolean => {
  const shape = (value: unknown): string => JSON.stringify(value).replace(/[\w-]{43}/g, 'a hash');
  return shape(one) === shape(other);
};

describe('codes that are written down', () => {
  it('have 80 random bits, in letters and digits that are told apart in any handwriting', () => {
    const codes = Array.from({ length: 200 }, () => newWrittenCode(systemRandom));
    expect(new Set(codes).size).to.equal(200);
    for (const code of codes) expect(code).to.match(/^[0-9A-HJKMNP-TV-Z]{16}$/);
    expect(new Set(codes.join('')).size).to.equal(32);
  });

  it('are read however they are typed: with blanks and hyphens, in small letters, and with what looks alike', () => {
    const code = '0123ABCDEFGHVWXY';
    expect(inGroups(code)).to.equal('0123-ABCD-EFGH-VWXY');
    for (const typed of [
      '0123-ABCD-EFGH-VWXY',
      ' 0123 abcd efgh vwxy ',
      'OI23–abcd—EFGH VWXY',
      'ol23abcdefghuwxy',
      '０１２３ABCDEFGHVWXY',
    ]) {
      expect(typedWrittenCode(typed), typed).to.equal(code);
    }
  });
});

describe('recovery codes', () => {
  const registered = async (): Promise<{ fixture: RecoveryFixture; held: Held<{ codes: string[] }> }> => {
    const fixture = await recovery();
    const { enrolment } = fixture.method;
    const started = await enrolment?.start({ ...question, held: [] }, {});
    if (started?.kind !== 'pending') throw new Error('no codes were made');
    const confirmed = await enrolment?.confirmation?.confirm({ ...question, held: [] }, started.pending, {});
    if (!confirmed) throw new Error('they were not kept');
    return { fixture, held: { id: 'registered', data: confirmed.data } };
  };

  const proved = async ({ method }: RecoveryFixture, held: Held<{ codes: string[] }>, code: string | undefined) =>
    method.proof.check(
      { flowId: FLOW, challenge: await challengeOf(method, [held]), here, held: () => Promise.resolve([held]) },
      { code },
    );

  it('are ten, and each is used up by its proof, the list with the last', async () => {
    const { fixture, held } = await registered();
    expect(new Set(fixture.codes).size).to.equal(10);
    let data: { codes: string[] } | undefined = held.data;
    for (const [at, code] of fixture.codes.entries()) {
      if (!data) throw new Error('the list ended early');
      const now = { ...held, data };
      const right = await proved(fixture, now, code);
      expect(right).to.deep.include({ registered: held.id });
      expect(right?.telling).to.deep.equal({ template: 'recovery-used', data: { left: 9 - at } });
      data = right?.becomes ?? undefined;
      if (data) expect(await proved(fixture, { ...held, data }, code)).to.equal(undefined);
    }
    expect(data).to.equal(undefined);
  });

  it('that another flow used meanwhile are refused, though they were prepared for this one', async () => {
    const { fixture, held } = await registered();
    const { method, codes } = fixture;
    const [code = ''] = codes;
    const challenge = await challengeOf(method, [held]);
    const meanwhile = (await proved(fixture, held, code))?.becomes ?? { codes: [] };
    const now = () => Promise.resolve([{ ...held, data: meanwhile }]);
    expect(await method.proof.check({ flowId: FLOW, challenge, here, held: now }, { code })).to.equal(undefined);
  });

  it('leave behind as much for nobody as for somebody, however many are left, and look nobody up for a wrong one', async () => {
    const { fixture, held } = await registered();
    const { method } = fixture;
    const nobody = await challengeOf(method, []);
    expect(isOfOneShape(nobody, await challengeOf(method, [held]))).to.equal(true);
    const [last = ''] = held.data.codes;
    expect(isOfOneShape(nobody, await challengeOf(method, [{ ...held, data: { codes: [last] } }]))).to.equal(true);
    const lookedUp = () => Promise.reject(new Error('somebody was looked up'));
    const wrong = { code: newWrittenCode(systemRandom) };
    for (const challenge of [nobody, await challengeOf(method, [held])]) {
      expect(await method.proof.check({ flowId: FLOW, challenge, here, held: lookedUp }, wrong)).to.equal(undefined);
    }
  });

  it('have their owner reminded from three left on, and after the last', async () => {
    const { fixture } = await registered();
    const left = (count: number) => fixture.method.afterwards?.({ codes: Array.from({ length: count }, () => 'x') });
    expect(left(4)).to.equal(undefined);
    expect(left(3)).to.deep.include({ values: { left: 3 } });
    expect(fixture.method.afterwards?.(undefined)).to.deep.include({ values: { left: 0 } });
  });
});

describe('a pass', () => {
  const issued = async () => {
    const fixture = await pass();
    if (!fixture.given) throw new Error('it is not given');
    const held = { id: 'given', data: fixture.given() };
    const { pass: typed = '' } = await fixture.answer(held, undefined, FLOW);
    return { fixture, held, typed };
  };

  it('is used up by its proof, and refused like a wrong one when its hour is over', async () => {
    const { fixture, held, typed } = await issued();
    const { method } = fixture;
    const challenge = await challengeOf(method, [held]);
    const check = () =>
      method.proof.check({ flowId: FLOW, challenge, here, held: () => Promise.resolve([held]) }, { pass: typed });
    fixture.later(HOUR - 1);
    expect(await check()).to.deep.equal({
      registered: 'given',
      becomes: null,
      telling: { template: 'pass-used', data: {} },
    });
    expect(method.given?.opens(held.data)).to.equal('gate');
    fixture.later(1);
    expect(await check()).to.equal(undefined);
    expect(method.given?.opens(held.data)).to.equal(undefined);
  });

  it('leaves behind as much for nobody as for somebody, and a wrong one looks nobody up', async () => {
    const { fixture, held } = await issued();
    const { method } = fixture;
    const nobody = await challengeOf(method, []);
    const somebody = await challengeOf(method, [held]);
    expect(isOfOneShape(nobody, somebody)).to.equal(true);
    const lookedUp = () => Promise.reject(new Error('somebody was looked up'));
    for (const challenge of [nobody, somebody]) {
      const wrong = { pass: newWrittenCode(systemRandom) };
      expect(await method.proof.check({ flowId: FLOW, challenge, here, held: lookedUp }, wrong)).to.equal(undefined);
    }
  });
});
