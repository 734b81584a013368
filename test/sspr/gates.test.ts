import { expect } from 'chai';
import fc from 'fast-check';
import type { Flow, GateProof } from '../../plugins/sspr/collections.ts';
import { gatesOpen, PROOF_LIFETIME } from '../../plugins/sspr/flows/proofs.ts';
import { resetFlow } from '../../plugins/sspr/flows/reset.ts';
import type { ResetEvent } from '../../plugins/sspr/flows/reset.ts';
import { advance } from '../../plugins/sspr/flows/table.ts';
import { AppError } from '../../src/kernel/errors.ts';
import { accountOf, flowOf, registrationOf, START } from './flow-samples.ts';

const METHODS = ['email', 'questions', 'word'];
const PEOPLE = ['ann', 'bea'];
const BROWSERS = ['browser', 'other browser'];

const time = fc.integer({ min: START, max: START + 16 * 60_000 });
const demand = fc.record({ gates: fc.constantFrom(1, 2), methods: fc.constantFrom(METHODS, METHODS, ['email']) });
const person = fc.record({ accountId: fc.constantFrom(...PEOPLE), epoch: fc.constantFrom(0, 1) });
const proof: fc.Arbitrary<GateProof> = fc.record({
  method: fc.constantFrom(...METHODS),
  at: time,
  browser: fc.constantFrom(...BROWSERS),
  registered: fc.constant('r'),
  things: fc.constant<string[]>([]),
});

/** A flow as it may be stored: no event proves a method twice, as the property below has it of this one. */
const proofs = fc.uniqueArray(proof, { maxLength: 2, selector: (each) => each.method });
const first: fc.Arbitrary<Flow> = fc
  .record({ id: fc.constantFrom('first', 'another'), proofs, person })
  .map(({ id, proofs: proved, person: whose }) =>
    flowOf('reset', 'second-gate', { id, proofs: proved, ...whose, browser: 'other browser' }),
  );

const challenge = fc.record({ method: fc.constantFrom(...METHODS), until: time, data: fc.constant({}) });
const registration = registrationOf('ann');
const method = fc.constantFrom(...METHODS);

const event: fc.Arbitrary<ResetEvent> = fc.oneof(
  fc.record({ type: fc.constant('ask'), method, sends: fc.boolean() }),
  fc.record({ type: fc.constant('issue'), challenge, reason: fc.constant(''), counts: fc.boolean(), person }),
  fc.record({ type: fc.constant('attempt'), method, judged: fc.boolean() }),
  fc.record({
    type: fc.constant('prove'),
    proof,
    person,
    demand,
    key: fc.constant('new'),
    registration: fc.constant(registration),
    counted: fc.boolean(),
  }),
  fc.record({ type: fc.constant('carry'), method, there: fc.constant(flowOf('reset', 'proved')) }),
  fc.record({ type: fc.constant('try-word') }),
  fc.record({
    type: fc.constant('bring'),
    first: first.map((flow) => ({ ...flow, version: 1 })),
    demand,
    now: time,
    key: fc.constant('new'),
  }),
  fc.record({
    type: fc.constant('write'),
    person,
    demand,
    browser: fc.constantFrom(...BROWSERS),
    now: time,
    account: fc.constant(accountOf('ann')),
    registration: fc.constant(registration),
    setting: fc.constant([]),
  }),
);

/** A written password, with everything that was accepted before it. */
interface Written {
  readonly flow: Flow;
  readonly event: Extract<ResetEvent, { type: 'write' }>;
  readonly accepted: readonly ResetEvent[];
}

/** Throws every event at the flow, keeps what it takes, and gives the write if one was taken. */
const play = (events: readonly ResetEvent[]): Written | undefined => {
  let flow: Flow = flowOf('reset', resetFlow.initial, { from: 'first' });
  const accepted: ResetEvent[] = [];
  for (const one of events) {
    try {
      const next = advance(resetFlow, flow, one, START).flow;
      if (one.type === 'write') return { flow, event: one, accepted };
      flow = next;
      accepted.push(one);
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'flow_out_of_order') throw error;
    }
  }
  return undefined;
};

describe('the gates of a reset', () => {
  it('count different methods, of this browser, for fifteen minutes', () => {
    const one = { method: 'email', at: START, browser: 'browser', registered: 'r', things: [] };
    expect(gatesOpen([], 'browser', START)).to.equal(0);
    expect(gatesOpen([one, { ...one, at: START + 1 }], 'browser', START + 1)).to.equal(1);
    expect(gatesOpen([one, { ...one, method: 'questions' }], 'browser', START)).to.equal(2);
    expect(gatesOpen([one], 'other browser', START)).to.equal(0);
    expect(gatesOpen([one], 'browser', START + PROOF_LIFETIME - 1)).to.equal(1);
    expect(gatesOpen([one], 'browser', START + PROOF_LIFETIME)).to.equal(0);
    expect(gatesOpen([one], 'browser', START - 1)).to.equal(0);
  });

  it('are never skipped, repeated or opened for another person, whatever comes in whatever order', () => {
    let written = 0;
    fc.assert(
      // Of long sequences one in fifty comes to a password that is written; of short ones hardly any does.
      fc.property(fc.array(event, { minLength: 2, maxLength: 40, size: 'max' }), (events) => {
        const end = play(events);
        if (!end) return;
        written += 1;
        const { flow, event: write, accepted } = end;
        const proving = accepted.filter((one) => one.type === 'prove' || one.type === 'bring');
        expect(proving).not.to.have.length(0);
        expect(write.browser).to.equal('browser');
        expect(flow.accountId).to.equal(write.person.accountId);
        expect(flow.epoch).to.equal(write.person.epoch);
        for (const one of proving) {
          if (one.type === 'prove') expect(one.person).to.deep.equal(write.person);
          else expect(one.first).to.include(write.person);
        }
        const methods = flow.proofs.map((each) => each.method);
        expect(new Set(methods).size).to.equal(methods.length);
        const counting = flow.proofs.filter((each) => write.demand.methods.includes(each.method));
        expect(gatesOpen(counting, 'browser', write.now)).to.be.at.least(write.demand.gates);
      }),
      { numRuns: 1000 },
    );
    expect(written).to.be.greaterThan(0);
  });

  it('give every proof a new secret for the cookie', () => {
    const flow = flowOf('reset', 'first-gate');
    const whose = { accountId: 'ann', epoch: 0 };
    const opening = { method: 'email', at: START, browser: 'browser' };
    const prove = {
      type: 'prove',
      proof: opening,
      person: whose,
      demand: { gates: 1, methods: METHODS },
      key: 'new',
      registration,
      counted: false,
    };
    expect(advance(resetFlow, flow, prove as ResetEvent, START).flow.key).to.equal('new');
  });
});
