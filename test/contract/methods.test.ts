import { expect } from 'chai';
import { MINUTE } from '../../src/kernel/clock.ts';
import { createCatalogue } from '../../plugins/sspr/questions/catalogue.ts';
import { emailMethod } from '../../plugins/sspr/methods/email.ts';
import { questionsMethod } from '../../plugins/sspr/methods/questions.ts';
import type { MethodFixture } from './method.ts';
import { methodContract, sendingMethodContract } from './method.ts';
import { approval } from './methods/approval.ts';
import { here, ports, question } from './methods/ports.ts';
import type { DataOf } from './methods/ports.ts';
import { token } from './methods/token.ts';
import { totp } from './methods/totp.ts';
import type { Rooms } from '../support/rooms.ts';

const email = async (): Promise<MethodFixture<DataOf<ReturnType<typeof emailMethod>>>> => {
  const all = await ports();
  return {
    method: emailMethod({ ...all, ownDomains: 'refused', suggest: 'nothing' }),
    enrolling: { email: 'ann@elsewhere.test' },
    secrets: [],
    question,
    answer: (_held, message) => ({ code: message?.secret['code'] ?? '' }),
    later: (milliseconds) => {
      all.clock.advance(milliseconds);
    },
  };
};

const ANSWERS = ['zebra', 'okapi', 'lemur', 'tapir', 'gecko'];

const questions = async (): Promise<MethodFixture<DataOf<ReturnType<typeof questionsMethod>>>> => {
  const all = await ports();
  const catalogue = createCatalogue([]);
  const method = questionsMethod({ ...all, catalogue, registered: 5, asked: 3 });
  const chosen = catalogue.ids.slice(0, 5);
  const byText = new Map(chosen.map((id, at) => [catalogue.text(id, 'en'), ANSWERS[at] ?? '']));
  return {
    method,
    enrolling: Object.fromEntries(
      chosen.flatMap((id, at) => [
        [`question${String(at + 1)}`, id],
        [`answer${String(at + 1)}`, ANSWERS[at]],
      ]),
    ),
    secrets: ANSWERS,
    question,
    answer(held) {
      const page = method.proof.page({ flowId: 'a-flow', held: [held], challenge: undefined, seed: 'ann', here });
      const { questions: drawn } = page as {
        questions: { field: string; text: string }[];
      };
      return Object.fromEntries(drawn.map(({ field, text }) => [field, byText.get(text)]));
    },
    later: (milliseconds) => {
      all.clock.advance(milliseconds);
    },
  };
};

methodContract('email', email);
sendingMethodContract('email', email, 10 * MINUTE);
methodContract('questions', questions);
methodContract('totp', totp);

const opened: Rooms[] = [];

after(async () => {
  for (const one of opened) await one[Symbol.asyncDispose]();
});

methodContract('token', () => token(opened));
methodContract('approval', () => approval(opened));

describe('an authenticator app of other codes than the usual', () => {
  for (const algorithm of ['SHA-256', 'SHA-512'] as const) {
    it(`is registered and proved by eight digits a minute of ${algorithm}, of which its address tells the app`, async () => {
      const { method, enrolling, confirming, answer, later } = await totp({ algorithm, digits: 8, period: 60 });
      const asked = { ...question, held: [] };
      const started = await method.enrolment?.start(asked, enrolling);
      if (started?.kind !== 'pending' || !confirming) throw new Error('it was refused');
      const { pending } = started;
      const page = await method.enrolment?.confirmation?.page(asked, pending);
      const told = new URL(String(page?.['uri'])).searchParams;
      expect([...told.entries()]).to.deep.include.members([
        ['algorithm', algorithm.replace('-', '')],
        ['digits', '8'],
        ['period', '60'],
      ]);
      const fields = await confirming(pending, undefined);
      expect(fields['code']).to.match(/^\d{8}$/);
      const confirmed = await method.enrolment?.confirmation?.confirm(asked, pending, fields);
      if (!confirmed) throw new Error('its first code was wrong');
      const held = { id: 'app', data: confirmed.data };
      later(MINUTE);
      const right = await answer(held, undefined, 'a-flow');
      const { flowId } = question;
      const issued = await method.proof.issue?.({
        ...{ flowId, held: [held], guessing: true, seed: '', purpose: 'reset' },
        where: { address: '192.0.2.7', agent: 'a browser' },
      });
      const challenge = issued && { ...issued.challenge, method: 'totp' };
      const proof = { flowId, challenge, here, held: () => Promise.resolve([held]) };
      expect((await method.proof.check(proof, right))?.registered).to.equal('app');
      expect(await method.proof.check(proof, { code: right['code']?.slice(-6) })).to.equal(undefined);
    });
  }
});

describe('security questions', () => {
  const enrolled = async () => {
    const fixture = await questions();
    const started = await fixture.method.enrolment?.start({ ...question, held: [] }, fixture.enrolling);
    if (started?.kind !== 'registered') throw new Error('the answers were refused');
    return { ...fixture, data: started.data };
  };

  it('are drawn at random from what was registered, the same until they are drawn anew', async () => {
    const { method, data } = await enrolled();
    const drawn = (id: string, round: number): string =>
      JSON.stringify(
        method.proof.page({
          flowId: 'a-flow',
          held: [{ id, data: { ...data, round } }],
          challenge: undefined,
          seed: 'ann',
          here,
        }),
      );
    expect(drawn('one', 0)).to.equal(drawn('one', 0));
    const rounds = new Set(Array.from({ length: 30 }, (_, round) => drawn('one', round)));
    expect(rounds.size).to.be.greaterThan(10);
    expect(method.proof.renew?.(data)).to.deep.equal({ ...data, round: 1 });
  });

  it('refuse the same question or the same answer twice', async () => {
    const { method, enrolling } = await questions();
    const twice = { ...enrolling, question2: enrolling['question1'], answer3: ' ZÉBRA.' };
    const started = await method.enrolment?.start({ ...question, held: [] }, twice);
    expect(started).to.deep.include({ kind: 'refused' });
    expect(started?.kind === 'refused' ? Object.keys(started.errors) : []).to.deep.equal(['question2', 'answer3']);
  });

  it('keep of every answer no more than its argon2id hash', async () => {
    const { data } = await enrolled();
    expect(data.answers).to.have.length(5);
    for (const { hash, ...rest } of data.answers) {
      expect(hash).to.match(/^\$argon2id\$v=19\$m=\d+,t=\d+,p=\d+\$/);
      expect(Object.keys(rest)).to.deep.equal(['question']);
    }
  });

  it('need every drawn answer', async () => {
    const fixture = await enrolled();
    const held = { id: 'registered', data: fixture.data };
    const right = await fixture.answer(held, undefined, 'a-flow');
    expect(Object.keys(right)).to.have.length(3);
    for (const field of Object.keys(right)) {
      const answer = { ...right, [field]: 'okapi okapi' };
      expect(
        await fixture.method.proof.check(
          { flowId: 'a-flow', challenge: undefined, here, held: () => Promise.resolve([held]) },
          answer,
        ),
      ).to.equal(undefined);
    }
  });
});
