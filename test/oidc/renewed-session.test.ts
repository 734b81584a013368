import { expect } from 'chai';
import { artifacts } from '../../src/oidc/artifact.ts';
import { artifactKey } from '../../src/oidc/payload.ts';
import { get, json } from '../../src/plugin.ts';
import { providerWorld } from '../support/provider-world.ts';
import type { ProviderWorld } from '../support/provider-world.ts';

const COOKIE = 'the-cookie-of-a-session-that-goes-on';
const HOUR = 3600;

const renewingWorld = (issuer?: string): Promise<ProviderWorld> =>
  providerWorld({
    ...(issuer === undefined ? {} : { issuer }),
    adding: ({ store, signIn }) => ({
      routes: [
        get('/renew', async (visit) => {
          const renewal = await signIn().sessions.renewing(visit);
          await store.commit(renewal?.changes ?? []);
          renewal?.hand();
          return json({ renewed: renewal !== undefined });
        }),
      ],
    }),
  });

/** Alice is signed in, in a browser that has no more than the cookie. */
const signedIn = async ({ store, secrets, clock, alice }: ProviderWorld): Promise<void> => {
  const now = Math.floor(clock.now() / 1000);
  const payload = { kind: 'Session', iat: now, exp: now + HOUR, uid: 'uid', accountId: alice.id, loginTs: now };
  await store.insert(artifacts, {
    id: artifactKey(secrets, 'Session', COOKIE),
    model: 'Session',
    payload: JSON.stringify(payload),
    expiresAt: clock.now() + HOUR * 1000,
    uid: 'uid',
    ...{ accountId: alice.id, sessionOf: alice.id, epoch: alice.epoch, usedAt: clock.now() },
  });
};

describe('a session that outlives the password it began with', () => {
  for (const [issuer, name] of [
    [undefined, 'session'],
    ['https://login.example.test', '__Host-session'],
  ] as const) {
    it(`is given a cookie like that of every session: ${name}`, async () => {
      await using world = await renewingWorld(issuer);
      await signedIn(world);
      const browser = world.browser();
      const renew = (cookie: string) =>
        browser.send(`${world.origin}/renew`, { headers: { cookie: `${name}=${cookie}` } });
      const reply = await renew(COOKIE);
      expect(JSON.parse(reply.body)).to.deep.equal({ renewed: true });
      const [line = ''] = (reply.headers['set-cookie'] ?? []).filter((each) => each.startsWith(`${name}=`));
      const attributes = line.toLowerCase().split('; ');
      expect(attributes).to.include.members(['path=/', 'httponly', issuer ? 'samesite=none' : 'samesite=lax']);
      expect(attributes.includes('secure')).to.equal(issuer !== undefined);
      expect(line).to.include(`expires=${new Date(world.clock.now() + HOUR * 1000).toUTCString()}`);

      // It is of the next epoch, which has not begun: both cookies are of nobody until it does.
      const next = line.slice(name.length + 1, line.indexOf(';'));
      expect(next).to.match(/^[\w-]{43}$/);
      expect(JSON.parse((await renew(COOKIE)).body)).to.deep.equal({ renewed: false });
      expect(JSON.parse((await renew(next)).body)).to.deep.equal({ renewed: false });
      await world.endEverything(world.alice.id);
      expect(JSON.parse((await renew(next)).body)).to.deep.equal({ renewed: true });
      await browser[Symbol.asyncDispose]();
    });
  }
});
