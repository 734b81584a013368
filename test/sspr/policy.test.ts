import { expect } from 'chai';
import { QUESTIONS_ALONE, ssprConfig } from '../../plugins/sspr/config.ts';
import { createPolicies } from '../../plugins/sspr/policy.ts';
import { accountOf } from './flow-samples.ts';

const policies = (config: unknown) => createPolicies(ssprConfig.parse(config));
const member = (...groups: readonly string[]) => ({ ...accountOf('ann'), groups });

/** Path and sentence of every fault. */
const faults = (config: unknown): readonly string[] => {
  const { error } = ssprConfig.safeParse(config);
  return (error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);
};

describe('the policy of a person', () => {
  it('is the first that fits one of the groups, whatever its spelling', () => {
    const { of } = policies({
      policies: [
        { name: 'contractors', groups: ['Contractors'], gates: 2, methods: ['email', 'questions'] },
        { name: 'staff', groups: ['STAFF', 'Contractors'] },
        { name: 'everybody' },
      ],
    });
    expect(of(member('staff', 'contractors'))?.name).to.equal('contractors');
    expect(of(member('Staff'))?.name).to.equal('staff');
    expect(of(member())?.name).to.equal('everybody');
  });

  it('passes over whoever is in one of its excluded groups, also a policy for everybody', () => {
    const { of, verdict } = policies({
      policies: [
        { name: 'staff', groups: ['Staff'], exclude: ['Finance', 'Board'] },
        { name: 'most', exclude: ['board'] },
        { name: 'the rest' },
      ],
    });
    expect(of(member('staff'))?.name).to.equal('staff');
    expect(of(member('staff', 'FINANCE'))?.name).to.equal('most');
    expect(of(member('staff', 'board'))?.name).to.equal('the rest');
    expect(verdict(member('staff'))).to.include({ kind: 'policy', group: 'Staff' });
    expect(verdict(member())).to.have.nested.property('policy.name', 'most');
    expect(verdict(member())).not.to.have.property('group');
  });

  it('says why there is none', () => {
    const none = (config: unknown, account = member('staff')) => policies(config).verdict(account);
    const staff = { name: 'staff', groups: ['Staff'] };
    expect(none({}, { ...member(), active: false })).to.include({ kind: 'none', why: 'disabled' });
    expect(none({}, { ...member(), kind: 'service' as never })).to.include({ why: 'service' });
    expect(none({ scope: 'none' })).to.include({ why: 'scope-none' });
    expect(none({ scope: 'selected', include: ['Others'] })).to.include({ why: 'not-included' });
    expect(none({ exclude: ['STAFF'] })).to.deep.equal({ kind: 'none', why: 'excluded', group: 'STAFF' });
    expect(none({ policies: [staff] }, member('guests'))).to.include({ why: 'no-policy' });
  });

  it('counts gates of an unlock apart, as many as for a reset unless said, and two for administrators', () => {
    const two = { name: 'all', gates: 2, methods: ['email', 'questions'], questionsAlone: QUESTIONS_ALONE };
    expect(policies({ policies: [two] }).of(member())).to.include({ gates: 2, unlockGates: 2, wanted: 2 });
    const easier = policies({ policies: [{ ...two, unlockGates: 1 }] });
    expect(easier.of(member())).to.include({ gates: 2, unlockGates: 1, wanted: 2 });
    expect(easier.of({ ...member(), administrator: true })).to.include({ gates: 2, unlockGates: 2 });
    const harder = policies({ policies: [{ ...two, gates: 1, unlockGates: 2 }] });
    expect(harder.of(member())).to.include({ gates: 1, unlockGates: 2, wanted: 2 });
  });

  it('is none for whoever is out of scope, disabled, or no person', () => {
    const selected = policies({ scope: 'selected', include: ['In', 'Also in'], exclude: ['Out'] });
    expect(selected.of(member('in'))).not.to.equal(undefined);
    expect(selected.of(member('in', 'OUT'))).to.equal(undefined);
    expect(selected.of(member('other'))).to.equal(undefined);
    expect(policies({ scope: 'none' }).of(member())).to.equal(undefined);
    expect(policies({ exclude: ['Out'] }).of(member('out'))).to.equal(undefined);
    expect(policies({}).of({ ...member(), active: false })).to.equal(undefined);
    expect(policies({}).of({ ...member(), kind: 'service' })).to.equal(undefined);
    expect(policies({ policies: [{ name: 'staff', groups: ['Staff'] }] }).of(member())).to.equal(undefined);
  });

  it('asks two gates of administrators, never questions, and no more registrations than are allowed', () => {
    const { of } = policies({ policies: [{ name: 'all', gates: 2, methods: ['email', 'questions'] }] });
    const administrator = of({ ...member(), administrator: true });
    expect(administrator).to.include({ gates: 2, wanted: 1 });
    expect(administrator?.methods).to.deep.equal(['email']);
  });

  it('offers strangers what any policy allows first, and questions only where that was accepted', () => {
    const two = { name: 'two', groups: ['Two'], gates: 2, methods: ['questions', 'email'] };
    expect(policies({ policies: [two] }).strangers.reset.first).to.deep.equal(['email']);
    const alone = { name: 'alone', gates: 1, methods: ['questions'], questionsAlone: QUESTIONS_ALONE };
    expect(policies({ policies: [two, alone] }).strangers.reset.first).to.deep.equal(['email', 'questions']);
  });
});

describe('the configuration of the reset', () => {
  it('has defaults for everything', () => {
    const config = ssprConfig.parse(undefined);
    expect(config.policies[0]).to.include({ gates: 1, enforcement: 'required', snoozeDays: 0, reconfirmDays: 180 });
    expect(config.policies[0]).to.include({ secondFactor: 'registered', rememberSecondFactorDays: 0 });
    expect(config.limits).to.include({
      failures: 5,
      windowHours: 24,
      blockHours: 24,
      sendsPerDay: 10,
      flowsPerPerson: 3,
    });
    expect(config.questions).to.include({ registered: 5, asked: 3 });
  });

  it('refuses questions as the only gate, unless somebody accepted it in so many words', () => {
    const policy = { name: 'all', gates: 1, methods: ['email', 'questions'] };
    expect(faults({ policies: [policy] })[0]).to.match(/^policies.0.methods: questions would be the only gate/);
    expect(faults({ policies: [{ ...policy, questionsAlone: 'yes' }] })).not.to.deep.equal([]);
    expect(faults({ policies: [{ ...policy, questionsAlone: QUESTIONS_ALONE }] })).to.deep.equal([]);
  });

  it('refuses questions as the only gate of an unlock just as well', () => {
    const policy = { name: 'all', gates: 2, unlockGates: 1, methods: ['email', 'questions'] };
    expect(faults({ policies: [policy] })[0]).to.match(/questions would be the only gate of an unlock/);
    expect(faults({ policies: [{ ...policy, methods: ['email'], gates: 1, unlockGates: 2 }] })).to.deep.equal([
      'policies.0.methods: 2 gates need at least 2 different methods',
    ]);
  });

  it('refuses a second factor that is required beside one gate, or where no method can be one', () => {
    const found = faults({ policies: [{ name: 'all', gates: 1, methods: ['email'], secondFactor: 'required' }] });
    expect(found[0]).to.equal(
      'policies.0.gates: a second factor that is required needs two gates: with one, whoever steals it resets the password with it',
    );
    expect(found[1]).to.match(/^policies.0.methods: none of them can be the second factor that is required/);
  });

  it('refuses a block that would be over before the failures are forgotten that began it', () => {
    expect(faults({ limits: { windowHours: 24, blockHours: 1 } })).to.deep.equal([
      'limits.blockHours: must be at least windowHours: failures that still count would keep up a block that is over',
    ]);
    expect(faults({ limits: { windowHours: 1, blockHours: 1 } })).to.deep.equal([]);
  });

  it('refuses two policies of one name, and one after another that is for everybody', () => {
    const named = [{ name: 'all', groups: ['Staff'] }, { name: 'all' }];
    expect(faults({ policies: named })).to.deep.equal(['policies.1.name: another policy has that name']);
    const reached = [{ name: 'most', exclude: ['Board'] }, { name: 'board' }];
    expect(faults({ policies: reached })).to.deep.equal([]);
  });

  it('refuses what cannot be meant, all of it at once', () => {
    const found = faults({
      scope: 'selected',
      policies: [{ name: 'all' }, { name: 'never reached', groups: ['Staff'], gates: 2, methods: ['email'] }],
      questions: { registered: 3, asked: 4, own: [] },
    }).join('\n');
    expect(found).to.contain('include: with scope selected, name at least one group');
    expect(found).to.contain('policies.0.groups: only the last policy may be for everybody');
    expect(found).to.contain('policies.1.methods: 2 gates need at least 2 different methods');
    expect(found).to.contain('questions.asked: no more questions can be asked than are registered');
  });

  it('keeps days and numbers within what the product promises', () => {
    for (const policy of [
      { snoozeDays: 15 },
      { reconfirmDays: 731 },
      { gates: 3 },
      { gates: 0 },
      { methods: [] },
      { unlockGates: 3 },
    ]) {
      expect(faults({ policies: [{ name: 'all', ...policy }] }), JSON.stringify(policy)).not.to.deep.equal([]);
    }
    for (const questions of [{ registered: 2 }, { registered: 6 }, { asked: 1 }, { asked: 6 }]) {
      expect(faults({ questions }), JSON.stringify(questions)).not.to.deep.equal([]);
    }
    for (const questions of [
      { registered: 3, asked: 3 },
      { registered: 5, asked: 2 },
    ]) {
      expect(faults({ questions }), JSON.stringify(questions)).to.deep.equal([]);
    }
    const own = Array.from({ length: 21 }, (_, at) => ({ id: `own-${String(at)}`, text: { en: 'Which one is it?' } }));
    expect(faults({ questions: { own } })).not.to.deep.equal([]);
    expect(faults({ password: { bannedTerms: Array.from({ length: 1001 }, () => 'term') } })).not.to.deep.equal([]);
  });
});
