import { inspect } from 'node:util';
import { expect } from 'chai';
import { scimTokens } from '../../plugins/scim/clients/tokens.ts';
import { everything } from '../../src/store/query.ts';
import { Provisioner, provisioner, scimToken, USER } from '../support/scim.ts';
import { Wire } from '../support/wire.ts';
import { useWorld } from '../support/world.ts';

describe('A token of SCIM', () => {
  const world = useWorld();

  it('opens nothing else, and nothing else opens SCIM', async () => {
    const w = world();
    using wire = new Wire();
    const token = await scimToken(w);
    const bearer = { authorization: `Bearer ${token}` };
    expect((await wire.send(`${w.issuer}/me`, { headers: bearer })).status).to.equal(401);
    for (const query of [`access_token=${token}`, `token=${token}`]) {
      expect((await wire.send(`${w.issuer}/scim/v2/Users?${query}`)).status, query).to.equal(401);
    }
    const alice = await w.person('alice', { registered: true });
    await alice.signsIn();
    const outcome = alice.outcome();
    if (outcome.kind !== 'signed-in') throw new Error(outcome.error);
    const { access_token: access, id_token: id = '' } = outcome.tokens;
    const secret = Buffer.from(`app:${w.party.secret}`).toString('base64');
    for (const authorization of [`Bearer ${access}`, `Bearer ${id}`, `Basic ${secret}`, `Bearer ${w.party.secret}`]) {
      const { status } = await wire.send(`${w.issuer}/scim/v2/Users`, { headers: { authorization } });
      expect(status, authorization.slice(0, 8)).to.equal(401);
    }
    const page = await alice.browser.open(`${w.issuer}/scim/v2/Users`).then(
      () => alice.browser.text(),
      () => '',
    );
    expect(page).to.not.contain('userName');
  });

  it('stands in no log line and in no document of the store', async () => {
    const w = world();
    const token = await scimToken(w, { name: 'watched' });
    using watched = new Provisioner(w.issuer, token);
    await watched.user('ada', { title: 'T' });
    await watched.get('/nothing');
    await watched.post('/Users', undefined, { raw: '{' });
    await w.settle();
    expect(w.lines.map((line) => inspect(line, { depth: 10 })).join('\n')).to.not.contain(token);
    const { docs } = await w.app.foundation.store.find(scimTokens, everything);
    expect(docs.map(({ name }) => name)).to.include('watched');
    expect(JSON.stringify(docs)).to.not.contain(token);
  });

  it('takes over nobody whom another brought, by their id, name, mail or external id', async () => {
    const w = world();
    using entra = await provisioner(w, { name: 'hers' });
    using eve = await provisioner(w, { name: 'eves' });
    const mail = [{ value: 'bea@example.test', primary: true }];
    const { body } = await entra.user('bea', { externalId: 'b-1', emails: mail });
    const path = `/Users/${body.id}`;
    const taking = { schemas: [USER], id: body.id, userName: 'bea', externalId: 'b-1', emails: mail, active: false };
    expect((await eve.post('/Users', taking)).status).to.equal(409);
    expect((await eve.put(path, taking)).status).to.equal(403);
    expect((await eve.patch(path, [{ op: 'replace', path: 'userName', value: 'mallory' }])).status).to.equal(403);
    expect((await eve.delete(path)).status).to.equal(403);
    expect((await entra.get(path)).body).to.deep.equal(body);
    await entra.delete(path);
    await w.settle();
    const namesake = await eve.post('/Users', taking);
    expect(namesake.status).to.equal(201);
    expect(namesake.body.id).to.not.equal(body.id);
  });
});
