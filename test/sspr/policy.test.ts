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
    expect(policies({ policies: [two] }).first).to.deep.equal(['email']);
    const alone = { name: 'alone', gates: 1, methods: ['questions'], questionsAlone: QUESTIONS_ALONE };
    expect(policies({ policies: [two, alone] }).first).to.deep.equal(['email', 'questions']);
  });
});

describe('the configuration of the reset', () => {
  it('has defaults for everything', () => {
    const config = ssprConfig.parse(undefined);
    expect(config.policies[0]).to.include({ gates: 1, enforcement: 'required', snoozeDays: 0, reconfirmDays: 180 });
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

  it('refuses what cannot be meant, all of it at once', () => {
    const found = faults({
      scope: 'selected',
      policies: [{ name: 'all' }, { name: 'never reached', groups: ['Staff'], gates: 2 }],
      questions: { registered: 3, asked: 4, own: [] },
    }).join('\n');
    expect(found).to.contain('include: with scope selected, name at least one group');
    expect(found).to.contain('policies.0.groups: only the last policy may be for everybody');
    expect(found).to.contain('policies.1.methods: 2 gates need at least 2 different methods');
    expect(found).to.contain('questions.asked: no more questions can be asked than are registered');
  });

  it('keeps days and numbers within what the product promises', () => {
    for (const policy of [{ snoozeDays: 15 }, { reconfirmDays: 731 }, { gates: 3 }, { gates: 0 }, { methods: [] }]) {
      expect(faults({ policies: [{ name: 'all', ...policy }] }), JSON.stringify(policy)).not.to.deep.equal([]);
    }
    const own = Array.from({ length: 21 }, (_, at) => ({ id: `own-${String(at)}`, text: { en: 'Which one is it?' } }));
    expect(faults({ questions: { own } })).not.to.deep.equal([]);
    expect(faults({ password: { bannedTerms: Array.from({ length: 1001 }, () => 'term') } })).not.to.deep.equal([]);
  });
});
