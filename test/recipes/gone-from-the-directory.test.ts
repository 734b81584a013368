import { expect } from 'chai';
import { auditEvents } from '../../src/audit/record.ts';
import { and, eq } from '../../src/store/query.ts';
import { registrations } from '../../plugins/sspr/collections.ts';
import type { Registered } from '../../plugins/sspr/collections.ts';
import { nothingRegistered } from '../../plugins/sspr/registrations.ts';
import { createStorms } from '../../plugins/sspr/staleness/storm.ts';
import { DAY } from '../../src/kernel/clock.ts';
import { onEveryEngine } from '../support/engines.ts';
import type { Person } from '../support/person.ts';
import { openTelephones } from '../support/telephones.ts';
import type { Telephones } from '../support/telephones.ts';
import { world } from '../support/world.ts';
import type { World } from '../support/world.ts';

const ARRIVED = 'Signed in to the app';
const ASKED = 'This no longer resets your password';
const MOBILE = '+491701234567';
const NEW_MOBILE = '+491709876543';

onEveryEngine('Gil has a number of the directory, which changes it, and another way back', (store) => {
  let telephones: Telephones;
  let w: World;

  before(async function () {
    this.timeout(60_000);
    telephones = await openTelephones();
    const policies = [{ name: 'everybody', methods: ['sms', 'email'] }];
    w = await world({
      store,
      config: telephones.config,
      sspr: { policies, sms: { country: 'DE', suggest: 'directory' } },
    });
  });
  after(async () => {
    await w[Symbol.asyncDispose]();
    await telephones[Symbol.asyncDispose]();
  });

  const knows = async (gil: Person, value: string): Promise<void> => {
    const { directory, store: documents } = w.app.foundation;
    const person = await directory.people.byId(gil.id);
    if (!person) throw new Error('nobody');
    const phoneNumbers = [{ value, type: 'mobile' }];
    await documents.commit(directory.people.updating(person, { phoneNumbers }, { actor: 'cli' }));
  };

  /** Registered the number that the directory had then. */
  const renumbered = async (): Promise<Person> => {
    const gil = await w.person('gil');
    const at = w.clock.now();
    await w.app.foundation.store.insert(registrations, {
      ...nothingRegistered(gil.id),
      confirmedAt: at,
      methods: [
        { id: 'mobile', method: 'sms', addedAt: at, data: { number: MOBILE, from: 'directory' } },
        { id: 'mail', method: 'email', addedAt: at, data: { address: gil.alternateMail } },
      ],
    });
    await knows(gil, NEW_MOBILE);
    await w.later(DAY);
    return gil;
  };

  const signsInAnew = async (gil: Person, number = MOBILE): Promise<Person> => {
    const there = gil.with(w.browser());
    await there.signsIn();
    // As long as a number is registered it is asked for beside the password.
    if (await there.browser.offers('Send the code')) {
      await there.browser.submit({}, 'Send the code');
      await w.settle();
      await there.browser.submit({ 'one-time-code': telephones.code(number) });
    }
    return there;
  };

  const noted = async (gil: Person) =>
    (await w.app.foundation.store.find(auditEvents, and(eq('subject', gil.id), eq('type', 'method.stale')))).docs;

  it('is asked about that one alone, cannot keep it, and sets up the number of now', async () => {
    const gil = await renumbered();
    const there = await signsInAnew(gil);
    expect(await there.browser.heading()).to.equal(ASKED);
    expect(await there.browser.text())
      .to.contain('67')
      .and.not.to.contain('Mail to');
    expect(await there.browser.offers('Yes, it is still mine')).to.equal(false);
    const { pathname } = await there.browser.url();
    const { fields } = there.browser.prepared({}, 'Remove');
    await there.browser.post(`${pathname}/keep`, fields);
    await there.browser.open(pathname);
    expect(await there.browser.heading(), 'what is dead is not theirs to keep').to.equal(ASKED);
    await there.browser.follow('Set up a new one');
    await there.browser.submit({});
    await w.settle();
    await there.browser.submit({ 'one-time-code': telephones.code(NEW_MOBILE) });
    expect(await there.browser.heading()).to.equal(ARRIVED);
    expect(await noted(gil)).to.have.length(1);
    expect(await (await signsInAnew(gil, NEW_MOBILE)).browser.heading()).to.equal(ARRIVED);
  });

  it('removes it, or is asked again the next time', async () => {
    const gil = await renumbered();
    const first = await signsInAnew(gil);
    await first.browser.submit({}, 'Ask me next time');
    expect(await first.browser.heading()).to.equal(ARRIVED);
    const second = await signsInAnew(gil);
    await second.browser.submit({}, 'Remove');
    expect(await second.browser.heading()).to.equal(ARRIVED);
    expect(await noted(gil), 'it is noted once').to.have.length(1);
    expect(await (await signsInAnew(gil)).browser.heading()).to.equal(ARRIVED);
  });

  /** The directory has dropped what so many people registered that nobody is asked about it. */
  const wiped = async (): Promise<void> => {
    const storms = createStorms(w.app.foundation);
    for (let left = 20; left > 0; left -= 1) {
      const { changes } = await storms.ask('directory');
      await w.app.foundation.store.commit(changes);
    }
  };

  it('is not asked while the directory says so of too many', async () => {
    const gil = await renumbered();
    await wiped();
    expect(await (await signsInAnew(gil)).browser.heading()).to.equal(ARRIVED);
    expect(await noted(gil)).to.have.length(0);
  });

  it('opens nothing by it meanwhile all the same, and again once the directory has it again', async () => {
    const gil = await renumbered();
    await wiped();
    const texted = async (): Promise<number> => {
      const before = telephones.texts(MOBILE).length;
      const stranger = gil.with(w.browser());
      await stranger.opensReset();
      await stranger.browser.submit({}, 'Send a code');
      if (await stranger.browser.offers('Send the code')) await stranger.browser.submit({}, 'Send the code');
      await w.settle();
      return telephones.texts(MOBILE).length - before;
    };
    expect(await texted()).to.equal(0);
    await signsInAnew(gil);
    expect((await w.app.foundation.store.get(registrations, gil.id))?.methods, 'nothing is left to mend').to.satisfy(
      (methods: readonly Registered[]) => methods.every(({ stale }) => stale === undefined),
    );
    await knows(gil, MOBILE);
    expect(await texted()).to.equal(1);
  });
});
