import { expect } from 'chai';
import { MINUTE } from '../../src/kernel/clock.ts';
import { registrationOf, replacing } from '../../plugins/sspr/registrations.ts';
import type { Registration } from '../../plugins/sspr/collections.ts';
import { onEveryEngine } from '../support/engines.ts';
import type { Person } from '../support/person.ts';
import { claimsOf, hasApp, shownCode } from '../support/second-factor.ts';
import { useWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';

const ARRIVED = 'Signed in to the app';
const CODE = 'Enter the code from your app';
const STILL_YOURS = 'Are these still yours?';
const ACCOUNT = 'Your account’s security';

const registered = ({ app: { foundation } }: World, { id }: Person): Promise<Registration> =>
  registrationOf(foundation.store, id);

const changed = async (
  { app: { foundation } }: World,
  { id }: Person,
  change: (before: Registration) => Partial<Registration>,
): Promise<void> => {
  const before = await registrationOf(foundation.store, id);
  await foundation.store.commit([replacing(before, { ...before, ...change(before) })]);
};

/** As though half a year had passed since. */
const due = (world: World, person: Person): Promise<void> => changed(world, person, () => ({ confirmedAt: 1 }));

const withApp = async (world: World): Promise<Person> => {
  const bob = await world.person('bob', { registered: true });
  await hasApp(world, bob);
  world.clock.advance(1);
  return bob;
};

const again = (bob: Person): Promise<void> => bob.signsIn({ prompt: 'login' });

onEveryEngine('Whoever knows the password of Bob, in a browser that is remembered,', (store) => {
  const world = useWorld({
    store,
    sspr: { policies: [{ name: 'everybody', methods: ['email', 'totp'], gates: 2, rememberSecondFactorDays: 30 }] },
  });

  const types = (bob: Person): Promise<void> => {
    world().clock.advance(MINUTE);
    return bob.browser.submit({ 'one-time-code': shownCode(world(), bob), remember: 'yes' });
  };

  const remembered = async (): Promise<Person> => {
    const bob = await withApp(world());
    await bob.signsIn();
    await types(bob);
    return bob;
  };

  it('is asked for the second factor before the page on which methods are changed', async () => {
    const bob = await remembered();
    await again(bob);
    expect(await bob.browser.heading()).to.equal(ARRIVED);
    await due(world(), bob);
    await again(bob);
    expect(await bob.browser.heading()).to.equal(CODE);
    await types(bob);
    expect(await bob.browser.heading()).to.equal(STILL_YOURS);
    expect(await bob.browser.offers('Change')).to.equal(true);
  });

  it('is asked for it before the page of one doubtful method, and before that of a missing one', async () => {
    const bob = await remembered();
    await changed(world(), bob, ({ methods }) => ({
      methods: methods.map((one) =>
        one.method === 'email' ? { ...one, stale: { reason: 'bounced', at: world().clock.now(), dead: false } } : one,
      ),
    }));
    await again(bob);
    expect(await bob.browser.heading()).to.equal(CODE);
    await changed(world(), bob, ({ methods }) => ({ methods: methods.filter(({ method }) => method === 'totp') }));
    await again(bob);
    expect(await bob.browser.heading()).to.equal(CODE);
    await types(bob);
    await bob.browser.follow('Add an address');
    await bob.registersMail();
    expect(await bob.browser.heading()).to.equal(ARRIVED);
    expect(claimsOf(bob)).to.deep.include({ acr: 'aal2' });
  });

  it('adds nothing in a session of an hour ago with the password alone', async () => {
    const bob = await remembered();
    await again(bob);
    await changed(world(), bob, ({ methods }) => ({ methods: methods.filter(({ method }) => method === 'totp') }));
    await world().later(60 * MINUTE);
    await bob.startsSignIn();
    const { pathname } = await bob.browser.url();
    await bob.givesPassword();
    expect(await bob.browser.heading()).to.equal(ACCOUNT);
    await bob.browser.open(pathname.replace(/password$/, 'email'));
    expect(await bob.browser.heading()).to.equal(ACCOUNT);
    await bob.browser.follow('Add an address');
    await bob.givesPassword();
    expect(await bob.browser.heading()).to.equal(CODE);
  });
});

onEveryEngine('Where a sign-in asks for no second factor, whoever knows the password of Bob', (store) => {
  const world = useWorld({
    store,
    sspr: { policies: [{ name: 'everybody', methods: ['email', 'totp'], secondFactor: 'off' }] },
  });

  it('may say that all is still his, and changes it only after the second factor that he has', async () => {
    const bob = await withApp(world());
    await due(world(), bob);
    await bob.signsIn();
    expect(await bob.browser.heading()).to.equal(STILL_YOURS);
    expect(await bob.browser.offers('Change')).to.equal(false);
    expect(await bob.browser.offers('Remove')).to.equal(false);

    const { pathname } = await bob.browser.url();
    const csrf = (await bob.browser.field('csrf')) ?? '';
    const before = await registered(world(), bob);
    for (const { id } of before.methods) await bob.browser.post(`${pathname}/remove`, { csrf, registered: id });
    expect((await registered(world(), bob)).methods).to.deep.equal(before.methods);
    for (const method of ['email', 'totp']) {
      await bob.browser.open(`${pathname}/${method}`);
      expect(await bob.browser.heading()).to.equal(STILL_YOURS);
    }

    await bob.browser.follow(ACCOUNT);
    await bob.browser.follow('Change');
    expect(await bob.browser.heading()).to.equal(CODE);
  });

  it('says that all is still his, and reaches the app', async () => {
    const bob = await withApp(world());
    await due(world(), bob);
    await bob.signsIn();
    await bob.browser.submit({}, 'Yes, all are still mine');
    expect(await bob.browser.heading()).to.equal(ARRIVED);
  });
});
