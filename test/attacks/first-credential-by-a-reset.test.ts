import { expect } from 'chai';
import { opens, registrationNow } from '../sspr/registering.ts';
import { onEveryEngine } from '../support/engines.ts';
import { useWorld } from '../support/world.ts';
import { sendForm } from '../support/send-form.ts';

const STOLEN = 'the password of a thief';
const THIEF = 'thief@evil.test';

onEveryEngine('Somebody who begins a reset of a newcomer', (store) => {
  const world = useWorld({
    store,
    sspr: { policies: [{ name: 'everybody', gates: 2, methods: ['email', 'questions'] }] },
  });

  it('is sent no code, not even to the address of the account, and sets no password', async () => {
    const nina = await world().person('nina');
    const thief = nina.with(world().browser());
    await thief.opensReset();
    await world().settle();
    for (const inbox of [await nina.inbox(), await nina.alternateInbox()]) expect(inbox.mails).to.deep.equal([]);
    const csrf = (await thief.browser.field('csrf')) ?? '';
    for (const [path, fields] of [
      ['/reset/prove/email', { code: '00000000' }],
      ['/reset/prove', { method: 'questions' }],
      ['/reset/password', { password: STOLEN }],
    ] as const) {
      const body = new URLSearchParams({ csrf, ...fields }).toString();
      await sendForm(thief.browser, `${world().issuer}${path}`, body);
    }
    expect(await opens(world(), nina, STOLEN)).to.equal(false);
    expect(await opens(world(), nina, nina.password)).to.equal(true);
  });

  it('registers nothing by the pages of a registration, with the cookies of that reset', async () => {
    const nina = await world().person('nina');
    const thief = nina.with(world().browser());
    await thief.opensReset();
    await world().settle();
    const csrf = (await thief.browser.field('csrf')) ?? '';
    for (const base of ['/security-info', '/pass', '/reset', '/interaction/x/register']) {
      await thief.browser.open(`${world().issuer}${base}/email`);
      const body = new URLSearchParams({ csrf, email: THIEF }).toString();
      const { status } = await sendForm(thief.browser, `${world().issuer}${base}/email`, body);
      expect(status, base).to.be.oneOf([303, 400, 404, 405, 409]);
    }
    await world().settle();
    expect((await world().mail.to(THIEF)).mails).to.deep.equal([]);
    expect((await registrationNow(world(), nina)).methods).to.deep.equal([]);
  });
});
