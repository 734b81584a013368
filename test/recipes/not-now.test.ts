import { expect } from 'chai';
import { onEveryEngine } from '../support/engines.ts';
import type { Person } from '../support/person.ts';
import { useWorld } from '../support/world.ts';

const DAY = 24 * 60 * 60_000;
const ASKED = 'Set up a way back in';
const ARRIVED = 'Signed in to the app';

/** How somebody may say that they do not want to register now. */
const refusals: Readonly<Record<string, (alice: Person) => Promise<void>>> = {
  'the button': (alice) => alice.browser.submit({}, 'Not now'),
  'cancelling halfway': async (alice) => {
    await alice.browser.submit({ email: alice.alternateMail });
    await alice.browser.submit({}, 'Not now');
  },
  'closing the page': (alice) => alice.startsSignIn(),
};

onEveryEngine('Alice is asked to register, and may say "not now"', (store) => {
  const world = useWorld({
    store,
    sspr: { policies: [{ name: 'everybody', methods: ['email'], enforcement: 'nag' }] },
  });

  for (const [how, refuse] of Object.entries(refusals)) {
    it(`reaches the app by ${how}, and is left in peace for this session: every tab, every app`, async () => {
      const alice = await world().person('alice');
      await alice.signsIn();
      expect(await alice.browser.heading()).to.equal(ASKED);
      await refuse(alice);
      expect(await alice.browser.heading()).to.equal(ARRIVED);
      await alice.startsSignIn();
      expect(await alice.browser.heading()).to.equal(ARRIVED);
      await alice.startsSignIn({}, world().otherParty);
      expect(await alice.browser.heading()).to.equal(ARRIVED);
    });

    it(`is asked again in the next session after ${how}`, async () => {
      const alice = await world().person('alice');
      await alice.signsIn();
      await refuse(alice);
      const next = alice.with(world().browser());
      await next.signsIn();
      expect(await next.browser.heading()).to.equal(ASKED);
    });
  }

  it('may say so in every session, for as long as no number was set', async () => {
    const alice = await world().person('alice');
    for (let session = 0; session < 6; session += 1) {
      const next = alice.with(world().browser());
      await next.signsIn();
      expect(await next.browser.heading(), String(session)).to.equal(ASKED);
      await next.browser.submit({}, 'Not now');
      expect(await next.browser.heading()).to.equal(ARRIVED);
    }
  });

  it('can register after all, and is not asked any more', async () => {
    const alice = await world().person('alice');
    await alice.signsIn();
    await alice.registersMail();
    expect(await alice.browser.heading()).to.equal(ARRIVED);
    const next = alice.with(world().browser());
    await next.signsIn();
    expect(await next.browser.heading()).to.equal(ARRIVED);
  });

  it('finds the page of another tab still working after "not now" in this one', async () => {
    const alice = await world().person('alice');
    await alice.startsSignIn();
    await alice.givesPassword();
    const first = await alice.browser.url();
    await alice.startsSignIn();
    expect(await alice.browser.heading()).to.equal(ARRIVED);
    await alice.browser.open(first.href);
    await alice.browser.submit({}, 'Not now');
    expect(await alice.browser.heading()).to.equal(ARRIVED);
  });
});

onEveryEngine('Alice is given days of peace after "not now"', (store) => {
  const world = useWorld({
    store,
    sspr: { policies: [{ name: 'everybody', methods: ['email'], enforcement: 'nag', snoozeDays: 7 }] },
  });

  it('is not asked for seven days, and then again', async () => {
    const alice = await world().person('alice');
    await alice.signsIn();
    await alice.browser.submit({}, 'Not now');
    const soon = alice.with(world().browser());
    await world().later(7 * DAY - 1);
    await soon.signsIn();
    expect(await soon.browser.heading()).to.equal(ARRIVED);
    const later = alice.with(world().browser());
    await world().later(1);
    await later.signsIn();
    expect(await later.browser.heading()).to.equal(ASKED);
  });
});

onEveryEngine('Alice may say "not now" twice', (store) => {
  const world = useWorld({
    store,
    sspr: { policies: [{ name: 'everybody', methods: ['email'], enforcement: 'nag', maxSnoozes: 2 }] },
  });

  it('has to register the third time', async () => {
    const alice = await world().person('alice');
    for (const way of ['by the button', 'by closing the page']) {
      const session = alice.with(world().browser());
      await session.signsIn();
      expect(await session.browser.offers('Not now'), way).to.equal(true);
      if (way === 'by the button') await session.browser.submit({}, 'Not now');
    }
    const third = alice.with(world().browser());
    await third.signsIn();
    expect(await third.browser.heading()).to.equal(ASKED);
    expect(await third.browser.offers('Not now')).to.equal(false);
    await third.registersMail();
    expect(await third.browser.heading()).to.equal(ARRIVED);
  });
});
