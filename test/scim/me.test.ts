import { expect } from 'chai';
import * as client from 'openid-client';
import { onEveryEngine } from '../support/engines.ts';
import { ENTERPRISE, Provisioner, provisioner, USER } from '../support/scim.ts';
import type { Person } from '../support/person.ts';
import { useWorld } from '../support/world.ts';

onEveryEngine('people themselves over SCIM', (engine) => {
  const world = useWorld({ store: engine, config: { plugins: { scim: { failuresPerMinute: 1000 } } } });

  /** An access token of their own for the API, as an app gets it that they let. */
  const tokenOf = async (person: Person, scope = ' scim'): Promise<string> => {
    const { issuer, party } = world();
    const resource = `${issuer}/scim/v2`;
    await person.signsIn({ resource, scope: `openid offline_access${scope}`, prompt: 'consent' });
    const outcome = person.outcome();
    if (outcome.kind !== 'signed-in') throw new Error(outcome.error);
    const { refresh_token: refresh = '' } = outcome.tokens;
    const tokens = await client.refreshTokenGrant(party.configuration, refresh, { resource });
    return tokens.access_token;
  };

  const signedIn = async (name: string) => {
    const person = await world().person(name, { registered: true });
    const token = await tokenOf(person);
    return { person, token, own: new Provisioner(world().issuer, token) };
  };

  it('are found at /Me by a token that they signed in for, shaped as they ask, with the address of their id', async () => {
    const { person, own } = await signedIn('alice');
    using mine = own;
    const { status, body, headers, text } = await mine.get('/Me');
    expect(status, text).to.equal(200);
    expect([body.id, body['userName']]).to.deep.equal([person.id, 'alice']);
    expect(body.meta.location).to.equal(`${mine.base}/Users/${person.id}`);
    expect(headers.location).to.equal(body.meta.location);
    const shaped = (await mine.get('/Me?attributes=userName')).body;
    expect(Object.keys(shaped).toSorted()).to.deep.equal(['id', 'schemas', 'userName']);
    expect((await mine.get('/Me', { headers: { 'if-none-match': body.meta.version } })).status).to.equal(304);
  });

  it('write nothing of themselves, and see nothing else', async () => {
    const { person, own } = await signedIn('bob');
    using mine = own;
    const body = { schemas: [USER], userName: 'bob', [ENTERPRISE]: { department: 'Board' } };
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      expect((await mine.send(method, '/Me', { body })).status, method).to.equal(403);
    }
    for (const path of ['/Users', `/Users/${person.id}`, '/Groups', '/ServiceProviderConfig', '/Me/', '/Me/x']) {
      expect((await mine.get(path)).status, path).to.equal(401);
    }
    expect((await mine.post('/Bulk', {})).status).to.equal(401);
    expect((await mine.get('/Me')).body).to.not.have.property(ENTERPRISE);
  });

  it('are not found by a token without the scope, and no more once they are disabled', async () => {
    const { person, own } = await signedIn('cyd');
    using mine = own;
    using narrow = new Provisioner(
      world().issuer,
      await tokenOf(await world().person('dan', { registered: true }), ''),
    );
    expect((await narrow.get('/Me')).status).to.equal(401);
    const { directory, store } = world().app.foundation;
    const stored = await directory.people.byId(person.id);
    if (!stored) throw new Error('nobody');
    await store.commit(directory.people.updating(stored, { active: false }, {}));
    expect((await mine.get('/Me')).status).to.equal(401);
  });

  it('are not what a program is, nor a stranger', async () => {
    using entra = await provisioner(world());
    expect((await entra.get('/Me')).status).to.equal(501);
    using stranger = new Provisioner(world().issuer, 'nonsense');
    const { status, headers } = await stranger.get('/Me');
    expect([status, headers['www-authenticate']]).to.deep.equal([401, 'Bearer realm="scim", error="invalid_token"']);
  });
});
