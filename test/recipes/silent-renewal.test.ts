import { expect } from 'chai';
import { onEveryEngine } from '../support/engines.ts';
import { useWorld } from '../support/world.ts';

const DAY = 24 * 60 * 60_000;

onEveryEngine('An app renews silently while registration is required', (store) => {
  const world = useWorld({ store });

  it('is told interaction_required and why, and goes on once the person has registered', async () => {
    const alice = await world().person('alice');
    await alice.signsIn();
    await alice.startsSignIn({ prompt: 'none' });
    const refused = alice.outcome();
    expect(refused).to.deep.include({ kind: 'error', error: 'interaction_required' });
    expect(refused.kind === 'error' && refused.description).to.contain('register');
    await alice.startsSignIn();
    await alice.registersMail();
    await alice.startsSignIn({ prompt: 'none' });
    expect(alice.outcome().kind).to.equal('signed-in');
  });

  it('is never disturbed by reconfirmation, however long it is due', async () => {
    const bob = await world().person('bob', { registered: true });
    await world().later(200 * DAY);
    await bob.signsIn();
    await bob.browser.submit({}, 'Ask me next time');
    await bob.startsSignIn({ prompt: 'none' });
    expect(bob.outcome().kind).to.equal('signed-in');

    const unanswered = bob.with(world().browser());
    await unanswered.signsIn();
    expect(await unanswered.browser.heading()).to.equal('Are these still yours?');
    await unanswered.startsSignIn({ prompt: 'none' });
    expect(unanswered.outcome().kind).to.equal('signed-in');
  });

  it('is told login_required where nobody is signed in', async () => {
    const alice = await world().person('alice');
    await alice.startsSignIn({ prompt: 'none' });
    expect(alice.outcome()).to.deep.include({ kind: 'error', error: 'login_required' });
  });
});

onEveryEngine('An app renews silently while people are only reminded', (store) => {
  const world = useWorld({
    store,
    sspr: { policies: [{ name: 'everybody', methods: ['email'], enforcement: 'nag' }] },
  });

  it('is never disturbed, before "not now" as little as after it', async () => {
    const alice = await world().person('alice');
    await alice.signsIn();
    expect(await alice.browser.heading()).to.equal('Set up a way back in');
    const page = await alice.browser.url();
    await alice.startsSignIn({ prompt: 'none' });
    expect(alice.outcome().kind).to.equal('signed-in');
    await alice.browser.open(page.href);
    await alice.browser.submit({}, 'Not now');
    await alice.startsSignIn({ prompt: 'none' });
    expect(alice.outcome().kind).to.equal('signed-in');
  });
});
