import { expect } from 'chai';
import type { HttpBrowser } from '../support/http-browser.ts';
import type { Person } from '../support/person.ts';
import { useWorld } from '../support/world.ts';
import { sendForm } from '../support/send-form.ts';

describe('Somebody who has seen the address of a sign-in, and sets the cookies named after it', () => {
  const world = useWorld();
  let nina: Person;
  let thief: HttpBrowser;

  /** The id of the sign-in that nina is on: it stands in the address, in histories and in the logs of proxies. */
  const uid = async (): Promise<string> => (await nina.browser.url()).pathname.split('/')[2] ?? '';

  const forged = async (): Promise<string> => {
    const id = await uid();
    const own = thief.cookies.value('browser') ?? '';
    return `browser=${own}; interaction=${id}; resume=${id}`;
  };

  beforeEach(async () => {
    nina = await world().person('nina');
    thief = world().browser();
    await thief.open(`${world().issuer}/reset`);
  });

  const isKeptOut = async (paths: readonly string[], cookie: string): Promise<void> => {
    for (const path of paths) {
      const { status, headers, body } = await thief.send(`${world().issuer}${path}`, { headers: { cookie } });
      expect(status, path).to.equal(400);
      expect(body, path).not.to.include(nina.userName);
      expect(String(headers['set-cookie']), path).not.to.include('session=');
    }
  };

  it('sees and goes on with nothing of it before the password', async () => {
    const mallory = await world().person('mallory');
    await nina.startsSignIn();
    const cookie = await forged();
    const path = `/interaction/${await uid()}`;
    await isKeptOut([path, `/auth/${await uid()}`], cookie);
    const body = new URLSearchParams({
      csrf: (await thief.field('csrf')) ?? '',
      username: mallory.userName,
      password: mallory.password,
    });
    const reply = await sendForm(thief, `${world().issuer}${path}`, body.toString(), { cookie });
    expect(reply.status).to.equal(400);
    await nina.givesPassword();
    expect(await nina.browser.heading()).to.equal('Set up a way back in');
  });

  it('is not signed in as its person by being there first after the password', async () => {
    await nina.startsSignIn();
    const cookie = await forged();
    const { url, fields } = nina.browser.prepared({ username: nina.userName, 'current-password': nina.password });
    const sent = await sendForm(nina.browser, url, new URLSearchParams(fields).toString());
    expect(sent.status).to.equal(303);
    await isKeptOut([`/auth/${await uid()}`], cookie);
    await nina.browser.open(String(sent.headers.location));
    expect(await nina.browser.heading()).to.equal('Set up a way back in');
  });

  it('sees and registers nothing of its person after the password', async () => {
    await nina.signsIn();
    expect(await nina.browser.heading()).to.equal('Set up a way back in');
    const { pathname } = await nina.browser.url();
    const base = `/interaction/${await uid()}`;
    await isKeptOut(
      [pathname, base, `${base}/register`, `${base}/register/password`, `/auth/${await uid()}`],
      await forged(),
    );
  });
});
