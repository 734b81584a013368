import { expect } from 'chai';
import { registrations } from '../../plugins/sspr/collections.ts';
import { hasAlternateMail, registrationNow } from '../sspr/registering.ts';
import { onEveryEngine } from '../support/engines.ts';
import type { Person } from '../support/person.ts';
import { useWorld } from '../support/world.ts';

const HOUR = 60 * 60_000;

onEveryEngine('Somebody who got in by the one gate of a reset', (store) => {
  const world = useWorld({ store, sspr: { policies: [{ name: 'everybody', gates: 1, methods: ['email'] }] } });

  const ADDED = 'thief@evil.test';

  const resetByThief = async (owner: Person): Promise<Person> => {
    const thief = owner.with(world().browser());
    await thief.opensReset();
    await thief.typesCode();
    await thief.choosesPassword('the password of a thief');
    return thief;
  };

  const addresses = async (person: Person): Promise<unknown[]> =>
    (await registrationNow(world(), person)).methods.map(({ data }) => data['address']);

  it('is asked neither to confirm nor to register for a day, and signs in meanwhile', async () => {
    const owner = await world().person('dora', { registered: true });
    const { store: documents } = world().app.foundation;
    const before = await documents.get(registrations, owner.id);
    if (!before) throw new Error('nothing is registered');
    await documents.swap(registrations, { ...before, confirmedAt: 1 });
    const thief = await resetByThief(owner);
    const came = world().party.outcomes.length;
    await thief.signsIn();
    expect(world().party.outcomes).to.have.length(came + 1);

    await thief.startsSignIn({ prompt: 'login' });
    const { pathname } = await thief.browser.url();
    const csrf = (await thief.browser.field('csrf')) ?? '';
    for (const step of ['register/email', 'confirm/email', 'confirm/remove', 'register/later', 'confirm']) {
      await thief.browser.post(`${pathname}/${step}`, step.endsWith('email') ? { csrf, email: ADDED } : { csrf });
    }
    expect((await world().mail.to(ADDED)).mails).to.deep.equal([]);
    expect(await addresses(owner)).to.deep.equal([owner.alternateMail]);

    await world().later(24 * HOUR);
    const later = owner.with(world().browser());
    await later.signsIn();
    expect(await later.browser.heading()).to.equal('Are these still yours?');
  });

  it('ends, by the reset, what somebody else was registering in the account at that moment', async () => {
    const owner = await world().person('dora');
    await hasAlternateMail(world(), owner);
    const { store: documents } = world().app.foundation;
    const before = await documents.get(registrations, owner.id);
    if (!before) throw new Error('nothing is registered');
    await documents.swap(registrations, { ...before, confirmedAt: 1 });

    // A thief of the password is in, and has the code for an address of his own in hand.
    const thief = owner.with(world().browser());
    await thief.signsIn();
    await thief.browser.follow('Change');
    await thief.browser.submit({ email: ADDED });
    const { code } = await world().mail.to(ADDED);
    const confirm = thief.browser.prepared({ 'one-time-code': code });

    await owner.opensReset();
    await owner.typesCode();
    await owner.choosesPassword('violet teapots at noon');
    await thief.browser.post(confirm.url, confirm.fields);
    expect(await addresses(owner)).to.deep.equal([owner.alternateMail]);
    expect(await thief.browser.heading()).to.match(/^This sign.in has ended$/);
  });
});
