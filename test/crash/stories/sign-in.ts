import { expect } from 'chai';
import { hasApp, shownCode } from '../../support/second-factor.ts';
import { SECOND } from '../../../src/kernel/clock.ts';
import type { Clock } from '../../../src/kernel/clock.ts';
import type { Person } from '../../support/person.ts';
import type { Story } from '../story.ts';
import { expectEpoch, isSignedIn, told } from '../truths.ts';
import { walk } from '../walking.ts';
import type { Walk } from '../walking.ts';

const signingIn = (clock: Clock): Walk => ({
  ends: 'Signed in to the app',
  pages: {
    'Sign in': (person) => person.givesPassword(),
    'Enter the code from your app': (person) =>
      person.browser.submit({ 'one-time-code': shownCode({ clock }, person) }),
  },
  begins: (person) => person.startsSignIn(),
});

/**
 * One that was finished is in the log once, whoever goes on with it. Where it was cut off between our part and the
 * session of the library, it is over, and is begun anew.
 */
const holds: Story['holds'] = async (after) => {
  const { person, world } = after;
  const before = await told(after, 'signin.success');
  expect(before, 'sign-ins in the log').to.be.within(0, 1);
  let [begun, provedAnew] = [0, 0];
  const going = signingIn(world.clock);
  const begins = (): Promise<void> => {
    begun += 1;
    return person.startsSignIn();
  };
  const pages = {
    ...going.pages,
    async 'Sign in'(somebody: Person) {
      if (begun > 0) provedAnew += 1;
      await somebody.givesPassword();
    },
  };
  await walk(person, { ...going, pages, begins });
  if (!(await isSignedIn(person))) {
    // The app had its answer when the process died, and the session had no place in the browser yet.
    await begins();
    await walk(person, { ...going, pages, begins });
  }
  expect(await isSignedIn(person)).to.equal(true);
  const all = await told(after, 'signin.success');
  expect(all, 'sign-ins in the log').to.equal(begun === 0 ? 1 : before + provedAnew);
  await expectEpoch(after, 0);
};

export const signIn: Story = {
  title: 'signs in',
  flows: ['sign-in'],
  somebody: { registered: true },
  async tell({ clock, person, begins, settle }) {
    await begins();
    await walk(person, signingIn(clock));
    await settle();
  },
  holds,
};

export const chained: Story = {
  title: 'is written into the chain of the log',
  flows: [],
  somebody: { registered: true },
  async prepare(_, person) {
    await person.signsIn();
    return {};
  },
  // The clock is that of all tellings: none does anything before it is moved.
  async tell({ begins, settle, later }) {
    await begins();
    await later(5 * SECOND);
    await settle();
  },
  async holds(after) {
    expect(await told(after, 'signin.success'), 'sign-ins in the log').to.equal(1);
  },
};

export const secondFactor: Story = {
  title: 'proves the second factor',
  flows: ['second-factor'],
  sspr: { policies: [{ name: 'everybody', methods: ['email', 'totp'] }] },
  somebody: { registered: true },
  async prepare(world, person) {
    await hasApp(world, person);
    return {};
  },
  async tell({ clock, person, begins, settle }) {
    await person.signsIn();
    await settle();
    await begins();
    await walk(person, signingIn(clock));
    await settle();
  },
  holds,
};
