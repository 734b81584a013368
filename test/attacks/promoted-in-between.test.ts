import { expect } from 'chai';
import { answersQuestions, hasQuestions, NEW_PASSWORD, opens } from '../sspr/registering.ts';
import { onEveryEngine } from '../support/engines.ts';
import type { Person } from '../support/person.ts';
import { useWorld } from '../support/world.ts';

onEveryEngine('Somebody who opened gates by what their policy does not allow any more', (store) => {
  const world = useWorld({
    store,
    sspr: { policies: [{ name: 'everybody', gates: 2, methods: ['email', 'questions'] }] },
  });

  const provesBoth = async (person: Person): Promise<void> => {
    await person.typesCode();
    await answersQuestions(person.browser);
  };

  const becomesAdministrator = async ({ id }: Person): Promise<void> => {
    const { directory, store: documents } = world().app.foundation;
    const stored = await directory.people.byId(id);
    if (!stored) throw new Error('nobody');
    await documents.commit(directory.people.settingRoles(stored, ['owner'], { actor: 'cli' }));
  };

  const carol = async (): Promise<Person> => {
    const person = await world().person('carol', { registered: true });
    await hasQuestions(world(), person);
    return person;
  };

  it('sets no password as an administrator by questions answered as nobody special', async () => {
    const person = await carol();
    await person.opensReset();
    await provesBoth(person);
    expect(await person.browser.heading()).to.equal('Choose a new password');
    await becomesAdministrator(person);
    await person.browser.submit({ 'new-password': NEW_PASSWORD }, 'Change the password');
    expect(person.browser.status).to.equal(409);
    expect(await opens(world(), person, NEW_PASSWORD)).to.equal(false);
    expect(await opens(world(), person, person.password)).to.equal(true);
  });

  it('unlocks nothing by them either', async () => {
    const person = await carol();
    await person.startsSignIn();
    await person.isPaused();
    await person.opensUnlock();
    await provesBoth(person);
    await becomesAdministrator(person);
    await person.browser.submit({}, 'Unlock the account');
    expect(person.browser.status).to.equal(409);
    await person.startsSignIn();
    await person.givesPassword();
    expect(await person.browser.heading()).to.equal('Sign in');
  });

  it('goes on to the gate that is missing when the promotion comes between the two', async () => {
    const person = await carol();
    await person.signsIn();
    await person.opensReset();
    await person.browser.open('/reset/prove/questions');
    await answersQuestions(person.browser);
    await becomesAdministrator(person);
    await person.browser.open('/reset/prove/email');
    if (await person.browser.offers('Send the code')) await person.browser.submit({}, 'Send the code');
    await person.typesCode();
    expect(await person.browser.heading()).to.equal('You need help with this reset');
    await person.browser.open('/reset/password');
    expect((await person.browser.url()).pathname).to.equal('/reset/prove');
  });
});
