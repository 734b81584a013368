import { expect } from 'chai';
import { MINUTE } from '../../src/kernel/clock.ts';
import { registrationNow } from '../sspr/registering.ts';
import { onEveryEngine } from '../support/engines.ts';
import type { Person } from '../support/person.ts';
import { useWorld } from '../support/world.ts';

const SOMEBODY_ELSES = 'chief@elsewhere.test';

onEveryEngine('Somebody who says that a contact is theirs', (store) => {
  const world = useWorld({
    store,
    sspr: { policies: [{ name: 'everybody', methods: ['email'], enforcement: 'nag' }] },
  });

  const claimsOf = (person: Person): Readonly<Record<string, unknown>> => {
    const outcome = person.outcome();
    if (outcome.kind !== 'signed-in') throw new Error(outcome.error);
    return outcome.claims;
  };

  it('is vouched for to no app, neither with an address of their own nor with that of the directory', async () => {
    const eve = await world().person('eve');
    await eve.signsIn();
    await eve.registersMail();
    const claims = {
      scope: 'openid email',
      claims: JSON.stringify({ id_token: { email: null, email_verified: null } }),
    };
    await eve.startsSignIn(claims);
    expect(claimsOf(eve)).to.include({ email: eve.mail, email_verified: false });
  });

  it('opens nothing by an address before the code that was sent there', async () => {
    const eve = await world().person('eve');
    await eve.signsIn();
    await eve.browser.submit({ email: SOMEBODY_ELSES });
    expect((await registrationNow(world(), eve)).methods).to.deep.equal([]);
    const sent = (await world().mail.to(SOMEBODY_ELSES)).mails.length;
    await eve.with(world().browser()).opensReset();
    await world().settle();
    expect((await world().mail.to(SOMEBODY_ELSES)).mails).to.have.length(sent);
  });

  it('changes one only by a fresh proof, and the address of before is told of it', async () => {
    const vera = await world().person('vera', { registered: true });
    await vera.signsIn();
    world().clock.advance(11 * MINUTE);
    await vera.browser.open(`${world().issuer}/security-info/email`);
    expect(await vera.browser.field('current-password'), 'asked for the password again').to.equal('');
    await vera.givesPassword();
    await vera.registersMail('thief@evil.test');
    const { methods } = await registrationNow(world(), vera);
    expect(methods.map(({ data }) => data['address'])).to.deep.equal(['thief@evil.test']);
    for (const inbox of [await vera.alternateInbox(), await vera.inbox()]) {
      expect(inbox.last.subject).to.equal('A way back into your account was changed');
    }
  });
});
