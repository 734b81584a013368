import { expect } from 'chai';
import { z } from 'zod';
import type { Registration } from '../../plugins/sspr/collections.ts';
import type { Methods } from '../../plugins/sspr/methods/list.ts';
import type { Method } from '../../plugins/sspr/methods/method.ts';
import type { Policy } from '../../plugins/sspr/policy.ts';
import { besidePassword } from '../../plugins/sspr/staleness/marks.ts';
import { standingOf, wantingOf, waysOf } from '../../plugins/sspr/standing.ts';
import { registrationOf, START } from './flow-samples.ts';

const shape = z.strictObject({ shows: z.array(z.string()) });

/** Of a method the standing asks for nothing but this. */
const method = (name: string, secondFactor = false): Method<z.infer<typeof shape>> => ({
  name,
  guessable: true,
  most: 1,
  ...(secondFactor ? { secondFactor: { amr: [name] } } : {}),
  data: shape,
  describe: () => ({}),
  proves: ({ shows }) => shows,
  proof: {
    form: z.strictObject({}),
    sends: false,
    page: () => ({}),
    check: () => Promise.resolve(undefined),
  },
});

const all = [method('email'), method('questions'), method('sms', true), method('voice', true), method('totp', true)];
const lasting = { ...method('device'), ends: () => START + 1 };
const methods = Object.fromEntries([...all, lasting].map((one) => [one.name, one])) as unknown as Methods;

const policyOf = (names: readonly string[], more: Partial<Policy> = {}): Policy => ({
  name: 'sample',
  gates: 1,
  unlockGates: 1,
  methods: names as Policy['methods'],
  wanted: Math.min(Math.max(more.gates ?? 1, more.unlockGates ?? 1), names.length),
  enforcement: 'required',
  snoozeDays: 0,
  maxSnoozes: Infinity,
  reconfirmDays: 0,
  secondFactor: 'registered',
  rememberSecondFactorDays: 0,
  passwordMaxAgeDays: 0,
  ...more,
});

type Held = Partial<Registration['methods'][number]> & { readonly method: string; readonly shows?: readonly string[] };

const registered = (...held: readonly Held[]): Registration => ({
  ...registrationOf('ann'),
  methods: held.map(({ shows = [], ...one }, at) => ({
    id: String(at),
    addedAt: START,
    data: { shows: [...shows] },
    ...one,
  })),
});

const standing = (policy: Policy, ...held: readonly Held[]) =>
  standingOf(policy, waysOf(methods, policy, registered(...held), START));

const wanting = (policy: Policy, ...held: readonly Held[]) => wantingOf(methods, policy, registered(...held), START);

const everything = ['email', 'questions', 'sms', 'voice', 'totp'];

describe('how somebody stands to their policy', () => {
  it('is told by what they could open now, for a reset and for an unlock', () => {
    const policy = policyOf(everything, { gates: 2, unlockGates: 1 });
    expect(standing(policy).missing).to.deep.equal({ reset: 2, unlock: 1 });
    expect(standing(policy, { method: 'email' }).missing).to.deep.equal({ reset: 1, unlock: 0 });
    expect(standing(policy, { method: 'email' }, { method: 'totp' }).missing).to.deep.equal({ reset: 0, unlock: 0 });
  });

  it('counts what shows the same thing once', () => {
    const policy = policyOf(everything, { gates: 2 });
    const one = ['phone 1'];
    expect(standing(policy, { method: 'sms', shows: one }, { method: 'voice', shows: one }).gates).to.have.length(1);
    const other = ['phone 2'];
    expect(standing(policy, { method: 'sms', shows: one }, { method: 'voice', shows: other }).gates).to.have.length(2);
  });

  it('counts nothing that the policy does not allow, that is dead, or that cannot be read', () => {
    const policy = policyOf(['email', 'sms', 'totp']);
    const stale = { at: START, reason: 'changed' as const, dead: true };
    const held = [{ method: 'questions' }, { method: 'sms', stale }, { method: 'totp', data: { broken: true } }];
    expect(standing(policy, ...held).gates).to.deep.equal([]);
    const doubtful = { method: 'sms', stale: { ...stale, dead: false } };
    expect(standing(policy, doubtful).gates).to.have.length(1);
  });

  it('counts what ends by itself until it does, whoever looks', () => {
    const policy = policyOf(['device']);
    const registration = registered({ method: 'device' });
    const gates = (now: number) => standingOf(policy, waysOf(methods, policy, registration, now)).gates.length;
    expect(gates(START)).to.equal(1);
    expect(gates(START + 1)).to.equal(0);
  });

  it('counts beside the password what the directory took back, and nothing that has ended', () => {
    const dead = (reason: 'changed' | 'ended') =>
      besidePassword(registered({ method: 'sms', stale: { at: START, reason, dead: true } })).methods[0];
    expect(dead('changed')?.stale).to.equal(undefined);
    expect(dead('ended')?.stale).to.deep.include({ reason: 'ended' });
  });

  it('has no second factor in what opened the only gate of a reset, for as long as that holds', () => {
    const policy = policyOf(['totp', 'email'], { gates: 2, secondFactor: 'required' });
    expect(standing(policy, { method: 'totp', aloneUntil: START + 1 }).passesSecondFactor).to.equal(false);
    expect(standing(policy, { method: 'totp', aloneUntil: START }).passesSecondFactor).to.equal(true);
    expect(standing(policy, { method: 'email' }).passesSecondFactor).to.equal(false);
    const asked = policyOf(['totp', 'email']);
    expect(standing(asked, { method: 'email' })).to.deep.include({ secondFactors: [], passesSecondFactor: true });
    expect(standing({ ...asked, secondFactor: 'off' }, { method: 'totp' }).secondFactors).to.deep.equal([]);
  });
});

describe('what somebody is asked to register', () => {
  it('is as much as gates need, by methods that would open one more', () => {
    const policy = policyOf(everything, { gates: 2 });
    expect(wanting(policy)).to.deep.equal({ count: 2, by: everything });
    expect(wanting(policy, { method: 'email' })).to.deep.equal({
      count: 1,
      by: ['questions', 'sms', 'voice', 'totp'],
    });
    expect(wanting(policy, { method: 'email' }, { method: 'totp' })).to.deep.equal({ count: 0, by: [] });
  });

  it('is one more where two show the same thing, also another of a method that is there', () => {
    const policy = policyOf(['sms', 'voice', 'totp'], { gates: 2 });
    const one = ['phone 1'];
    const both = [
      { method: 'sms', shows: one },
      { method: 'voice', shows: one },
    ];
    expect(wanting(policy, ...both)).to.deep.equal({ count: 1, by: ['sms', 'voice', 'totp'] });
  });

  it('is as much as an unlock needs, where that is more', () => {
    const policy = policyOf(everything, { gates: 1, unlockGates: 2 });
    expect(wanting(policy, { method: 'email' }).count).to.equal(1);
  });

  it('is a second factor where one is required, and at best one thing for both', () => {
    const policy = policyOf(everything, { gates: 2, secondFactor: 'required' });
    expect(wanting(policy, { method: 'email' }, { method: 'questions' })).to.deep.equal({
      count: 1,
      by: ['sms', 'voice', 'totp'],
    });
    expect(wanting(policy, { method: 'email' })).to.deep.equal({ count: 1, by: ['sms', 'voice', 'totp'] });
    expect(wanting(policy)).to.deep.equal({ count: 2, by: everything });
    expect(wanting(policy, { method: 'totp' }, { method: 'email' }).count).to.equal(0);
  });

  it('is no second factor where none is ever asked for, whatever the policy enforces', () => {
    for (const enforcement of ['required', 'nag'] as const) {
      const policy = policyOf(everything, { gates: 2, secondFactor: 'off', enforcement });
      expect(wanting(policy, { method: 'email' }, { method: 'questions' })).to.deep.equal({ count: 0, by: [] });
      expect(wanting(policy, { method: 'email' })).to.deep.equal({
        count: 1,
        by: ['questions', 'sms', 'voice', 'totp'],
      });
    }
  });

  it('is nothing beyond what the policy allows', () => {
    const policy = policyOf(['email'], { gates: 2, wanted: 1 });
    expect(wanting(policy, { method: 'email' })).to.deep.equal({ count: 0, by: [] });
  });
});
