import { expect } from 'chai';
import { DAY } from '../../../src/kernel/clock.ts';
import { registrationNow } from '../../sspr/registering.ts';
import { pass } from '../../support/passes.ts';
import type { Person } from '../../support/person.ts';
import { hasRecoveryCodes } from '../../support/second-factor.ts';
import type { After, Story } from '../story.ts';
import { expectEpoch, expectTold, told } from '../truths.ts';
import { walk } from '../walking.ts';
import type { Walk } from '../walking.ts';

const ARRIVED = 'Signed in to the app';
const HERE = 'Your account’s security';
const ADDED = { event: 'method.added', subject: 'A way back into your account was added' } as const;
const REMOVED = { event: 'method.removed', subject: 'A way back into your account was removed' } as const;

/** What they have registered, beside what the help desk gave them. */
const methodsOf = async ({ world, person }: After): Promise<readonly string[]> =>
  (await registrationNow(world, person)).methods.map(({ method }) => method).filter((method) => method !== 'pass');

const submitsMail = ({ browser, alternateMail }: Person) => browser.submit({ email: alternateMail });
const givesPassword = (person: Person) => person.givesPassword();

const atSignIn: Walk = {
  ends: ARRIVED,
  pages: {
    'Sign in': givesPassword,
    'Set up a way back in': submitsMail,
    'Enter the code from the mail': (person) => person.typesCode(),
    'Are these still yours?': ({ browser }) => browser.submit({}, 'Yes, all are still mine'),
  },
  begins: (person) => person.startsSignIn(),
};

/**
 * What was added or removed is whole: registered, in the log and told of, all of it or nothing; then it is done.
 *
 * @param before the methods that were there
 */
const holds = async (
  after: After,
  way: Walk,
  { before, then, news }: { before: readonly string[]; then: readonly string[]; news: typeof ADDED | typeof REMOVED },
): Promise<void> => {
  const times = await told(after, news.event);
  expect(times).to.be.oneOf([0, 1]);
  expect(await methodsOf(after)).to.deep.equal(times === 0 ? before : then);
  await expectTold(after, times, news);
  if (times === 0) await walk(after.person, way);
  expect(await methodsOf(after)).to.deep.equal(then);
  await expectTold(after, 1, news);
  await expectEpoch(after, 0);
};

export const register: Story = {
  title: 'registers a mailbox at the first sign-in',
  flows: ['register'],
  async tell({ person, begins, settle }) {
    await person.signsIn();
    await settle();
    await begins();
    await walk(person, atSignIn);
    await settle();
  },
  async holds(after) {
    await holds(after, atSignIn, { before: [], then: ['email'], news: ADDED });
    await walk(after.person, atSignIn);
  },
};

export const confirm: Story = {
  title: 'says at sign-in that everything is still theirs',
  flows: ['confirm'],
  somebody: { registered: true },
  async prepare(world) {
    await world.later(181 * DAY);
    return {};
  },
  async tell({ person, begins, settle }) {
    await person.signsIn();
    await settle();
    await begins();
    await walk(person, atSignIn);
    await settle();
  },
  async holds(after) {
    const times = await told(after, 'method.confirmed');
    expect(times).to.be.oneOf([0, 1]);
    const { confirmedAt } = await registrationNow(after.world, after.person);
    expect(after.world.clock.now() - confirmedAt < DAY, 'it is confirmed').to.equal(times === 1);
    await walk(after.person, atSignIn);
    await expectTold(after, 1, { event: 'method.confirmed' });
    expect(await methodsOf(after)).to.deep.equal(['email']);
  },
};

const managing = (issuer: string, saying: string, link: string, pages: Walk['pages']): Walk => ({
  ends: HERE,
  saying,
  pages: {
    ...pages,
    'Sign in': givesPassword,
    [HERE]: ({ browser }) => browser.follow(link),
    'Enter your password once more': ({ browser, password }) => browser.submit({ 'current-password': password }),
  },
  begins: ({ browser }) => browser.open(`${issuer}/security-info`),
});

const adding = (issuer: string): Walk =>
  managing(issuer, 'It is set up.', 'Make recovery codes', {
    'Make recovery codes': ({ browser }) => browser.submit({}, 'Show the codes'),
    'Keep these codes': ({ browser }) => browser.submit({}, 'I have kept them'),
  });

const removing = (issuer: string): Walk =>
  managing(issuer, 'It is removed.', 'Remove', {
    'Remove this?': ({ browser }) => browser.submit({}, 'Remove it'),
  });

const KEEPERS = {
  policies: [{ name: 'everybody', methods: ['email', 'recovery'], secondFactor: 'off' }],
} as const;

/** Somebody who is signed in, on the page about their account. */
const onThePage =
  (way: (issuer: string) => Walk): Story['tell'] =>
  async ({ issuer, person, begins, settle }) => {
    await person.browser.open(`${issuer}/security-info`);
    await person.givesPassword();
    await settle();
    await begins();
    await walk(person, way(issuer));
    await settle();
  };

export const add: Story = {
  title: 'adds recovery codes on the page about the account',
  flows: ['manage'],
  sspr: KEEPERS,
  somebody: { registered: true },
  tell: onThePage(adding),
  holds: (after) =>
    holds(after, adding(after.world.issuer), { before: ['email'], then: ['email', 'recovery'], news: ADDED }),
};

export const remove: Story = {
  title: 'removes a way back on the page about the account',
  flows: ['manage'],
  sspr: KEEPERS,
  somebody: { registered: true },
  async prepare(world, person) {
    await hasRecoveryCodes(world, person);
    return {};
  },
  tell: onThePage(removing),
  holds: (after) =>
    holds(after, removing(after.world.issuer), { before: ['email', 'recovery'], then: ['email'], news: REMOVED }),
};

const OPEN = 'Set up your account';

const byPass = (issuer: string, pass: string): Walk => ({
  ends: 'What next?',
  pages: {
    'Use a temporary pass': ({ browser, userName }) => browser.submit({ username: userName, pass }),
    [OPEN]: async ({ browser }) => {
      const added = (await browser.text()).includes('@elsewhere.test');
      await (added ? browser.submit({}, 'I am done') : browser.follow('Add an address'));
    },
    'Add another email address': submitsMail,
    'Enter the code from the mail': (person) => person.typesCode(),
  },
  begins: ({ browser }) => browser.open(`${issuer}/pass`),
});

export const passForRegistration: Story = {
  title: 'sets up a way back by a pass of the help desk',
  flows: ['pass'],
  sspr: KEEPERS,
  prepare: async (world, person) => ({ pass: await pass(world, person, { for: 'registration' }) }),
  async tell({ issuer, person, memory, begins, settle }) {
    await begins();
    await walk(person, byPass(issuer, memory['pass'] ?? ''));
    await settle();
  },
  async holds(after) {
    const { world, person, memory } = after;
    const used = await told(after, 'pass.used');
    const times = await told(after, 'method.added');
    expect([used, times], 'passes used and methods added').to.deep.be.oneOf([
      [0, 0],
      [1, 0],
      [1, 1],
    ]);
    expect(await methodsOf(after)).to.deep.equal(times === 0 ? [] : ['email']);
    await expectTold(after, used, { event: 'pass.used', subject: 'A pass for your account was used' });
    await expectTold(after, times, ADDED);
    // A pass opens once: whoever had used it without hearing so asks for another.
    const lost = used === 1 && times === 0 && person.browser.cookies.value('pass') === undefined;
    const typed = lost ? await pass(world, person, { for: 'registration' }) : (memory['pass'] ?? '');
    if (times === 0) await walk(person, byPass(world.issuer, typed));
    await expectTold(after, 1, ADDED);
    expect(await methodsOf(after)).to.deep.equal(['email']);
  },
};
