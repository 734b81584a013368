import { expect } from 'chai';
import { opens } from '../sspr/registering.ts';
import { onEveryEngine } from '../support/engines.ts';
import type { Person } from '../support/person.ts';
import { useWorld } from '../support/world.ts';

const NEW = 'violet teapots at noon';

onEveryEngine('Somebody whose account was disabled', (store) => {
  const world = useWorld({ store });

  const setActive = async (person: Person, active: boolean): Promise<void> => {
    const { directory, store: documents } = world().app.foundation;
    const stored = await directory.people.byId(person.id);
    if (!stored) throw new Error('there is nobody');
    await documents.commit(directory.people.updating(stored, { active }, { actor: 'cli' }));
  };

  const isActive = async ({ id }: Person): Promise<boolean | undefined> =>
    (await world().app.foundation.directory.people.byId(id))?.active;

  const left = async (): Promise<Person> => world().person('left', { registered: true });

  it('is sent nothing by a reset or an unlock, which leave the account as it is', async () => {
    const person = await left();
    await setActive(person, false);
    for (const begins of ['opensReset', 'opensUnlock'] as const) {
      await person.with(world().browser())[begins]();
      await world().settle();
    }
    expect((await person.alternateInbox()).mails).to.deep.equal([]);
    expect(await isActive(person)).to.equal(false);
  });

  it('does not come back by a reset whose gates were open before', async () => {
    const person = await left();
    await person.opensReset();
    await person.typesCode();
    await setActive(person, false);
    await person.browser.submit({ 'new-password': NEW });
    expect(await person.browser.heading()).not.to.equal('Your password is changed');
    expect(await isActive(person)).to.equal(false);
    await person.signsIn();
    expect(world().party.outcomes).to.deep.equal([]);
  });

  it('finds what was sent before it dead, also when the account is enabled again', async () => {
    const person = await left();
    await person.opensReset();
    const { code, link } = await person.alternateInbox();
    await setActive(person, false);
    await setActive(person, true);
    const elsewhere = world().browser();
    await elsewhere.open(link);
    expect(elsewhere.status).to.equal(410);
    await person.browser.submit({ 'one-time-code': code });
    await person.browser.open('/reset/password');
    expect((await person.browser.url()).pathname).not.to.equal('/reset/password');
    expect(await opens(world(), person, person.password)).to.equal(true);
  });
});
