import { expect } from 'chai';
import { onEveryEngine } from '../support/engines.ts';
import type { Person } from '../support/person.ts';
import { useWorld } from '../support/world.ts';
import { registrationNow } from '../sspr/registering.ts';
import { registrations } from '../../plugins/sspr/collections.ts';
import { replacing, withoutRegistered } from '../../plugins/sspr/registrations.ts';

const DAY = 24 * 60 * 60_000;

onEveryEngine('A code and a link that were mailed before', (store) => {
  const world = useWorld({ store });

  interface Mailed {
    readonly link: string;
    readonly code: string;
    /** Where they were asked for. */
    readonly browser: Person['browser'];
  }

  const mailed = async (person: Person): Promise<Mailed> => {
    const elsewhere = person.with(world().browser());
    await elsewhere.opensReset();
    const { link, code } = await person.alternateInbox();
    return { link, code, browser: elsewhere.browser };
  };

  /** Neither is good for anything, in the browser that asked for them nor in any other. */
  const areDead = async ({ link, code, browser }: Mailed): Promise<void> => {
    for (const each of [browser, world().browser()]) {
      await each.open(link);
      expect(each.status).to.equal(410);
    }
    await browser.open('/reset/prove/email');
    if ((await browser.field('one-time-code')) !== undefined) await browser.submit({ 'one-time-code': code });
    await browser.open('/reset/password');
    expect((await browser.url()).pathname).not.to.equal('/reset/password');
  };

  const bob = () => world().person('bob', { registered: true });

  it('are alive until something happens', async () => {
    const person = await bob();
    const { browser, code, link } = await mailed(person);
    const other = world().browser();
    await other.open(link);
    expect(other.status).to.equal(200);
    await browser.submit({ 'one-time-code': code });
    expect(await browser.heading()).to.equal('Choose a new password');
  });

  it('are dead after a finished reset', async () => {
    const person = await bob();
    const before = await mailed(person);
    await person.opensReset();
    await person.typesCode();
    await person.choosesPassword('violet teapots at noon');
    await areDead(before);
  });

  it('are dead after a new request in the same browser', async () => {
    const person = await bob();
    const before = await mailed(person);
    await person.with(before.browser).opensReset();
    await world().settle();
    await areDead(before);
  });

  it('are dead once the person has signed in', async () => {
    const person = await bob();
    const before = await mailed(person);
    await world().later(1000);
    await person.signsIn();
    expect(person.outcome().kind).to.equal('signed-in');
    await areDead(before);
  });

  it('are dead once the person has another address, or none', async () => {
    for (const change of ['Change', 'Remove'] as const) {
      const person = await bob();
      const { store: documents } = world().app.foundation;
      const registration = await documents.get(registrations, person.id);
      if (!registration) throw new Error('nothing is registered');
      await documents.swap(registrations, { ...registration, confirmedAt: 1 });
      // Begun while the person is on the way: it is the change that must end them.
      await person.signsIn();
      expect(await person.browser.heading()).to.equal('Are these still yours?');
      const before = await mailed(person);
      if (change === 'Change') {
        await person.browser.follow('Change');
        await person.registersMail(`new.${person.alternateMail}`);
      } else {
        // No page removes the only one, yet what holds of it must not hang on that.
        const now = await registrationNow(world(), person);
        await documents.commit([replacing(now, withoutRegistered(now, now.methods[0]?.id ?? ''))]);
      }
      const { methods } = await registrationNow(world(), person);
      expect(methods.map(({ data }) => data['address'])).to.deep.equal(
        change === 'Change' ? [`new.${person.alternateMail}`] : [],
      );
      await areDead(before);
    }
  });

  it('are dead once the password was changed elsewhere, and once everything of the person has ended', async () => {
    const { directory, store: documents } = world().app.foundation;
    const ends: readonly ((person: Person) => Promise<void>)[] = [
      async ({ id }) => {
        const account = await directory.accounts.byId(id);
        if (account) await documents.commit(await directory.passwords.set(account, 'set by an operator', 'reset'));
      },
      async ({ id }) => {
        await documents.commit(directory.people.signingOut(id));
      },
      async ({ userName }) => {
        const stored = await directory.people.byName(userName);
        if (stored) await documents.commit(directory.people.updating(stored, { active: false }, { actor: 'cli' }));
      },
      async ({ userName }) => {
        const stored = await directory.people.byName(userName);
        if (stored) await documents.commit(await directory.people.deleting(stored, { actor: 'cli' }));
      },
    ];
    for (const end of ends) {
      const person = await bob();
      const before = await mailed(person);
      await end(person);
      await areDead(before);
    }
  });

  it('are dead the next day', async () => {
    const before = await mailed(await bob());
    await world().later(DAY);
    await areDead(before);
  });
});
