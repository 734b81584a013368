import { expect } from 'chai';
import { auditEvents } from '../../src/audit/record.ts';
import { eq } from '../../src/store/query.ts';
import { sendForm } from '../support/send-form.ts';
import type { Person } from '../support/person.ts';
import { world } from '../support/world.ts';
import { hasAlternateMail, registrationNow, startsReset } from './registering.ts';

const registersMail = async (person: Person, address = person.alternateMail): Promise<void> => {
  await person.browser.submit({ email: address }, 'Send the code');
  const { code } = await person.alternateInbox();
  await person.browser.submit({ 'one-time-code': code }, 'Confirm the address');
};

describe('registration at sign-in', () => {
  it('tells the other addresses of the person, and not the one that was added', async () => {
    await using w = await world();
    const alice = await w.person('alice');
    await alice.signsIn();
    await registersMail(alice);
    expect((await alice.inbox()).last.subject).to.equal('A way back into your account was added');
    expect((await alice.alternateInbox()).last.subject).to.equal('Code to confirm your address');
  });

  it('registers once by a right code that comes fifty times at once, and tells of it once', async () => {
    await using w = await world();
    const alice = await w.person('alice');
    await alice.signsIn();
    await alice.browser.submit({ email: alice.alternateMail }, 'Send the code');
    const { code } = await alice.alternateInbox();
    const { url, fields } = alice.browser.prepared({ 'one-time-code': code }, 'Confirm the address');
    const body = new URLSearchParams(fields).toString();
    const replies = await Promise.all(Array.from({ length: 50 }, () => sendForm(alice.browser, url, body)));
    for (const { status } of replies) expect([303, 409, 422]).to.include(status);
    expect((await registrationNow(w, alice)).methods.map(({ method }) => method)).to.deep.equal(['email']);
    const { docs } = await w.app.foundation.store.find(auditEvents, eq('type', 'method.added'));
    expect(docs).to.have.length(1);
    const told = (await alice.inbox()).mails.filter(
      ({ subject }) => subject === 'A way back into your account was added',
    );
    expect(told).to.have.length(1);
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

  it('sends no more mails to an address than the limit, and none of those that a reset has to send', async () => {
    await using w = await world({ sspr: { limits: { sendsPerTenMinutes: 3, sendsPerDay: 3 } } });
    const alice = await w.person('alice');
    const ann = await w.person('ann');
    await hasAlternateMail(w, ann, alice.alternateMail);
    await ann.signsIn();
    await startsReset(w, ann.browser, 'ann');
    await w.settle();
    await alice.signsIn();
    for (let count = 0; count < 4; count += 1) {
      await alice.browser.submit({ email: alice.alternateMail }, 'Send the code');
      if (count < 3) await alice.browser.submit({}, 'Use another address or send again');
    }
    expect(await alice.browser.text()).to.contain('Many messages or calls were asked for in a short time');
    expect((await alice.alternateInbox()).mails).to.have.length(1 + 3);
  });

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
