import { expect } from 'chai';
import { DAY, SECOND } from '../../src/kernel/clock.ts';
import { world } from '../support/world.ts';
import { choosesPassword, givesCode, hasAlternateMail, NEW_PASSWORD, opens, startsReset } from './registering.ts';

describe('what was sent before', () => {
  it('is dead once the person has signed in', async () => {
    await using w = await world();
    const alice = await w.person('alice');
    await hasAlternateMail(w, alice);
    const elsewhere = w.browser();
    await startsReset(w, elsewhere, 'alice');
    const { link, code } = await alice.alternateInbox();
    await w.later(SECOND);
    await alice.signsIn();
    await elsewhere.open(link);
    expect(await elsewhere.heading()).to.equal('This link no longer works');
    await elsewhere.open(`${w.issuer}/reset/prove/email`);
    await givesCode(elsewhere, code);
    expect(await elsewhere.text()).to.contain('This code is not right');
  });

  it('is not dead by a sign-in once a gate is open: who knows the password cannot stop its owner', async () => {
    await using w = await world();
    const alice = await w.person('alice');
    await hasAlternateMail(w, alice);
    await startsReset(w, alice.browser, 'alice');
    await givesCode(alice.browser, (await alice.alternateInbox()).code);
    await w.later(SECOND);
    await alice.with(w.browser()).signsIn();
    await choosesPassword(alice.browser);
    expect(await opens(w, alice, NEW_PASSWORD)).to.equal(true);
  });

  it('is dead once the address it was sent to is no way back any more', async () => {
    await using w = await world();
    const alice = await w.person('alice');
    await hasAlternateMail(w, alice);
    await startsReset(w, alice.browser, 'alice');
    const { link, code } = await alice.alternateInbox();
    await hasAlternateMail(w, alice, 'new@elsewhere.test', 'registered anew');
    await givesCode(alice.browser, code);
    expect(await alice.browser.text()).to.contain('This code is not right');
    await alice.browser.open(link);
    expect(await alice.browser.heading()).to.equal('This link no longer works');
  });

  it('is dead once the account is disabled, and stays dead when it is enabled again', async () => {
    await using w = await world();
    const alice = await w.person('alice');
    await hasAlternateMail(w, alice);
    await startsReset(w, alice.browser, 'alice');
    const { link } = await alice.alternateInbox();
    const { store, directory } = w.app.foundation;
    const by = { actor: 'cli' };
    for (const active of [false, true]) {
      const person = await directory.people.byId(alice.id);
      if (!person) throw new Error('alice is gone');
      await store.commit(directory.people.updating(person, { active }, by));
    }
    await alice.browser.open(link);
    expect(await alice.browser.heading()).to.equal('This link no longer works');
  });

  it('gives a new cookie for every proof, and the one from before opens nothing', async () => {
    await using w = await world();
    const alice = await w.person('alice');
    await hasAlternateMail(w, alice);
    await startsReset(w, alice.browser, 'alice');
    const before = alice.browser.cookies.header(new URL(w.issuer)) ?? '';
    await givesCode(alice.browser, (await alice.alternateInbox()).code);
    const reply = await w.browser().send(`${w.issuer}/reset/password`, { headers: { cookie: before } });
    expect(reply.status).to.equal(303);
    expect(reply.headers.location).to.equal('/reset');
  });
});

describe('after a reset by one gate', () => {
  it('nobody is asked about methods for a day, and then again', async () => {
    await using w = await world();
    const alice = await w.person('alice');
    await hasAlternateMail(w, alice);
    await w.later(181 * DAY);
    await startsReset(w, alice.browser, 'alice');
    await givesCode(alice.browser, (await alice.alternateInbox()).code);
    await choosesPassword(alice.browser);
    await alice.startsSignIn();
    await alice.givesPassword(NEW_PASSWORD);
    expect(w.party.outcomes).to.have.length(1);
    await w.later(DAY);
    const there = alice.with(w.browser());
    await there.startsSignIn();
    await there.givesPassword(NEW_PASSWORD);
    expect(await there.browser.heading()).to.equal('Are these still yours?');
  });
});
