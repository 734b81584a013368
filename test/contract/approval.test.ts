import { expect } from 'chai';
import type { Challenge } from '../../plugins/sspr/collections.ts';
import { approval } from './methods/approval.ts';
import { here } from './methods/ports.ts';
import type { Rooms } from '../support/rooms.ts';

describe('an approval on a phone', () => {
  const opened: Rooms[] = [];

  after(async () => {
    for (const one of opened) await one[Symbol.asyncDispose]();
  });

  /** Ann's phone approved what the page of a flow asked. */
  const approved = async () => {
    const fixture = await approval(opened);
    const { method, question, enrolling, commit } = fixture;
    const started = await method.enrolment?.start({ ...question, held: [] }, enrolling);
    if (started?.kind !== 'pending') throw new Error('nothing to confirm');
    await commit?.(started.changes ?? []);
    const fields = (await fixture.confirming?.(started.pending, undefined)) ?? {};
    const confirmed = await method.enrolment?.confirmation?.confirm({ ...question, held: [] }, started.pending, fields);
    if (!confirmed) throw new Error('not confirmed');
    await commit?.(confirmed.changes ?? []);
    const held = { id: 'registered', data: confirmed.data };
    const where = { address: '192.0.2.7', agent: 'a browser' };
    const issued = await method.proof.issue?.({
      flowId: 'a-flow',
      held: [held],
      guessing: true,
      seed: '',
      purpose: 'reset',
      where,
    });
    if (!issued) throw new Error('nothing was issued');
    await commit?.(issued.changes ?? []);
    const answer = await fixture.answer(held, undefined, 'a-flow');
    const challenge: Challenge = { ...issued.challenge, method: 'approval' };
    const check = (more: { flowId?: string; challenge?: Challenge; browser?: string } = {}) =>
      method.proof.check(
        {
          flowId: more.flowId ?? 'a-flow',
          challenge: more.challenge ?? challenge,
          here: { ...here, browser: more.browser ?? here.browser },
          held: () => Promise.resolve([held]),
        },
        answer,
      );
    return { ...fixture, held, challenge, check };
  };

  it('counts for the request, the flow and the browser that it was asked for, and for no other', async () => {
    const { check, challenge } = await approved();
    expect(await check({ challenge: { ...challenge, data: { request: 'another' } } })).to.equal(undefined);
    expect(await check({ flowId: 'another-flow' })).to.equal(undefined);
    expect(await check({ browser: 'another browser' })).to.equal(undefined);
    expect((await check())?.registered).to.equal('registered');
  });

  it('is used up by what it opens', async () => {
    const { check, commit } = await approved();
    const proved = await check();
    await commit?.(proved?.changes ?? []);
    expect(await check()).to.equal(undefined);
  });

  it('proves no more than the browser that gave it does', async () => {
    const { method, held } = await approved();
    expect(method.proves(held.data)).to.deep.equal([`browser ${held.data.browser}`]);
  });
});
