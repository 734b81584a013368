import { expect } from 'chai';
import { MINUTE, systemClock } from '../../src/kernel/clock.ts';
import { CORP, directorySection, directoryWorldOn, eventsOf } from '../ldap/directory-world.ts';
import { testClock } from '../support/clock.ts';
import { PASSWORD } from '../support/directories/directory-server.ts';
import type { SambaServer } from '../support/directories/directory-server.ts';
import { describeOnSamba } from '../support/directories/on-samba.ts';
import { openPremises } from '../support/premises.ts';
import { worldOn } from '../support/world.ts';
import { openMortals } from './mortals.ts';
import { perform } from './performance.ts';
import type { Injury, Prepared } from './performance.ts';
import type { After, Story } from './story.ts';
import { expectEpoch, expectTold, expectTruth, whichPassword } from './truths.ts';
import { walk } from './walking.ts';
import type { Walk } from './walking.ts';

const NEXT = 'Violet-Teapots-7-At-Noon';

/** Longer than a writeback is left alone by the next process. */
const LATER = 10 * MINUTE;

const ends = 'Your password is changed';

const byCode: Walk = {
  ends,
  pages: {
    'Enter the code from the mail': (person) => person.typesCode(),
    'Choose a new password': (person) => person.choosesPassword(NEXT),
  },
  begins: (person) => person.opensReset(),
};

const reset: Story = {
  title: 'resets a password that a domain keeps',
  flows: ['reset'],
  async tell({ person, begins, settle }) {
    await person.opensReset();
    await person.typesCode();
    await begins();
    await walk(person, byCode);
    await settle();
  },
  async holds(after) {
    const { world, person } = after;
    await world.later(LATER);
    const changed = (await whichPassword(after, PASSWORD, NEXT)) === 'next' ? 1 : 0;
    await expectEpoch(after, changed);
    // By the page that said so, or by the next process, which found it out: never by both, and never not at all.
    const [bySay, byFind] = await Promise.all(
      ['reset.finished', 'directory.password_seen'].map((type) => countOf(after, type)),
    );
    expect([bySay, byFind], 'who told of it').to.deep.equal(changed === 0 ? [0, 0] : bySay === 1 ? [1, 0] : [0, 1]);
    if (changed === 0) await walk(person, byCode);
    expect(await whichPassword(after, PASSWORD, NEXT)).to.equal('next');
    if (changed === 0) await expectTold(after, 1, { event: 'reset.finished', subject: 'Your password was reset' });
  },
};

const countOf = async ({ world, person }: After, type: string): Promise<number> => {
  return (await eventsOf(world, person, type)).length;
};

/** Somebody of the domain, whose files are as they are before the story, and whose password is the first one again. */
const prepare = async (samba: SambaServer): Promise<Prepared> => {
  await using stack = new AsyncDisposableStack();
  await samba.admin.clear();
  const options = { config: { plugins: { ldap: { directories: { [CORP]: directorySection(samba) } } } } };
  const premises = stack.use(await openPremises(options));
  using clock = testClock(systemClock.now());
  clock.install();
  await using world = await directoryWorldOn(samba, premises, clock);
  const { person } = await world.joins({ name: 'bob' });
  const { accounts, passwords, people } = world.app.foundation.directory;
  const account = await accounts.byId(person.id);
  if (!account) throw new Error('nobody joined');
  // What the first sight of a password is, it was before.
  await passwords.verify(account, PASSWORD);
  await world.settle();
  const { id, userName, mail, alternateMail, password } = person;
  const epoch = (await people.byId(id))?.epoch ?? 0;
  const owned = stack.move();
  const known = { id, userName, mail, alternateMail, password };
  return {
    ...{ premises, known, memory: {}, epoch, mails: premises.post.mails, now: clock.now() },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
};

/** Tells the story until the process is killed at that boundary, and looks at what the next one makes of it. */
const dieAt = async (samba: SambaServer, injury?: Injury): Promise<readonly string[]> => {
  await using stack = new AsyncDisposableStack();
  const prepared = stack.use(await prepare(samba));
  using clock = testClock(prepared.now);
  clock.install();
  const mortals = stack.use(openMortals(prepared.now));
  const config = { plugins: { ldap: { directories: { [CORP]: directorySection(samba) } } } };
  const performance = stack.use(await perform({ ...reset, ...{ config } }, prepared, mortals, injury));
  await mortals.kill();
  if (!injury) return performance.passed;
  expect(performance.boundary, 'where it died').not.to.equal(undefined);
  performance.clock.install();
  try {
    const { premises, person, elsewhere } = performance;
    await using world = await worldOn(premises, performance.clock);
    performance.goesOnWith(world);
    await world.settle();
    const after = { world, person, elsewhere, memory: {}, epoch: prepared.epoch };
    await reset.holds(after);
    await expectTruth(after, () => [...prepared.mails, ...premises.post.mails]);
  } finally {
    performance.clock[Symbol.dispose]();
  }
  return [];
};

describeOnSamba('Where the process is killed at any boundary of a reset that is written to a Samba domain', (samba) => {
  it('the password is one of the two, everything of its owner has ended with it, and they were told once', async function () {
    this.timeout(300_000);
    const boundaries = await dieAt(samba());
    expect(boundaries.length, 'boundaries').to.be.above(3);
    for (const boundary of boundaries) {
      try {
        await dieAt(samba(), { boundary });
      } catch (error) {
        throw new Error(`at ${boundary}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
      }
    }
  });
});
