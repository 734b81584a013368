import { expect } from 'chai';
import { onEveryEngine } from '../support/engines.ts';
import { useWorld } from '../support/world.ts';

onEveryEngine('Alice signs in for the first time and has no way back yet', (store) => {
  const world = useWorld({ store, config: { organisation: { mailDomains: ['example.test'] } } });

  it('registers one on the way, and arrives in the app by the same authorization request', async () => {
    const alice = await world().person('alice');
    const came = world().party.outcomes.length;
    await alice.signsIn();
    expect(await alice.browser.heading()).to.equal('Set up a way back in');
    expect(world().party.outcomes).to.have.lengthOf(came);
    await alice.registersMail();
    expect(await alice.browser.heading()).to.equal('Signed in to the app');
    // The app has compared state and nonce.
    expect(world().party.outcomes.slice(came)).to.have.lengthOf(1);
    const outcome = alice.outcome();
    if (outcome.kind !== 'signed-in') throw new Error(outcome.error);
    expect(outcome.claims['sub']).to.equal(alice.id);
    expect(outcome.claims['amr']).to.deep.equal(['pwd']);
  });

  it('is not asked again, in this browser or another', async () => {
    const alice = await world().person('alice');
    await alice.signsIn();
    await alice.registersMail();
    await alice.startsSignIn();
    expect(await alice.browser.heading()).to.equal('Signed in to the app');
    const elsewhere = alice.with(world().browser());
    await elsewhere.signsIn();
    expect(await elsewhere.browser.heading()).to.equal('Signed in to the app');
  });

  it('is told at the address of the account that a way back was added', async () => {
    const alice = await world().person('alice');
    await alice.signsIn();
    await alice.registersMail();
    expect((await alice.inbox()).last.subject).to.equal('A way back into your account was added');
  });

  it('finds no way round while it is required', async () => {
    const alice = await world().person('alice');
    await alice.signsIn();
    const page = await alice.browser.url();
    expect(await alice.browser.offers('Not now')).to.equal(false);
    const { fields } = alice.browser.prepared({ email: 'a@b.test' });
    await alice.browser.post(`${page.pathname.replace(/\/email$/, '')}/later`, { csrf: fields['csrf'] ?? '' });
    expect(alice.browser.status).to.equal(409);
    await alice.startsSignIn();
    expect(await alice.browser.heading()).to.equal('Set up a way back in');
    await alice.startsSignIn({}, world().otherParty);
    expect(await alice.browser.heading()).to.equal('Set up a way back in');
  });

  it('can still reset the password with what was registered on that day', async () => {
    const alice = await world().person('alice');
    await alice.signsIn();
    await alice.registersMail();
    const later = alice.with(world().browser());
    await later.opensReset();
    await later.typesCode();
    await later.choosesPassword('violet teapots at noon');
    expect(await later.browser.heading()).to.equal('Your password is changed');
  });

  it('cannot register the address of the account, one of the organisation, or what is no address', async () => {
    const alice = await world().person('alice');
    await alice.signsIn();
    for (const [address, words] of [
      [alice.mail, 'This is the address of the account itself.'],
      ['alice.private@example.test', 'This address is part of your organisation'],
      ['alice at home', 'Enter an email address such as'],
    ] as const) {
      await alice.browser.submit({ email: address });
      expect(await alice.browser.text()).to.contain(words);
      expect(await alice.browser.title()).to.match(/^Error: /);
      expect(await alice.browser.field('email')).to.equal(address);
    }
  });

  it('corrects a mistyped address, and only the code sent to the right one counts', async () => {
    const alice = await world().person('alice');
    await alice.signsIn();
    await alice.browser.submit({ email: `${alice.userName}@mistyped.test` });
    const { code: earlier } = await world().mail.to(`${alice.userName}@mistyped.test`);
    await alice.browser.submit({}, 'Use another address or send again');
    await alice.browser.submit({ email: alice.alternateMail });
    await alice.browser.submit({ 'one-time-code': earlier });
    expect(await alice.browser.text()).to.contain('This code is not right');
    await alice.typesCode();
    expect(await alice.browser.heading()).to.equal('Signed in to the app');
  });

  it('may close the browser halfway, and goes on at the next sign-in', async () => {
    const alice = await world().person('alice');
    await alice.signsIn();
    await alice.browser.submit({ email: alice.alternateMail });
    const next = alice.with(world().browser());
    await next.signsIn();
    expect(await next.browser.heading()).to.equal('Set up a way back in');
    await next.registersMail();
    expect(await next.browser.heading()).to.equal('Signed in to the app');
  });
});

onEveryEngine('Alice has a second mailbox in the organisation, and the operator allows that', (store) => {
  const world = useWorld({
    store,
    config: { organisation: { mailDomains: ['example.test'] } },
    sspr: { email: { ownDomains: 'allowed' } },
  });

  it('registers it, and still not the address of the account itself', async () => {
    const alice = await world().person('alice');
    await alice.signsIn();
    await alice.browser.submit({ email: alice.mail.toUpperCase() });
    expect(await alice.browser.text()).to.contain('This is the address of the account itself.');
    const second = `${alice.userName}.team@example.test`;
    await alice.registersMail(second);
    expect(await alice.browser.heading()).to.equal('Signed in to the app');
    const later = alice.with(world().browser());
    await later.opensReset();
    expect((await world().mail.to(second)).last.subject).to.equal('Code to reset your password');
  });
});
