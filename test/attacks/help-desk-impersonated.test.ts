import { expect } from 'chai';
import { opens, registrationNow } from '../sspr/registering.ts';
import { onEveryEngine } from '../support/engines.ts';
import { pass } from '../support/passes.ts';
import type { Person } from '../support/person.ts';
import { useWorld } from '../support/world.ts';

const STOLEN = 'the password of a thief';

onEveryEngine('Somebody who talks the help desk into a pass for another', (store) => {
  const world = useWorld({ store, sspr: { policies: [{ name: 'everybody', methods: ['email'], gates: 1 }] } });

  const owner = (): Promise<Person> => world().person('carol', { adminRoles: ['owner'], registered: true });

  const atThePass = async (person: Person): Promise<Person> => {
    const thief = person.with(world().browser());
    await thief.opensReset();
    await thief.browser.submit({}, 'I have a pass from the help desk');
    await world().settle();
    return thief;
  };

  it('gets into the account of no administrator by it alone: neither to register nor to a new password', async () => {
    const carol = await owner();
    const before = await registrationNow(world(), carol);
    const thief = carol.with(world().browser());
    await thief.browser.open(`${world().issuer}/pass`);
    await thief.browser.submit({
      username: carol.userName,
      pass: await pass(world(), carol, { for: 'registration' }),
    });
    expect(await thief.browser.heading()).to.equal('Sign in first');
    expect((await registrationNow(world(), carol)).methods.filter(({ method }) => method !== 'pass')).to.deep.equal(
      before.methods,
    );

    const typed = await pass(world(), carol);
    const other = await atThePass(carol);
    await other.browser.submit({ pass: typed });
    expect(await other.browser.text(), 'it opens its gate, and there is another').to.include('Step 3 of 4');
    await other.browser.open('/reset/password');
    expect((await other.browser.url()).pathname).not.to.equal('/reset/password');
    const csrf = (await other.browser.field('csrf')) ?? '';
    await other.browser.post('/reset/password', { csrf, password: STOLEN });
    expect(await opens(world(), carol, STOLEN)).to.equal(false);
  });

  it('is given away: the owner is told at every address, whatever became of the pass', async () => {
    const dora = await world().person('dora', { registered: true });
    await pass(world(), dora);
    for (const inbox of [await dora.inbox(), await dora.alternateInbox()]) {
      expect(inbox.mails.map(({ subject }) => subject).join()).to.include('pass');
    }
  });
});
