import { expect } from 'chai';
import * as client from 'openid-client';
import { scim } from '../../plugins/scim/index.ts';
import { scimTokens } from '../../plugins/scim/clients/tokens.ts';
import { DAY, HOUR, MINUTE } from '../../src/kernel/clock.ts';
import type { ClientMetadata } from '../../src/config/clients.ts';
import { clients, toStoredClient } from '../../src/oidc/clients.ts';
import { everything } from '../../src/store/query.ts';
import { audit } from '../../src/cli/audit.ts';
import { doctor } from '../../src/cli/doctor.ts';
import type { Finding } from '../../src/plugin.ts';
import { terminal } from '../cli/terminal.ts';
import type { Terminal } from '../cli/terminal.ts';
import { configurationOf } from '../support/provider-world.ts';
import { Provisioner, provisioner } from '../support/scim.ts';
import { useWorld } from '../support/world.ts';

describe('bearer tokens for SCIM', () => {
  let t: Terminal;
  beforeEach(async () => {
    t = await terminal([audit, doctor], [], [scim]);
  });
  afterEach(() => t[Symbol.asyncDispose]());

  const create = async (...options: readonly string[]): Promise<Record<string, unknown>> =>
    (await t.json(['scim', 'token', 'create', ...options, '--json'])) as Record<string, unknown>;

  it('are made by a command, shown once, and kept as a hash', async () => {
    const made = await create('--name', 'entra');
    expect(made).to.include({ id: 'entra.1', name: 'entra', access: 'write' });
    expect(made['token']).to.match(/^lkscim_[\w-]{43}$/);
    expect(made['url']).to.match(/\/scim\/v2$/);
    const { out } = await t.run(['scim', 'token', 'list', '--json']);
    const { docs } = await t.server.store.find(scimTokens, everything);
    for (const text of [out, JSON.stringify(docs)]) expect(text).to.not.contain(String(made['token']));
    expect(await t.json(['audit', 'list', '--type', 'scim.token.created', '--json'])).to.have.nested.property(
      '[0].reason',
      'entra.1',
    );
  });

  it('are for reading only, for kinds of resources and for some days, where that is said', async () => {
    const { server } = t;
    const made = await create('--name', 'hr', '--read', '--types', 'User', '--days', '30');
    expect(made).to.deep.include({ access: 'read', types: ['User'] });
    expect(Number(made['expiresAt']) - server.clock.now()).to.be.within(29 * DAY, 30 * DAY);
  });

  it('end after a year where nothing is said, and never where that is said', async () => {
    const { server } = t;
    const made = await create('--name', 'entra');
    expect(Number(made['expiresAt']) - server.clock.now()).to.be.within(364 * DAY, 365 * DAY);
    expect(await create('--name', 'okta', '--never-expires')).to.not.have.any.keys('expiresAt');
    expect((await t.run(['scim', 'token', 'list'])).out).to.match(/^okta\.1 .* never/m);
  });

  it('are told of by the doctor where they end within a month', async () => {
    await create('--name', 'entra', '--days', '30');
    await create('--name', 'hr', '--days', '31');
    await create('--name', 'okta', '--never-expires');
    const examined = (await t.json(['doctor'])) as { findings: readonly Finding[] };
    const [finding, ...others] = examined.findings.filter(({ about }) => about.startsWith('SCIM token'));
    expect(others).to.deep.equal([]);
    expect(finding).to.include({ level: 'warning', about: 'SCIM token entra.1' });
    expect(finding?.advice).to.contain('scim token create --name entra');
  });

  it('are two at most for each client, and revoked at once', async () => {
    await create('--name', 'entra');
    expect(await create('--name', 'entra')).to.include({ id: 'entra.2' });
    const third = await t.run(['scim', 'token', 'create', '--name', 'entra']);
    expect([third.code, third.err]).to.deep.equal([1, third.err]);
    expect(third.err).to.contain('two tokens already');
    expect((await t.run(['scim', 'token', 'revoke', 'entra.1'])).code).to.equal(0);
    expect((await t.run(['scim', 'token', 'revoke', 'entra.1'])).code).to.equal(1);
    expect(await create('--name', 'entra')).to.include({ id: 'entra.1' });
    expect((await t.run(['scim', 'token', 'list'])).out)
      .to.contain('entra.1')
      .and.contain('entra.2');
  });

  it('are refused with a name, kinds or days that cannot be', async () => {
    for (const options of [
      ['--name', 'En tra'],
      ['--name', ''],
      ['--name', 'x', '--types', 'Person'],
      ['--name', 'x', '--days', '0'],
      ['--name', 'x', '--days', 'many'],
      ['--name', 'x', '--days', '7', '--never-expires'],
    ]) {
      const { code, err } = await t.run(['scim', 'token', 'create', ...options]);
      expect([code, err.trim().split('\n').length], options.join(' ')).to.deep.equal([1, 1]);
    }
  });
});

describe('bearer tokens for SCIM in use', () => {
  const world = useWorld();

  it('tell when they were last used, to the hour', async () => {
    const w = world();
    using entra = await provisioner(w);
    const lastUsed = async () => (await w.app.foundation.store.get(scimTokens, 'entra.1'))?.lastUsedAt;
    await entra.get('/Users');
    const first = await lastUsed();
    expect(first).to.satisfy((at: number) => at % HOUR === 0 && w.clock.now() - at < HOUR);
    await w.later(HOUR);
    await Promise.all(Array.from({ length: 10 }, () => entra.get('/Users')));
    expect(await lastUsed()).to.equal((first ?? 0) + HOUR);
  });
});

describe('access tokens of the provider for SCIM', () => {
  const SECRET = 'a-secret-of-a-client-that-provisions';
  const named = [
    { clientId: 'hr', name: 'hr' },
    { clientId: 'auditor', name: 'auditor', access: 'read', types: ['User'] },
    { clientId: 'app', name: 'app' },
  ];
  const resources = [{ resource: 'https://api.example.test', scope: 'scim', format: 'opaque' }];
  const world = useWorld({ config: { plugins: { scim: { clients: named } }, resources } });

  before(async () => {
    const { store, secrets, clock } = world().app.foundation;
    for (const id of ['hr', 'auditor', 'unnamed']) {
      const metadata: ClientMetadata = {
        client_id: id,
        client_secret: SECRET,
        redirect_uris: [],
        response_types: [],
        grant_types: ['client_credentials'],
      };
      await store.insert(clients, toStoredClient(secrets, metadata, clock.now()));
    }
  });

  const tokenFor = async (clientId: string, parameters: Readonly<Record<string, string>> = {}): Promise<string> => {
    const { issuer } = world();
    const wanted = { resource: `${issuer}/scim/v2`, scope: 'scim', ...parameters };
    const tokens = await client.clientCredentialsGrant(await configurationOf(issuer, clientId, SECRET), wanted);
    return tokens.access_token;
  };

  const statusBy = async (token: string): Promise<number> => {
    using asking = new Provisioner(world().issuer, token);
    return (await asking.get('/Users')).status;
  };

  it('let in the clients that the operator named, as far as was said', async () => {
    using hr = new Provisioner(world().issuer, await tokenFor('hr'));
    const created = await hr.user('brought-by-hr', { externalId: 'h-1' });
    expect(created.status, created.text).to.equal(201);
    using same = await provisioner(world(), { name: 'hr' });
    expect((await same.get(`/Users/${created.body.id}`)).body['externalId']).to.equal('h-1');
    using auditor = new Provisioner(world().issuer, await tokenFor('auditor'));
    expect((await auditor.get('/Users')).status).to.equal(200);
    expect((await auditor.user('nobody')).status).to.equal(403);
  });

  it('let in nobody else: no other client, no other API, no token without the scope, none that was revoked', async () => {
    expect(await statusBy(await tokenFor('unnamed'))).to.equal(401);
    expect(await statusBy(await tokenFor('hr', { resource: 'https://api.example.test' }))).to.equal(401);
    expect(await statusBy(await tokenFor('hr', { scope: '' }))).to.equal(401);
    const token = await tokenFor('hr');
    expect(await statusBy(token)).to.equal(200);
    await client.tokenRevocation(await configurationOf(world().issuer, 'hr', SECRET), token);
    expect(await statusBy(token)).to.equal(401);
  });

  it('let in nobody who signed in: what a person may is not what a program may', async () => {
    const w = world();
    const alice = await w.person('alice', { registered: true });
    const resource = `${w.issuer}/scim/v2`;
    await alice.signsIn({ resource, scope: 'openid scim offline_access', prompt: 'consent' });
    const outcome = alice.outcome();
    if (outcome.kind !== 'signed-in') throw new Error(outcome.error);
    const { refresh_token: refresh = '' } = outcome.tokens;
    const tokens = await client.refreshTokenGrant(w.party.configuration, refresh, { resource, scope: 'scim' });
    expect(tokens.scope).to.equal('scim');
    expect(await statusBy(tokens.access_token)).to.equal(401);
  });

  it('end after ten minutes', async () => {
    const token = await tokenFor('hr');
    await world().later(11 * MINUTE);
    expect(await statusBy(token)).to.equal(401);
  });
});
