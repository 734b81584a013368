import { expect } from 'chai';
import { HOUR } from '../../../src/kernel/clock.ts';
import { FROZEN, isRobbed, linkOf, NOT_SIGNED_IN } from '../../support/not-me.ts';
import { hasApp } from '../../support/second-factor.ts';
import type { Story } from '../story.ts';
import { expectEpoch, expectTold, isSignedIn, told } from '../truths.ts';
import { walk } from '../walking.ts';
import type { Walk } from '../walking.ts';

const THIEFS = 'the thief has chosen it';

const disowning = (link: string): Walk => ({
  ends: FROZEN,
  pages: { 'Was this not you?': ({ browser }) => browser.submit({}, 'This was not me') },
  begins: ({ browser }) => browser.open(link),
});

export const notMe: Story = {
  title: 'says that a reset was not them',
  flows: ['not-me'],
  sspr: { policies: [{ name: 'everybody', methods: ['email', 'totp'], secondFactor: 'off' }] },
  somebody: { registered: true },
  async prepare(world, person) {
    await hasApp(world, person);
    await world.later(HOUR);
    await isRobbed(world, person, THIEFS);
    return { path: new URL(await linkOf(person)).pathname };
  },
  async tell({ issuer, person, elsewhere, memory, begins, settle }) {
    elsewhere.isTold(THIEFS);
    await elsewhere.signsIn();
    await settle();
    await begins();
    await walk(person, disowning(`${issuer}${memory['path'] ?? ''}`));
    await settle();
  },
  async holds(after) {
    const { world, person, elsewhere, memory } = after;
    const addresses = [person.mail, person.alternateMail];
    const frozen = { event: 'person.frozen', subject: 'Your account was frozen', addresses };
    const times = await told(after, 'case.opened');
    expect(times, 'cases').to.be.oneOf([0, 1]);
    await expectTold(after, times, frozen);
    await expectEpoch(after, times);
    expect(await isSignedIn(elsewhere), 'the thief').to.equal(times === 0);
    await walk(person, disowning(`${world.issuer}${memory['path'] ?? ''}`));
    await expectTold(after, 1, frozen);
    await expectTold(after, 1, { event: 'case.opened' });
    await elsewhere.signsIn();
    expect(await elsewhere.browser.heading(), 'the thief').to.equal(NOT_SIGNED_IN);
  },
};
