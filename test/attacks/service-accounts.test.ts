import { expect } from 'chai';
import { opens } from '../sspr/registering.ts';
import { onEveryEngine } from '../support/engines.ts';
import { pass } from '../support/passes.ts';
import type { Person } from '../support/person.ts';
import { useWorld } from '../support/world.ts';

const STOLEN = 'the password of a thief';

onEveryEngine('Somebody who is after the account of a service', (store) => {
  const world = useWorld({ store });

  const robot = (): Promise<Person> => world().person('robot', { kind: 'service', registered: true });

  const isUntouched = async (account: Person): Promise<void> => {
    expect((await account.alternateInbox()).mails).to.deep.equal([]);
    expect((await account.inbox()).mails).to.deep.equal([]);
    expect(await opens(world(), account, STOLEN)).to.equal(false);
  };

  it('gets no mail by a reset or an unlock, though an address of theirs is registered for it', async () => {
    const account = await robot();
    for (const begins of ['opensReset', 'opensUnlock'] as const) {
      const thief = account.with(world().browser());
      await thief[begins]();
      await world().settle();
      await isUntouched(account);
    }
  });

  it('is given no pass for it, and signed in by no password', async () => {
    const account = await robot();
    const refusal: unknown = await pass(world(), account, { for: 'registration' }).catch((error: unknown) => error);
    expect(String(refusal)).to.include('no policy lets');
    await account.signsIn();
    expect(await account.browser.heading()).to.equal('Sign in');
    expect(world().party.outcomes).to.deep.equal([]);
  });
});
