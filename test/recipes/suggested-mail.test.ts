import { expect } from 'chai';
import { onEveryEngine } from '../support/engines.ts';
import type { Person } from '../support/person.ts';
import { useWorld } from '../support/world.ts';

const PRIVATE = 'dora@home.test';

onEveryEngine('Dora has a private address in the directory', (store) => {
  const world = useWorld({
    store,
    sspr: { policies: [{ name: 'everybody', methods: ['email'] }], email: { suggest: 'directory' } },
  });

  const someone = async (type: string): Promise<Person> => {
    const dora = await world().person('dora');
    const { directory, store: documents } = world().app.foundation;
    const person = await directory.people.byId(dora.id);
    if (!person) throw new Error('nobody');
    const emails = [
      { value: dora.mail, primary: true },
      { value: PRIVATE, type },
    ];
    await documents.commit(directory.people.updating(person, { emails }, { actor: 'cli' }));
    return dora;
  };

  it('is suggested it as a way back, and proves it all the same', async () => {
    const dora = await someone('home');
    await dora.signsIn();
    expect(await dora.browser.field('email')).to.equal(PRIVATE);
    await dora.browser.submit();
    expect(await dora.browser.heading()).to.equal('Enter the code from the mail');
    const { code } = await world().mail.to(PRIVATE);
    await dora.browser.submit({ 'one-time-code': code });
    expect(await dora.browser.heading()).to.equal('Signed in to the app');
  });

  it('is suggested none that is her account’s own, and may not register one either', async () => {
    const dora = await someone('work');
    await dora.signsIn();
    expect(await dora.browser.field('email')).to.equal('');
    await dora.browser.submit({ email: PRIVATE });
    expect(await dora.browser.text()).to.contain('This is the address of the account itself');
  });
});
