import { expect } from 'chai';
import { opens } from '../sspr/registering.ts';
import { useWorld } from '../support/world.ts';

const STOLEN = 'the password of a thief';

describe('An attacker who knows a cookie from before a proof', () => {
  const world = useWorld();

  /** What the attacker planted in the victim's browser, or read there, before the victim did anything. */
  const cookiesOf = (browser: ReturnType<ReturnType<typeof world>['browser']>): Record<string, string> =>
    Object.fromEntries(browser.cookies.names().map((name) => [name, browser.cookies.value(name) ?? '']));

  const header = (cookies: Readonly<Record<string, string>>): string =>
    Object.entries(cookies)
      .map(([name, value]) => `${name}=${value}`)
      .join('; ');

  it('has no part in the reset after it, though even the browser cookie is the same', async () => {
    const dora = await world().person('dora', { registered: true });
    await dora.opensReset();
    const before = cookiesOf(dora.browser);
    await dora.typesCode();
    expect(await dora.browser.heading()).to.equal('Choose a new password');
    expect(dora.browser.cookies.value('reset')).not.to.equal(before['reset']);

    const thief = world().browser();
    const csrf = (await dora.browser.field('csrf')) ?? '';
    const page = await thief.send(`${world().issuer}/reset/password`, { headers: { cookie: header(before) } });
    expect(page.headers.location).to.equal('/reset');
    const body = new URLSearchParams({ csrf, password: STOLEN }).toString();
    const posted = await thief.send(`${world().issuer}/reset/password`, {
      method: 'POST',
      headers: { cookie: header(before), 'content-type': 'application/x-www-form-urlencoded' },
      body,
    });
    expect(posted.status).to.be.oneOf([400, 409]);
    expect(await opens(world(), dora, STOLEN)).to.equal(false);
    await dora.choosesPassword('violet teapots at noon');
    expect(await dora.browser.heading()).to.equal('Your password is changed');
  });

  it('has no part in the flow that a mailed link leads to in another browser', async () => {
    const dora = await world().person('dora', { registered: true });
    await dora.opensReset();
    const { link } = await dora.alternateInbox();
    const phone = world().browser();
    await phone.open(link);
    const before = cookiesOf(phone);
    await phone.submit();
    const thief = world().browser();
    for (const path of ['/reset/link', '/reset/password', '/reset/prove/email']) {
      const reply = await thief.send(`${world().issuer}${path}`, { headers: { cookie: header(before) } });
      expect(reply.headers.location ?? reply.status, path).to.be.oneOf(['/reset', 410]);
    }
  });

  it('is signed in as nobody, when the victim signs in with the session that was planted', async () => {
    const attacker = world().browser();
    // The page for devices begins a session without anybody in it.
    await attacker.open(`${world().issuer}/device`);
    const planted = cookiesOf(attacker);
    expect(planted).to.have.property('session');

    const dora = await world().person('dora', { registered: true });
    const victim = dora.with(world().browser());
    await victim.browser.open(`${world().issuer}/device`);
    victim.browser.cookies.replace('session', planted['session'] ?? '');
    await victim.signsIn();
    expect(victim.outcome().kind).to.equal('signed-in');
    expect(victim.browser.cookies.value('session')).not.to.equal(planted['session']);
    const silent = await attacker.send(await world().party.authorizationUrl({ prompt: 'none' }));
    expect(silent.headers.location).to.include('error=login_required');
  });

  it('finds every cookie replaced or ended by the reset: the session of before, and the known browser', async () => {
    const dora = await world().person('dora', { registered: true });
    await dora.signsIn();
    const before = cookiesOf(dora.browser);
    const elsewhere = dora.with(world().browser());
    await elsewhere.opensReset();
    await elsewhere.typesCode();
    await elsewhere.choosesPassword('violet teapots at noon');
    const thief = world().browser();
    const silent = await thief.send(await world().party.authorizationUrl({ prompt: 'none' }), {
      headers: { cookie: header(before) },
    });
    expect(silent.headers.location).to.include('error=login_required');
    // What is hers is shown in browsers of hers only.
    await dora.opensReset();
    expect(await dora.browser.text()).not.to.contain('@elsewhere.test');
  });
});
