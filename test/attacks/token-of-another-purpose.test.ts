import { expect } from 'chai';
import * as openid from 'openid-client';
import { opens, registrationNow } from '../sspr/registering.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import type { Person } from '../support/person.ts';
import type { Reply } from '../support/wire.ts';
import { useWorld } from '../support/world.ts';
import { sendForm } from '../support/send-form.ts';

/** Everything that was given to Dora and is alive, by what it is for. */
type Tokens = Readonly<Record<string, string>>;

describe('A token of another purpose', function () {
  this.timeout(30_000);
  const world = useWorld({
    sspr: {
      policies: [{ name: 'everybody', methods: ['email'], enforcement: 'nag' }],
      limits: { failures: 100, failuresPerMethodAndHour: 100 },
    },
    config: { signIn: { guard: { attempts: 100 } } },
    otherParty: { grant_types: ['authorization_code', 'urn:ietf:params:oauth:grant-type:device_code'] },
  });
  let dora: Person;
  let tokens: Tokens;

  const cookie = ({ cookies }: HttpBrowser, name: string): string => cookies.value(name) ?? '';

  const codeAt = async (browser: HttpBrowser): Promise<string> => {
    let reply = await browser.send(await world().party.authorizationUrl({ prompt: 'none' }));
    reply = reply.headers.location?.startsWith('/') ? await browser.send(reply.headers.location) : reply;
    return new URL(reply.headers.location ?? '').searchParams.get('code') ?? '';
  };

  const collect = async (): Promise<Tokens> => {
    await dora.signsIn();
    const outcome = dora.outcome();
    if (outcome.kind !== 'signed-in') throw new Error(outcome.error);
    const device = await openid.initiateDeviceAuthorization(world().otherParty.configuration, { scope: 'openid' });

    const elsewhere = dora.with(world().browser());
    await elsewhere.opensReset();
    const { code, link } = await dora.alternateInbox();
    const nina = await world().person('nina');
    await nina.signsIn();
    await nina.browser.submit({ email: nina.alternateMail });
    const pair = link.slice(link.lastIndexOf('/') + 1);
    const begun = dora.with(world().browser());
    await begun.startsSignIn();

    return {
      'access token': outcome.tokens.access_token,
      'refresh token': outcome.tokens.refresh_token ?? '',
      'ID token': outcome.tokens.id_token ?? '',
      'authorization code': await codeAt(dora.browser),
      'session cookie': cookie(dora.browser, 'session'),
      'sign-in cookie': cookie(begun.browser, 'interaction'),
      'browser cookie': cookie(elsewhere.browser, 'browser'),
      'form token': (await elsewhere.browser.field('csrf')) ?? '',
      'reset cookie': cookie(elsewhere.browser, 'reset'),
      'mailed link': pair,
      'secret of the link': pair.split('.')[1] ?? '',
      'mailed code': code,
      'code of a registration': (await nina.alternateInbox()).code,
      'device code': device.device_code,
      'user code': device.user_code,
    };
  };

  before(async function () {
    this.timeout(30_000);
    dora = await world().person('dora', { registered: true });
    tokens = await collect();
    for (const [name, token] of Object.entries(tokens)) expect(token, name).to.have.length.greaterThan(7);
  });

  /** Calls `use` with every token but those that it is for. */
  const withOthers = async (own: readonly string[], use: (token: string, name: string) => Promise<void>) => {
    expect(Object.keys(tokens)).to.include.members(own);
    for (const [name, token] of Object.entries(tokens)) if (!own.includes(name)) await use(token, name);
  };

  const asClient = (path: string, fields: Readonly<Record<string, string>>, id = 'app'): Promise<Reply> =>
    world()
      .browser()
      .send(`${world().issuer}${path}`, {
        method: 'POST',
        headers: {
          authorization: `Basic ${Buffer.from(`${id}:${world().party.secret}`).toString('base64')}`,
          accept: 'application/json',
          'content-type': 'application/x-www-form-urlencoded',
        },
        body: new URLSearchParams(fields).toString(),
      });

  const GRANTS: readonly (readonly [grant: string, field: string, own: string, app: string])[] = [
    ['authorization_code', 'code', 'authorization code', 'app'],
    ['refresh_token', 'refresh_token', 'refresh token', 'app'],
    ['urn:ietf:params:oauth:grant-type:device_code', 'device_code', 'device code', 'other-app'],
  ];
  for (const [grant, field, own, app] of GRANTS) {
    it(`gets no tokens in the place of: ${own}`, () =>
      withOthers([own], async (token, name) => {
        const fields = { grant_type: grant, [field]: token, redirect_uri: `${world().party.origin}/callback` };
        const { status, body } = await asClient('/token', fields, app);
        expect(status, name).to.equal(400);
        expect(JSON.parse(body), name).to.have.property('error', 'invalid_grant');
      }));
  }

  it('tells nobody who somebody is, and is active for no app', () =>
    withOthers(['access token', 'refresh token'], async (token, name) => {
      const headers = { authorization: `Bearer ${token}` };
      expect((await world().browser().send(`${world().issuer}/me`, { headers })).status, name).to.equal(401);
      const { body } = await asClient('/token/introspection', { token });
      expect(JSON.parse(body), name).not.to.have.property('active', true);
    }));

  it('is no session, and no sign-in that runs', () =>
    withOthers(['session cookie', 'sign-in cookie'], async (token, name) => {
      const browser = world().browser();
      const value = `session=${token}; interaction=${token}; resume=${token}`;
      const silent = await browser.send(await world().party.authorizationUrl({ prompt: 'none' }), {
        headers: { cookie: value },
      });
      expect(silent.headers.location, name).to.include('error=login_required');
      const { status } = await browser.send(`${world().issuer}/interaction/${encodeURIComponent(token)}`, {
        headers: { cookie: value },
      });
      expect(status, name).to.be.oneOf([400, 404]);
    }));

  it('opens no reset as its cookie', () =>
    withOthers([], async (token, name) => {
      const browser = world().browser();
      await browser.open(`${world().issuer}/reset`);
      const mine = cookie(browser, 'browser');
      for (const cookies of [
        `browser=${mine}; reset=${token}`,
        `browser=${tokens['browser cookie'] ?? ''}; reset=${token}`,
      ]) {
        if (name === 'reset cookie' && !cookies.includes(mine)) continue;
        for (const path of ['/reset/prove/email', '/reset/password', '/reset/done', '/reset/word']) {
          const { headers } = await browser.send(`${world().issuer}${path}`, { headers: { cookie: cookies } });
          expect(headers.location, `${name} ${path}`).to.equal('/reset');
        }
      }
    }));

  it('opens nothing as a mailed link', () =>
    withOthers(['mailed link'], async (token, name) => {
      const browser = world().browser();
      await browser.open(`${world().issuer}/reset/link/${encodeURIComponent(token)}`);
      expect(await browser.heading(), name).to.be.oneOf(['This link no longer works', 'Page not found']);
      const headers = { cookie: `reset-link=${token}` };
      expect((await browser.send(`${world().issuer}/reset/link`, { headers })).status, name).to.equal(410);
    }));

  it('opens no gate as a code', async () => {
    const elsewhere = dora.with(world().browser());
    await elsewhere.opensReset();
    const { url, fields } = elsewhere.browser.prepared({ 'one-time-code': '' });
    await withOthers([], async (token, name) => {
      const reply = await sendForm(elsewhere.browser, url, new URLSearchParams({ ...fields, code: token }).toString());
      expect(reply.status, name).to.equal(422);
    });
  });

  it('confirms no registration as its code', async () => {
    const others = Object.entries(tokens).filter(([, token]) => /\d{8}|^[\w.-]{43,66}$/.test(token));
    expect(others.map(([name]) => name)).to.include.members(['mailed code', 'code of a registration', 'mailed link']);
    for (const [name, token] of others) {
      const olga = await world().person('olga');
      await olga.signsIn();
      await olga.browser.submit({ email: olga.alternateMail });
      await olga.browser.submit({ 'one-time-code': token });
      expect(await olga.browser.text(), name).to.contain('This code is not right');
      expect((await registrationNow(world(), olga)).methods, name).to.deep.equal([]);
    }
  });

  it('is no password', () =>
    withOthers([], async (token, name) => {
      expect(await opens(world(), dora, token), name).to.equal(false);
    }));

  it('makes no form one of ours', async () => {
    const browser = world().browser();
    await browser.open(`${world().issuer}/reset`);
    const post = (csrf: string): Promise<Reply> => {
      const body = new URLSearchParams({ csrf, username: dora.userName }).toString();
      return sendForm(browser, `${world().issuer}/reset`, body);
    };
    expect((await post(cookie(browser, 'browser'))).status).to.equal(403);
    await withOthers([], async (token, name) => {
      expect((await post(token)).status, name).to.equal(403);
    });
  });

  it('connects no device', async () => {
    const browser = world().browser();
    await withOthers(['user code'], async (token, name) => {
      await browser.open(`${world().issuer}/device`);
      await browser.submit({ user_code: token });
      expect(await browser.text(), name).not.to.contain('Connect this device');
    });
  });

  it('left what it is for as it was', async () => {
    const { body } = await asClient('/token/introspection', { token: tokens['access token'] ?? '' });
    expect(JSON.parse(body)).to.include({ active: true });
    const browser = world().browser();
    await browser.open(`${world().issuer}/reset/link/${tokens['mailed link'] ?? ''}`);
    expect(await browser.heading()).to.equal('Go on with the password reset?');
  });
});
