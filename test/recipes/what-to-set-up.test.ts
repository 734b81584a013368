import { expect } from 'chai';
import { onEveryEngine } from '../support/engines.ts';
import { useWorld } from '../support/world.ts';

const TWO = { name: 'everybody', gates: 2, methods: ['questions', 'email', 'recovery', 'totp'] };

onEveryEngine('Alice, who is to set up two ways back', (store) => {
  const world = useWorld({ store, sspr: { policies: [TWO] } });

  it('is offered what her policy allows and nothing else, the strongest first, and told how many', async () => {
    const alice = await world().person('alice');
    await alice.signsIn();
    const text = await alice.browser.text();
    expect(text).to.include('Please set up 2 of these');
    expect(text).to.match(/Authenticator app.*Recovery codes.*Another email address.*Security questions/);
    for (const other of ['Set up a passkey', 'Add a mobile phone', 'Activate the device']) {
      expect(await alice.browser.offers(other), other).to.equal(false);
    }
  });

  it('finds what she did when she comes back after breaking off, and is asked for the rest', async () => {
    const alice = await world().person('alice');
    await alice.signsIn();
    await alice.browser.follow('Add an address');
    await alice.registersMail();

    const later = alice.with(world().browser());
    await later.signsIn();
    const text = await later.browser.text();
    expect(text).to.match(/Already set up Mail to a\S*@elsewhere\.test/);
    expect(text).to.include('Please set up one of these');
    expect(await later.browser.offers('Add an address')).to.equal(false);
    await later.browser.follow('Make recovery codes');
    await later.browser.submit({}, 'Show the codes');
    await later.browser.submit({}, 'I have kept them');
    expect(await later.browser.heading()).to.equal('Signed in to the app');
  });
});
