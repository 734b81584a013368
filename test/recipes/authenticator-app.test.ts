import { expect } from 'chai';
import { codeApp, keyLinkIn } from '../support/code-app.ts';
import type { CodeApp } from '../support/code-app.ts';
import { onEveryEngine } from '../support/engines.ts';
import type { Person } from '../support/person.ts';
import { useWorld } from '../support/world.ts';

const ARRIVED = 'Signed in to the app';
const STEP = 30_000;
const CODE = 'one-time-code';
const WRONG = 'This code is not right, or it was used before.';
const FORM = { 'content-type': 'application/x-www-form-urlencoded', origin: 'null', 'sec-fetch-site': 'same-origin' };

onEveryEngine('Dora has an authenticator app', (store) => {
  const world = useWorld({
    store,
    sspr: {
      policies: [{ name: 'everybody', methods: ['totp', 'email'] }],
      // What is counted here is how often one code counts.
      limits: { failures: 100, failuresPerMethodAndHour: 100 },
    },
  });

  /** From the sign-in to the page that shows the key. */
  const beginsRegistration = async (dora: Person, name = ''): Promise<CodeApp> => {
    await dora.signsIn();
    await dora.browser.follow('Set up an app');
    await dora.browser.submit({ name });
    return codeApp(keyLinkIn(dora.browser.body), world().clock);
  };

  const registered = async (name?: string): Promise<{ dora: Person; app: CodeApp }> => {
    const dora = await world().person('dora');
    const app = await beginsRegistration(dora, name);
    await dora.browser.submit({ [CODE]: app.code() });
    expect(await dora.browser.heading()).to.equal(ARRIVED);
    return { dora, app };
  };

  /** In a browser that nobody knows, up to the page that asks for the code. */
  const asStranger = async (somebody: Person): Promise<Person> => {
    const stranger = somebody.with(world().browser());
    await stranger.opensReset();
    await stranger.browser.submit({}, 'Type a code from the app');
    await world().settle();
    return stranger;
  };

  it('registers it at sign-in by a picture, a link or a key to type, and a first code', async () => {
    const dora = await world().person('dora');
    const app = await beginsRegistration(dora, 'phone');
    const link = new URL(keyLinkIn(dora.browser.body));
    expect(decodeURIComponent(link.pathname)).to.equal(`/Example:${dora.userName}`);
    expect(link.searchParams.get('issuer')).to.equal('Example');
    expect(dora.browser.body).to.match(/<svg class="qr" role="img" aria-label="[^"]+"/);
    const typed = /<code class="copy"[^>]*>([A-Z2-7 ]+)<\/code>/.exec(dora.browser.body)?.[1] ?? '';
    expect(typed.replaceAll(' ', '')).to.equal(link.searchParams.get('secret'));

    await dora.browser.reload();
    expect(keyLinkIn(dora.browser.body), 'the same key after a reload').to.equal(link.href);
    await dora.browser.submit({ [CODE]: app.code(2) });
    expect(await dora.browser.text()).to.contain(WRONG);
    const code = app.code();
    await dora.browser.submit({ [CODE]: `${code.slice(0, 3)} ${code.slice(3)}` });
    expect(await dora.browser.heading()).to.equal(ARRIVED);
    expect((await dora.inbox()).last.text).to.contain('Authenticator app');
  });

  it('resets her password by it in a browser that nobody knows', async () => {
    const { dora, app } = await registered();
    await world().later(STEP);
    const stranger = await asStranger(dora);
    await stranger.browser.submit({ [CODE]: '000000' });
    expect(await stranger.browser.text()).to.contain(WRONG);
    await stranger.browser.submit({ [CODE]: app.code() });
    await stranger.choosesPassword('violet teapots at noon');
    expect(await stranger.browser.heading()).to.equal('Your password is changed');
    await dora.signsIn();
    expect(await dora.browser.heading()).to.equal(ARRIVED);
  });

  it('sees which app is meant where she is known, and is told of a stranger nothing', async () => {
    const { dora } = await registered('phone');
    await dora.opensReset();
    expect(await dora.browser.heading()).to.equal('Enter the code from your app');
    const stranger = dora.with(world().browser());
    await stranger.opensReset();
    expect(await stranger.browser.text())
      .to.contain('Authenticator app')
      .and.not.to.contain('phone');
    const nobody = world().browser();
    await nobody.open(`${world().issuer}/reset`);
    await nobody.submit({ username: 'nobody-at-all' });
    const pageOf = (body: string): string => body.replace(/name="csrf" value="[^"]*"/g, '');
    expect(pageOf(nobody.body)).to.equal(pageOf(stranger.browser.body));
  });

  it('is not let in by the code that she registered with', async () => {
    const { dora, app } = await registered();
    const code = app.code();
    const stranger = await asStranger(dora);
    await stranger.browser.submit({ [CODE]: code });
    expect(await stranger.browser.text()).to.contain(WRONG);
    await stranger.browser.submit({ [CODE]: app.code(1) });
    expect(await stranger.browser.heading()).to.equal('Choose a new password');
  });

  it('may be one step early or late with her clock, and no more', async () => {
    for (const [steps, isRight] of [
      [-2, false],
      [-1, true],
      [1, true],
      [2, false],
    ] as const) {
      const { dora, app } = await registered();
      await world().later(10 * STEP);
      const stranger = await asStranger(dora);
      await stranger.browser.submit({ [CODE]: app.code(steps) });
      const heading = isRight ? 'Choose a new password' : 'Enter the code from your app';
      expect(await stranger.browser.heading(), String(steps)).to.equal(heading);
    }
  });

  it('has each code counted once, over two resets and fifty answers at once', async () => {
    const { dora, app } = await registered();
    await world().later(STEP);
    const strangers = [await asStranger(dora), await asStranger(dora)];
    const code = app.code();
    const replies = await Promise.all(
      Array.from({ length: 50 }, (_, at) => {
        const { browser } = strangers[at % 2] ?? dora;
        const csrf = browser.forms[0]?.fields.find(({ name }) => name === 'csrf')?.value ?? '';
        const cookie = browser.cookies.header(new URL(world().issuer)) ?? '';
        const body = new URLSearchParams({ csrf, code }).toString();
        const headers = { ...FORM, cookie };
        return world().browser().send(`${world().issuer}/reset/prove/totp`, { method: 'POST', headers, body });
      }),
    );
    expect(replies.filter(({ status }) => status === 303)).to.have.length(1);
    for (const { status } of replies) expect([303, 409, 422]).to.include(status);
    const third = await asStranger(dora);
    await third.browser.submit({ [CODE]: code });
    expect(await third.browser.heading()).not.to.equal('Choose a new password');
  });
});
