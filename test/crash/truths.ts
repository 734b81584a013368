import { expect } from 'chai';
import { auditEvents } from '../../src/audit/record.ts';
import { verifyAudit } from '../../src/audit/verify.ts';
import { MINUTE } from '../../src/kernel/clock.ts';
import { outbox } from '../../src/notify/outbox.ts';
import { and, eq, everything } from '../../src/store/query.ts';
import type { Person } from '../support/person.ts';
import type { Mail } from '../support/post-office.ts';

import type { After } from './story.ts';
import { reloads } from './walking.ts';

const ALL = { limit: 1000 } as const;

/** How often the log tells of something about the person. */
export const told = ({ world, person }: Pick<After, 'world' | 'person'>, type: string): Promise<number> =>
  world.app.foundation.store.count(auditEvents, and(eq('subject', person.id), eq('type', type)));

/** Mails to an address with this subject, each counted once however often it came. */
export const mailsTo = async ({ world }: Pick<After, 'world'>, address: string, subject: string): Promise<number> => {
  const { mails } = await world.mail.to(address);
  return new Set(mails.filter((mail) => mail.subject === subject).map(({ id }) => id)).size;
};

/** Those of some passwords that are the person's. */
export const rightOnes = async ({ world, person }: After, passwords: readonly string[]): Promise<readonly string[]> => {
  const { directory } = world.app.foundation;
  const account = await directory.accounts.byId(person.id);
  if (!account) throw new Error('the account is gone');
  const right: string[] = [];
  for (const password of passwords) {
    if ((await directory.passwords.verify(account, password)).outcome !== 'wrong') right.push(password);
  }
  return right;
};

/** Whether the password is the person's; of two, always one alone. */
export const whichPassword = async (after: After, old: string, next: string): Promise<'old' | 'next'> => {
  const right = await rightOnes(after, [old, next]);
  expect(right, 'of the old and the new password, one is right').to.have.length(1);
  return right[0] === next ? 'next' : 'old';
};

/** What happened so often is in the log as often, and told of to every address as often. */
export const expectTold = async (
  after: After,
  times: number,
  {
    event,
    subject,
    addresses,
  }: { readonly event: string; readonly subject?: string; readonly addresses?: readonly string[] },
): Promise<void> => {
  expect(await told(after, event), `${event} in the log`).to.equal(times);
  if (subject === undefined) return;
  for (const address of addresses ?? [after.person.mail]) {
    expect(await mailsTo(after, address, subject), `"${subject}" to ${address}`).to.equal(times);
  }
};

/** The epoch rises with each new password, and with nothing else of these stories. */
export const expectEpoch = async ({ world, person, epoch }: After, raised: number): Promise<void> => {
  const found = await world.app.foundation.directory.people.byId(person.id);
  expect(found?.epoch, 'the epoch').to.equal(epoch + raised);
};

/** Signs in in a browser that was never here, by this password and by no other. */
export const expectSignIn = async ({ world, person }: After, right: string, wrong: string): Promise<void> => {
  const fresh: Person = person.with(world.browser());
  await fresh.startsSignIn();
  await fresh.givesPassword(wrong);
  expect(await fresh.browser.heading(), 'by the other password').to.equal('Sign in');
  await fresh.givesPassword(right);
  expect(await fresh.browser.heading(), 'by the right password').to.equal('Signed in to the app');
};

/** Whether the session of this browser still counts. */
export const isSignedIn = async (person: Person): Promise<boolean> => {
  await person.startsSignIn({ prompt: 'none' });
  return person.outcome().kind === 'signed-in';
};

/** Whatever page the crash was met at, the browser is answered there. */
export const expectAnswer = async (person: Person): Promise<void> => {
  if (await reloads(person)) expect(person.browser.status, 'the page after the restart').to.be.below(500);
};

/** Each mail that was committed came, and came again only under the same Message-ID; nothing live is left to send. */
const expectMails = async ({ world }: After, mails: readonly Mail[]): Promise<void> => {
  const { docs } = await world.app.foundation.store.find(outbox, everything, ALL);
  for (const { id, state, sealed } of docs) {
    expect(state, 'a message').to.equal('delivered');
    expect(sealed).to.equal(undefined);
    const same = mails.filter((mail) => mail.id?.startsWith(`<${id}@`));
    expect(same, `copies of a mail that was sent`).to.have.length.above(0);
    for (const each of same) expect(each, 'a mail that came again').to.deep.equal(same[0]);
  }
  const ids = new Set(docs.map(({ id }) => id));
  const foreign = mails.filter(({ id = '' }) => !ids.has(/^<([^@]+)@/.exec(id)?.[1] ?? ''));
  expect(foreign, 'mails of events that were not committed').to.deep.equal([]);
};

const expectLog = async ({ world }: After): Promise<void> => {
  const { faults, waiting } = await verifyAudit({ ...world.app.foundation, keep: 0 });
  expect(faults, 'what is wrong with the log').to.deep.equal([]);
  expect(waiting.count, 'events that no batch has').to.equal(0);
};

/** Longer than any lease and any flow. */
const LATER = 40 * MINUTE;

/** What holds of every story, once everything that was under way had its time. */
export const expectTruth = async (after: After, arrived: () => readonly Mail[]): Promise<void> => {
  await after.world.later(5 * MINUTE);
  await after.world.later(LATER);
  await expectMails(after, arrived());
  await expectLog(after);
  const errors = after.world.lines.filter(({ level }) => level === 'error');
  expect(errors, 'errors after the restart').to.deep.equal([]);
};
