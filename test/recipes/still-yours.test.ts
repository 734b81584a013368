import { expect } from 'chai';
import type { Registered } from '../../plugins/sspr/collections.ts';
import { registrationOf } from '../../plugins/sspr/registrations.ts';
import { onEveryEngine } from '../support/engines.ts';
import type { Person } from '../support/person.ts';
import { hasRecoveryCodes } from '../support/second-factor.ts';
import { useWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';

const DAY = 24 * 60 * 60_000;
const ASKED = 'Are these still yours?';
const ARRIVED = 'Signed in to the app';

const registered = async ({ app: { foundation } }: World, bob: Person): Promise<readonly Registered[]> =>
  (await registrationOf(foundation.store, bob.id)).methods;

onEveryEngine('Bob is asked after half a year whether his way back is still his', (store) => {
  const world = useWorld({ store });

  it('is asked on day 181, not on day 179, on the same authorization request', async () => {
    const bob = await world().person('bob', { registered: true });
    const early = bob.with(world().browser());
    await world().later(179 * DAY);
    await early.signsIn();
    expect(await early.browser.heading()).to.equal(ARRIVED);

    const due = bob.with(world().browser());
    await world().later(2 * DAY);
    const came = world().party.outcomes.length;
    await due.signsIn();
    expect(await due.browser.heading()).to.equal(ASKED);
    await due.browser.submit({}, 'Yes, all are still mine');
    expect(await due.browser.heading()).to.equal(ARRIVED);
    expect(
      world()
        .party.outcomes.slice(came)
        .map(({ kind }) => kind),
    ).to.deep.equal(['signed-in']);
  });

  it('sees his address masked', async () => {
    const bob = await world().person('bob', { registered: true });
    await world().later(181 * DAY);
    await bob.signsIn();
    const text = await bob.browser.text();
    expect(text).to.contain('Mail to b').and.not.to.contain(bob.alternateMail);
  });

  it('is left alone for another half year once he confirmed', async () => {
    const bob = await world().person('bob', { registered: true });
    await world().later(181 * DAY);
    await bob.signsIn();
    await bob.browser.submit({}, 'Yes, all are still mine');
    const early = bob.with(world().browser());
    await world().later(179 * DAY);
    await early.signsIn();
    expect(await early.browser.heading()).to.equal(ARRIVED);
    const due = bob.with(world().browser());
    await world().later(2 * DAY);
    await due.signsIn();
    expect(await due.browser.heading()).to.equal(ASKED);
  });

  it('may answer another time, and is asked again in the next session', async () => {
    const bob = await world().person('bob', { registered: true });
    await world().later(181 * DAY);
    await bob.signsIn();
    await bob.browser.submit({}, 'Ask me next time');
    expect(await bob.browser.heading()).to.equal(ARRIVED);
    await bob.startsSignIn();
    expect(await bob.browser.heading()).to.equal(ARRIVED);
    const next = bob.with(world().browser());
    await next.signsIn();
    expect(await next.browser.heading()).to.equal(ASKED);
  });

  it('changes the address there, and the old one is told', async () => {
    const bob = await world().person('bob', { registered: true });
    await world().later(181 * DAY);
    await bob.signsIn();
    const { pathname } = await bob.browser.url();
    await bob.browser.follow(`${pathname}/email`);
    const newer = `${bob.userName}@new-provider.test`;
    await bob.registersMail(newer);
    expect(await bob.browser.heading()).to.equal(ASKED);
    await bob.browser.submit({}, 'Yes, all are still mine');
    expect(await bob.browser.heading()).to.equal(ARRIVED);
    const told = (await bob.alternateInbox()).mails.map(({ subject }) => subject);
    expect(told.join()).to.match(/way back into your account/);

    const reset = bob.with(world().browser());
    await reset.opensReset();
    expect((await world().mail.to(newer)).last.subject).to.equal('Code to reset your password');
  });

  it('keeps the last one that his policy needs, and may change it', async () => {
    const bob = await world().person('bob', { registered: true });
    await world().later(181 * DAY);
    await bob.signsIn();
    expect(await bob.browser.offers('Remove')).to.equal(false);
    expect(await bob.browser.offers('Change')).to.equal(true);
    const [mail] = await registered(world(), bob);
    const csrf = (await bob.browser.field('csrf')) ?? '';
    const { pathname } = await bob.browser.url();
    await bob.browser.post(`${pathname}/remove`, { csrf, registered: mail?.id ?? '' });
    expect(await bob.browser.heading()).to.equal(ASKED);
    expect(await registered(world(), bob)).to.deep.equal([mail]);
  });
});

onEveryEngine('Bob is never asked where nobody is to confirm anything', (store) => {
  const world = useWorld({ store, sspr: { policies: [{ name: 'everybody', methods: ['email'], reconfirmDays: 0 }] } });

  it('signs in undisturbed, three years after he registered', async () => {
    const bob = await world().person('bob', { registered: true });
    await world().later(3 * 365 * DAY);
    await bob.signsIn();
    expect(await bob.browser.heading()).to.equal(ARRIVED);
  });
});

onEveryEngine('Bob, who has recovery codes besides,', (store) => {
  const world = useWorld({ store, sspr: { policies: [{ name: 'everybody', methods: ['email', 'recovery'] }] } });

  it('removes what is no longer his where he has enough without it', async () => {
    const bob = await world().person('bob', { registered: true });
    await hasRecoveryCodes(world(), bob);
    await world().later(181 * DAY);
    await bob.signsIn();
    expect(await bob.browser.heading()).to.equal(ASKED);
    const [mail] = await registered(world(), bob);
    await bob.browser.submit({ registered: mail?.id ?? '' }, 'Remove');
    expect(await bob.browser.heading()).to.equal(ASKED);
    expect((await registered(world(), bob)).map(({ method }) => method)).to.deep.equal(['recovery']);
    expect(await bob.browser.offers('Remove')).to.equal(false);
  });
});
