import { expect } from 'chai';
import { onEveryEngine } from '../support/engines.ts';
import type { Person } from '../support/person.ts';
import { useWorld } from '../support/world.ts';

const resets = async (bob: Person): Promise<void> => {
  await bob.forgetsPassword();
  await bob.typesCode();
  await bob.choosesPassword('violet teapots at noon');
};

onEveryEngine('Bob notices on the sign-in page that he forgot his password', (store) => {
  const world = useWorld({ store });

  it('is back on the page of that very sign-in afterwards, with his name filled in and nobody signed in', async () => {
    const bob = await world().person('bob', { registered: true });
    await bob.startsSignIn();
    const before = await bob.browser.url();
    await resets(bob);
    await bob.browser.follow('Go back and sign in');
    expect((await bob.browser.url()).href).to.equal(before.href);
    expect(await bob.browser.field('username')).to.equal(bob.userName);
    expect(await bob.browser.field('current-password')).to.equal('');
  });

  // The app itself compares state and nonce; any other outcome than signed in would be an error.
  const requests = {
    'of a fresh browser': {},
    'with prompt=login': { prompt: 'login' },
    'with max_age': { max_age: '60' },
  };

  for (const [which, parameters] of Object.entries(requests)) {
    it(`reaches the app with the new password, by the same state and nonce: a request ${which}`, async () => {
      const bob = await world().person('bob', { registered: true });
      if (which !== 'of a fresh browser') {
        await bob.signsIn();
        await world().later(61_000);
      }
      const came = world().party.outcomes.length;
      await bob.startsSignIn(parameters);
      expect(await bob.browser.heading()).to.equal('Sign in');
      await resets(bob);
      await bob.browser.follow('Go back and sign in');
      await bob.givesPassword();
      expect(await bob.browser.heading()).to.equal('Signed in to the app');
      expect(world().party.outcomes.slice(came)).to.have.lengthOf(1);
      const outcome = bob.outcome();
      if (outcome.kind !== 'signed-in') throw new Error(`${outcome.error}: ${outcome.description ?? ''}`);
      expect(outcome.claims['auth_time']).to.equal(world().clock.now() / 1000);
    });
  }

  it('still has to know the new password: the way through the reset proves nothing there', async () => {
    const bob = await world().person('bob', { registered: true });
    const old = bob.password;
    await bob.signsIn();
    await bob.startsSignIn({ prompt: 'login' });
    await resets(bob);
    await bob.browser.follow('Go back and sign in');
    await bob.givesPassword(old);
    expect(await bob.browser.heading()).to.equal('Sign in');
  });

  it('finds that everything signed in before has ended', async () => {
    const bob = await world().person('bob', { registered: true });
    await bob.signsIn();
    const before = bob.outcome();
    await bob.startsSignIn({ prompt: 'login' });
    await resets(bob);

    await bob.startsSignIn({ prompt: 'none' });
    expect(bob.outcome()).to.deep.include({ kind: 'error', error: 'login_required' });
    if (before.kind !== 'signed-in') throw new Error('the first sign-in failed');
    const refreshed = await world().party.refresh(before.tokens.refresh_token ?? '');
    expect(refreshed).to.deep.include({ kind: 'error', error: 'invalid_grant' });
  });
});
