import { expect } from 'chai';
import { onEveryEngine } from '../support/engines.ts';
import type { Person } from '../support/person.ts';
import { claimsOf, hasApp, shownCode } from '../support/second-factor.ts';
import { hasAlternateMail } from '../sspr/registering.ts';
import { useWorld } from '../support/world.ts';

const ARRIVED = 'Signed in to the app';
const REGISTER = 'Set up a way back in';
const ACCOUNT = 'Your account’s security';
const LATER = 'Not now';

onEveryEngine('Where no second factor is asked for, somebody', (store) => {
  const both = { methods: ['totp', 'email'], gates: 2, secondFactor: 'off' };
  const world = useWorld({
    store,
    sspr: {
      policies: [
        { name: 'nagged', groups: ['nag'], ...both, enforcement: 'nag' },
        { name: 'everybody', ...both, enforcement: 'required' },
      ],
    },
  });

  const withApp = async (...groups: string[]): Promise<Person> => {
    const bob = await world().person('bob', { groups });
    await hasApp(world(), bob);
    world().clock.advance(60_000);
    await bob.signsIn();
    return bob;
  };

  it('with nothing is asked for as much as a reset needs, with or without “not now” as the policy says', async () => {
    for (const [group, later] of [
      ['nag', true],
      ['required', false],
    ] as const) {
      const nina = await world().person('nina', { groups: [group] });
      await nina.signsIn();
      expect(await nina.browser.heading()).to.equal(REGISTER);
      expect(await nina.browser.text()).to.contain('Please set up 2 of these');
      expect(await nina.browser.offers(LATER), group).to.equal(later);
    }
  });

  it('with enough of it signs in by the password alone, though one of them could be a second factor', async () => {
    const bob = await world().person('bob');
    await hasApp(world(), bob);
    await hasAlternateMail(world(), bob);
    await bob.signsIn();
    expect(await bob.browser.heading()).to.equal(ARRIVED);
    expect(claimsOf(bob)).to.deep.include({ amr: ['pwd'], acr: 'aal1' });
  });

  it('who lacks one is led to prove the one there is before adding it, where that is required', async () => {
    const bob = await withApp();
    expect(await bob.browser.heading()).to.equal(ACCOUNT);
    await bob.browser.follow('Add an address');
    expect(await bob.browser.heading()).to.equal('Enter the code from your app');
    await bob.browser.submit({ 'one-time-code': shownCode(world(), bob) });
    expect(await bob.browser.heading()).to.equal(REGISTER);
    await bob.browser.follow('Add an address');
    await bob.registersMail();
    await bob.startsSignIn();
    expect(await bob.browser.heading()).to.equal(ARRIVED);
  });

  it('who lacks one reaches the app where it is only asked for: the password alone adds nothing', async () => {
    const bob = await withApp('nag');
    expect(await bob.browser.heading()).to.equal(ARRIVED);
  });
});
