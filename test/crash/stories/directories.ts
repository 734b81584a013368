import { expect } from 'chai';
import { unlockings, writebacks } from '../../../plugins/ldap/collections.ts';
import { MINUTE } from '../../../src/kernel/clock.ts';
import { everything } from '../../../src/store/query.ts';
import { PASSWORD } from '../../support/directories/directory-server.ts';
import type { DirectoryServer } from '../../support/directories/directory-server.ts';
import type { DirectoryStory } from '../every-write.ts';
import type { After } from '../story.ts';
import { expectEpoch, expectSignIn, mailsTo, rightOnes, told } from '../truths.ts';
import { walk } from '../walking.ts';
import type { Walk } from '../walking.ts';
import { unlocking } from './unlock.ts';

const NEXT = 'Violet-Teapots-7-At-Noon';

/** Longer than a writeback is left alone by the next process. */
const LATER = 10 * MINUTE;

/** Mails of the next process, which found out what was written. */
const FOUND = 'Your password was changed in your organisation’s directory';

interface Telling {
  /** What the log and a mail say of it where the page could say it. */
  readonly event: string;
  readonly subject: string;
  readonly way: Walk;
}

/** By the page that said so, or by the next process, which found it out: never by both, and never not at all. */
const expectToldOnce = async (after: After, { event, subject }: Telling, changed: boolean): Promise<'page' | 'job'> => {
  const [bySay, byFind] = [await told(after, event), await told(after, 'directory.password_seen')];
  const expected = !changed ? [0, 0] : bySay === 1 ? [1, 0] : [0, 1];
  expect([bySay, byFind], 'who told the log').to.deep.equal(expected);
  for (const address of [after.person.mail, after.person.alternateMail]) {
    const mails = [await mailsTo(after, address, subject), await mailsTo(after, address, FOUND)];
    expect(mails, `who told ${address}`).to.deep.equal(expected);
  }
  return byFind === 1 ? 'job' : 'page';
};

/** Old or new and never neither; what was begun is found out, ends everything and is told, and can be done again. */
const holdsOf = async (server: DirectoryServer, after: After, telling: Telling): Promise<void> => {
  const { world, person, memory } = after;
  // Before anybody looked into it, and after: a domain goes on taking the password before a new one for an hour.
  const taken = (await server.bind(memory['dn'] ?? '', NEXT)).ok;
  expect(await rightOnes(after, [PASSWORD, NEXT]), 'passwords that are right at once').to.deep.equal([
    taken ? NEXT : PASSWORD,
  ]);
  await world.later(LATER);
  expect(await world.app.foundation.store.count(writebacks, everything), 'writes that nobody looked into').to.equal(0);
  // Asked beside the product, which would notice a new password by any sign-in and not only by looking into the write.
  const changed = (await server.bind(memory['dn'] ?? '', NEXT)).ok;
  await expectEpoch(after, changed ? 1 : 0);
  const by = await expectToldOnce(after, telling, changed);
  expect(await rightOnes(after, [PASSWORD, NEXT]), 'passwords that are right').to.deep.equal([
    changed ? NEXT : PASSWORD,
  ]);
  if (!changed) await walk(person, telling.way);
  expect(await told(after, 'directory.written'), 'writes in the log').to.equal(by === 'page' ? 1 : 0);
  await world.settle();
  if (!changed) await expectToldOnce(after, telling, true);
  await expectSignIn(after, NEXT, PASSWORD);
};

const byCode: Walk = {
  ends: 'Your password is changed',
  pages: {
    'Enter the code from the mail': (person) => person.typesCode(),
    'Choose a new password': (person) => person.choosesPassword(NEXT),
  },
  begins: (person) => person.opensReset(),
};

const reset = (server: () => DirectoryServer): DirectoryStory => ({
  title: 'resets the password',
  flows: ['reset'],
  async tell({ person, begins, settle }) {
    await person.opensReset();
    await person.typesCode();
    await begins();
    await walk(person, byCode);
    await settle();
  },
  holds: (after) =>
    holdsOf(server(), after, { event: 'reset.finished', subject: 'Your password was reset', way: byCode }),
});

const changed = { event: 'password.changed', subject: 'Your password was changed' };

/** With the first password, wherever the last process had come to. */
const byPassword = {
  'Sign in': (person) => person.givesPassword(PASSWORD),
  'Choose a new password': ({ browser }) => browser.submit({ 'current-password': PASSWORD, 'new-password': NEXT }),
} satisfies Walk['pages'];

const changing = (issuer: string): Walk => ({
  ends: 'Your account’s security',
  pages: byPassword,
  begins: ({ browser }) => browser.open(`${issuer}/change-password`),
});

const change = (server: () => DirectoryServer): DirectoryStory => ({
  title: 'changes the password that they know',
  flows: ['change'],
  async tell({ issuer, person, begins, settle }) {
    await person.signsIn();
    await person.browser.open(`${issuer}/change-password`);
    await settle();
    await begins();
    await walk(person, changing(issuer));
    await settle();
  },
  holds: (after) => holdsOf(server(), after, { ...changed, way: changing(after.world.issuer) }),
});

const forced: Walk = { ends: 'Signed in to the app', pages: byPassword, begins: (person) => person.startsSignIn() };

const forcedChange = (server: () => DirectoryServer): DirectoryStory => ({
  title: 'has to choose another password at sign-in',
  flows: ['change'],
  arrange: (dn) => server().admin.mustChange(dn),
  async tell({ person, begins, settle }) {
    await person.signsIn();
    await settle();
    await begins();
    await walk(person, forced);
    await settle();
  },
  holds: (after) => holdsOf(server(), after, { ...changed, way: forced }),
});

/** Few wrong passwords before a lock would keep the product from trying any; and none ends by itself. */
const LOCKS = { lockoutThreshold: 10, lockoutDuration: 0 };

const TOLD = { page: 'Your account was unlocked', job: 'Your account is no longer locked' } as const;

/** How often the log told of the unlock, by the page and by the job; mails that reached everybody go with each. */
const unlocksTold = async (after: After): Promise<{ readonly byPage: number; readonly byJob: number }> => {
  const [byPage, byJob] = [await told(after, 'unlock.finished'), await told(after, 'directory.unlock_found')];
  for (const address of [after.person.mail, after.person.alternateMail]) {
    const mails = (await mailsTo(after, address, TOLD.page)) + (await mailsTo(after, address, TOLD.job));
    expect(mails, `news of the unlock for ${address}`).to.equal(byPage + byJob);
  }
  return { byPage, byJob };
};

const unlockOn = (
  server: () => DirectoryServer,
  title: string,
  holds: (after: After, isOpen: () => Promise<boolean>) => Promise<void>,
): DirectoryStory => ({
  title,
  flows: ['unlock'],
  async arrange(dn) {
    await server().admin.setPolicy(LOCKS);
    await server().admin.lock(dn);
  },
  async tell({ person, begins, settle }) {
    await begins();
    await walk(person, unlocking);
    await settle();
  },
  async holds(after) {
    const { person, world, memory } = after;
    const isOpen = async () => (await server().bind(memory['dn'] ?? '', PASSWORD)).ok;
    await holds(after, isOpen);
    expect(await isOpen(), 'open at the end').to.equal(true);
    expect(await world.app.foundation.store.count(unlockings, everything), 'unlocks nobody looked into').to.equal(0);
    await expectEpoch(after, 0);
    const fresh = person.with(world.browser());
    await fresh.signsIn();
    expect(await fresh.browser.heading()).to.equal('Signed in to the app');
  },
});

const unlock = (server: () => DirectoryServer): DirectoryStory =>
  unlockOn(server, 'unlocks the account', async (after, isOpen) => {
    const { person, world } = after;
    await world.later(LATER);
    const opened = await isOpen();
    const { byPage, byJob } = await unlocksTold(after);
    expect(byPage + byJob, 'who is open has heard of it, once').to.equal(opened ? 1 : 0);
    if (byPage === 0)
      await walk(person, { ...unlocking, ends: opened ? 'Your account was not locked' : unlocking.ends });
    await world.settle();
  });

const unlockAndGoOn = (server: () => DirectoryServer): DirectoryStory =>
  unlockOn(server, 'unlocks the account and presses again at once', async (after) => {
    await walk(after.person, unlocking);
    await after.world.later(LATER);
    expect(await unlocksTold(after), 'who told of it').to.deep.equal({ byPage: 1, byJob: 0 });
  });

/** What people do whose password the directory keeps, while the process dies. */
export const directoryStories = { reset, change, forcedChange, unlock, unlockAndGoOn } as const;
