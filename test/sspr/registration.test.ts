import { expect } from 'chai';
import { DAY } from '../../src/kernel/clock.ts';
import type { Person } from '../support/person.ts';
import { world } from '../support/world.ts';
import { hasAlternateMail, registrationNow } from './registering.ts';
import { questions } from './questions.ts';

const nag = (more: object = {}) => ({ policies: [{ name: 'everybody', enforcement: 'nag', ...more }] });
const TWO_GATES = { policies: [{ name: 'everybody', gates: 2, methods: ['email', 'questions'] }] };

const registersMail = async (person: Person, address = person.alternateMail): Promise<void> => {
  await person.browser.submit({ email: address }, 'Send the code');
  const { code } = await person.alternateInbox();
  await person.browser.submit({ 'one-time-code': code }, 'Confirm the address');
};

describe('registration at sign-in', () => {
  it('is asked for on the same authorization request, and leads on to the app', async () => {
    await using w = await world();
    const alice = await w.person('alice');
    await alice.signsIn();
    expect(await alice.browser.heading()).to.equal('Set up a way back in');
    expect(await alice.browser.offers('Not now')).to.equal(false);
    await registersMail(alice);
    expect(alice.outcome()).to.have.property('claims');
    expect((await registrationNow(w, alice)).methods).to.have.length(1);
    await alice.with(w.browser()).signsIn();
    expect(w.party.outcomes).to.have.length(2);
  });

  it('tells the other addresses of the person, and not the one that was added', async () => {
    await using w = await world();
    const alice = await w.person('alice');
    await alice.signsIn();
    await registersMail(alice);
    expect((await alice.inbox()).last.subject).to.equal('A way back into your account was added');
    expect((await alice.alternateInbox()).last.subject).to.equal('Code to confirm your address');
  });

  it('asks for as many methods as there are gates, one after the other', async () => {
    await using w = await world({ sspr: TWO_GATES });
    const alice = await w.person('alice');
    await alice.signsIn();
    expect(await alice.browser.text()).to.contain('Step 1 of 2');
    await alice.browser.follow('Add an address');
    await registersMail(alice);
    expect(await alice.browser.text()).to.contain('Step 2 of 2');
    await alice.browser.follow('Set up questions');
    const chosen = Object.keys(questions).slice(0, 5);
    const answers = chosen.map((_question, at) => [`answer${String(at + 1)}`, `zebra ${String(at)}`]);
    const asked = chosen.map((question, at) => [`question${String(at + 1)}`, question]);
    await alice.browser.submit(
      Object.fromEntries([...asked, ...answers]) as Record<string, string>,
      'Save the answers',
    );
    expect(alice.outcome()).to.have.property('claims');
  });

  it('refuses the address of the account, one of the organisation, and what is none', async () => {
    await using w = await world({ config: { organisation: { mailDomains: ['example.test'] } } });
    const alice = await w.person('alice', { mail: 'alice@mail.test' });
    await alice.signsIn();
    for (const [address, reason] of [
      ['Alice@MAIL.test', 'address of the account itself'],
      ['bob@sub.Example.TEST', 'part of your organisation'],
      ['nonsense', 'Enter an email address such as'],
      ['a@b.test\r\nBcc: c@d.test', 'Enter an email address such as'],
    ] as const) {
      await alice.browser.submit({ email: address }, 'Send the code');
      expect(await alice.browser.text(), address).to.contain(reason);
    }
  });

  it('takes five wrong codes at most', async () => {
    await using w = await world();
    const alice = await w.person('alice');
    await alice.signsIn();
    await alice.browser.submit({ email: alice.alternateMail }, 'Send the code');
    for (let count = 0; count < 5; count += 1) {
      await alice.browser.submit({ 'one-time-code': '00000000' }, 'Confirm the address');
      expect(await alice.browser.text()).to.contain('This code is not right');
    }
    await alice.browser.submit({ 'one-time-code': (await alice.alternateInbox()).code }, 'Confirm the address');
    expect(await alice.browser.text()).to.contain('we stopped taking codes');
    expect((await registrationNow(w, alice)).methods).to.have.length(0);
  });

  it('can be put off by a button where the policy nags, and is asked again in another session', async () => {
    await using w = await world({ sspr: nag() });
    const alice = await w.person('alice');
    await alice.signsIn();
    await alice.browser.submit({}, 'Not now');
    expect(alice.outcome()).to.have.property('claims');
    await alice.startsSignIn();
    expect(alice.outcome()).to.have.property('claims');
    const elsewhere = alice.with(w.browser());
    await elsewhere.signsIn();
    expect(await elsewhere.browser.heading()).to.equal('Set up a way back in');
  });

  it('counts a page that was shown and left as put off for the session', async () => {
    await using w = await world({ sspr: nag() });
    const alice = await w.person('alice');
    await alice.signsIn();
    expect(await alice.browser.heading()).to.equal('Set up a way back in');
    await alice.startsSignIn();
    expect(alice.outcome()).to.have.property('claims');
    expect((await registrationNow(w, alice)).snoozes).to.equal(1);
  });

  it('keeps the peace for the days of a snooze, and is required after the last one', async () => {
    await using w = await world({ sspr: nag({ snoozeDays: 3, maxSnoozes: 2 }) });
    const alice = await w.person('alice');
    const signsInAnew = async () => {
      const there = alice.with(w.browser());
      await there.signsIn();
      return there.browser;
    };
    const first = await signsInAnew();
    await first.submit({}, 'Not now');
    await w.later(2 * DAY);
    expect(await (await signsInAnew()).heading()).not.to.equal('Set up a way back in');
    await w.later(DAY);
    const second = await signsInAnew();
    await second.reload();
    await second.submit({}, 'Not now');
    await w.later(3 * DAY);
    const third = await signsInAnew();
    expect(await third.heading()).to.equal('Set up a way back in');
    expect(await third.offers('Not now')).to.equal(false);
  });

  for (const [policy, answer] of [
    [{ enforcement: 'required' }, { error: 'interaction_required' }],
    [{ enforcement: 'nag' }, { kind: 'signed-in' }],
  ] as const) {
    it(`answers a silent request of someone unregistered where it is to ${policy.enforcement}`, async () => {
      await using w = await world({ sspr: { policies: [{ name: 'everybody', ...policy }] } });
      const alice = await w.person('alice');
      await alice.signsIn();
      await alice.startsSignIn({ prompt: 'none' });
      expect(alice.outcome()).to.include(answer);
    });
  }

  it('asks for the password once more when the session has grown old', async () => {
    await using w = await world();
    const alice = await w.person('alice');
    await alice.signsIn();
    await w.later(16 * 60_000);
    await alice.browser.reload();
    expect(await alice.browser.heading()).to.equal('Enter your password once more');
    await alice.browser.submit({ 'current-password': 'wrong' }, 'Confirm that it is me');
    expect(await alice.browser.text()).to.contain('This password is not right');
    await alice.browser.submit({ 'current-password': alice.password }, 'Confirm that it is me');
    await registersMail(alice);
    expect(alice.outcome()).to.have.property('claims');
  });
});

describe('reconfirmation at sign-in', () => {
  it('asks after 180 days whether the methods are still theirs, and not before', async () => {
    await using w = await world();
    const alice = await w.person('alice');
    await hasAlternateMail(w, alice);
    await w.later(180 * DAY - 1000);
    await alice.signsIn();
    expect(alice.outcome()).to.have.property('claims');
    await w.later(1000);
    const there = alice.with(w.browser());
    await there.signsIn();
    expect(await there.browser.heading()).to.equal('Are these still yours?');
    expect(await there.browser.text()).to.contain('a•••@elsewhere.test');
    await there.browser.submit({}, 'Yes, all are still mine');
    expect(there.outcome()).to.have.property('claims');
    const again = alice.with(w.browser());
    await again.signsIn();
    expect(await again.browser.heading()).not.to.equal('Are these still yours?');
  });

  it('lets people change a method on the way, and tells the old address', async () => {
    await using w = await world();
    const alice = await w.person('alice');
    await hasAlternateMail(w, alice, 'old@elsewhere.test');
    await w.later(181 * DAY);
    await alice.signsIn();
    await alice.browser.follow('Change');
    await registersMail(alice);
    expect(await alice.browser.text()).to.contain('a•••@elsewhere.test');
    await alice.browser.submit({}, 'Yes, all are still mine');
    expect(alice.outcome()).to.have.property('claims');
    expect((await w.mail.to('old@elsewhere.test')).last.subject).to.equal('A way back into your account was added');
  });

  it('asks to register again whoever removes what is needed', async () => {
    await using w = await world();
    const alice = await w.person('alice');
    await hasAlternateMail(w, alice);
    await w.later(181 * DAY);
    await alice.signsIn();
    await alice.browser.submit({}, 'Remove');
    expect(await alice.browser.heading()).to.equal('Set up a way back in');
    expect((await alice.alternateInbox()).last.subject).to.equal('A way back into your account was removed');
  });

  it('asks again at the next session when it was put off', async () => {
    await using w = await world();
    const alice = await w.person('alice');
    await hasAlternateMail(w, alice);
    await w.later(181 * DAY);
    await alice.signsIn();
    await alice.browser.submit({}, 'Ask me next time');
    expect(alice.outcome()).to.have.property('claims');
    const there = alice.with(w.browser());
    await there.signsIn();
    expect(await there.browser.heading()).to.equal('Are these still yours?');
  });
});
