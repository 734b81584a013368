import { expect } from 'chai';
import { Authenticator } from '../support/authenticator.ts';
import { onEveryEngine } from '../support/engines.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import { askedOf, givesPasskey } from '../support/passkeys.ts';
import { countedWork } from '../support/work.ts';
import type { Work } from '../support/work.ts';
import { world } from '../support/world.ts';
import type { World } from '../support/world.ts';
import { sendForm } from '../support/send-form.ts';

const policies = [{ name: 'everybody', methods: ['passkey', 'email'] }];

const holder = async (w: World, name: string) => {
  const person = await w.person(name);
  const authenticator = new Authenticator(w.issuer);
  await person.signsIn();
  await person.browser.follow('Set up a passkey');
  await givesPasskey(person.browser, authenticator);
  return { person, authenticator };
};

/** As a stranger to the gate that a passkey opens. */
const atGate = async (w: World, name: string): Promise<HttpBrowser> => {
  const browser = w.browser();
  await browser.open(`${w.issuer}/reset`);
  await browser.submit({ username: name });
  await browser.submit({}, 'Use a passkey');
  await w.settle();
  await browser.open('/reset/prove/passkey');
  return browser;
};

const posting = async (work: Work, browser: HttpBrowser, credential: string) => {
  const { url, fields } = browser.prepared({ credential });
  const reply = { status: 0, body: '' };
  const steps = await work.during(async () => {
    Object.assign(reply, await sendForm(browser, url, new URLSearchParams(fields).toString()));
  });
  return { steps, status: reply.status };
};

onEveryEngine('Somebody with a passkey and an account of their own', (engine) => {
  it('learns from no answer at a gate, right for themselves or wrong, who exists or has a passkey', async () => {
    const work = countedWork();
    await using w = await world({ store: engine, sspr: { policies }, surroundings: work.surroundings });
    await holder(w, 'registered');
    await w.person('unregistered');
    await w.person('disabled', { active: false });
    const { authenticator } = await holder(w, 'insider');
    const seen: Record<string, unknown> = {};
    for (const name of ['registered', 'unregistered', 'disabled', 'unknown']) {
      const browser = await atGate(w, name);
      const { options } = askedOf(browser);
      const garbage = await posting(work, browser, 'garbage');
      const own = await posting(work, browser, authenticator.get(options));
      const foreign = await posting(work, browser, authenticator.get(options, { challenge: 'AAAA' }));
      seen[name] = { garbage, own, foreign };
      expect(
        [garbage, own, foreign].map(({ status }) => status),
        name,
      ).to.deep.equal([422, 422, 422]);
    }
    const { registered, ...others } = seen;
    for (const [name, steps] of Object.entries(others)) expect(steps, name).to.deep.equal(registered);
  });

  it('neither signs others in to their own account by a form of theirs, nor by an answer they lend', async () => {
    await using w = await world({ store: engine, sspr: { policies } });
    const victim = await w.person('victim');
    const { authenticator, person } = await holder(w, 'insider');
    const own = person.with(w.browser());
    await own.startsSignIn();
    await own.browser.follow('Sign in with a passkey');
    const lent = authenticator.get(askedOf(own.browser).options);

    await victim.startsSignIn();
    await victim.browser.follow('Sign in with a passkey');
    const { url, fields } = victim.browser.prepared({ credential: lent });
    const post = (values: Readonly<Record<string, string>>) =>
      sendForm(victim.browser, url, new URLSearchParams(values).toString());
    expect((await post(fields)).status).to.equal(422);
    const { csrf: _csrf, ...unsigned } = fields;
    expect(
      (await post({ ...unsigned, credential: authenticator.get(askedOf(victim.browser).options) })).status,
    ).to.equal(403);
    expect(await victim.browser.heading()).to.equal('Sign in with a passkey');
  });
});
