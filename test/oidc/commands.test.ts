import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { audit } from '../../src/cli/audit.ts';
import { client } from '../../src/cli/client.ts';
import { keys } from '../../src/cli/keys.ts';
import { clients, createClientRegistry } from '../../src/oidc/clients.ts';
import { oidcCollections } from '../../src/oidc/collections.ts';
import { everything } from '../../src/store/query.ts';
import { terminal, type Terminal } from '../cli/terminal.ts';

const REDIRECT = 'https://app.example.test/callback';

describe('the command line for clients and keys', () => {
  let t: Terminal;
  beforeEach(async () => {
    t = await terminal([client, keys, audit], oidcCollections);
  });
  afterEach(() => t[Symbol.asyncDispose]());

  const done = async (...args: string[]): Promise<string> => {
    const { code, out, err } = await t.run(args);
    expect(code, err).to.equal(0);
    return out;
  };
  const refused = async (...args: string[]): Promise<string> => {
    const { code, out, err } = await t.run(args);
    expect([code, out]).to.deep.equal([1, '']);
    expect(err.trim().split('\n')).to.have.length(1);
    return err;
  };

  it('adds an app by the options that scripts use', async () => {
    const options = [
      '--secret',
      'its-own',
      '--redirect-uri',
      REDIRECT,
      '--post-logout-uri',
      'https://app.example.test/',
    ];
    const added = await t.json(['client', 'add', 'app', ...options, '--first-party', '--json']);
    expect(added).to.deep.include({
      client_id: 'app',
      client_secret: 'its-own',
      redirect_uris: [REDIRECT],
      post_logout_redirect_uris: ['https://app.example.test/'],
      first_party: true,
    });
    const events = await t.json(['audit', 'list', '--type', 'client.added', '--json']);
    expect(events).to.have.nested.property('[0].clientId', 'app');
  });

  it('makes a secret where none is given, shows it once, and keeps it sealed', async () => {
    const out = await done('client', 'add', 'app', '--redirect-uri', REDIRECT);
    const secret = /its secret is ([\w-]{43})\n/.exec(out)?.[1] ?? '';
    expect(secret).to.not.equal('');
    expect(await done('client', 'show', 'app')).to.not.include(secret);
    expect(await done('client', 'list', '--json')).to.not.include(secret);
    expect(JSON.stringify(await t.server.store.find(clients, everything))).to.not.include(secret);
    const registry = createClientRegistry([], t.server.store, t.server.secrets);
    expect(await registry.find('app')).to.include({ client_secret: secret });
    registry.stop();
  });

  it('gives a public app no secret', async () => {
    const added = await t.json(['client', 'add', 'spa', '--public', '--redirect-uri', REDIRECT, '--json']);
    expect(added).to.not.have.property('client_secret');
  });

  it('adds what a file of metadata says, one client or a list, all or none', async () => {
    const file = join(t.server.config.dataDir, 'clients.json');
    const service = {
      client_id: 'service',
      grant_types: ['client_credentials'],
      response_types: [],
      redirect_uris: [],
    };
    await writeFile(file, JSON.stringify([service, { client_id: 'spa', redirect_uris: ['nonsense'] }]));
    expect(await refused('client', 'add', '--file', file)).to.include('1.redirect_uris');
    expect(await t.json(['client', 'list', '--json'])).to.deep.equal([]);
    await writeFile(file, JSON.stringify(service));
    await done('client', 'add', '--file', file);
    expect(await t.json(['client', 'list', '--json'])).to.have.nested.property('[0].client_id', 'service');
  });

  it('refuses what no app could use, in one sentence', async () => {
    expect(await refused('client', 'add', 'app')).to.include('redirect_uris must contain members');
    expect(await refused('client', 'add', 'a b', '--redirect-uri', REDIRECT)).to.include('client_id');
    expect(await refused('client', 'add', 'app', '--redirect-uri', 'http://x.example/#f')).to.include('redirect_uris');
    expect(await refused('client', 'add', '--file', '/nowhere.json')).to.include('/nowhere.json cannot be read');
    await done('client', 'add', 'app', '--redirect-uri', REDIRECT);
    expect(await refused('client', 'add', 'app', '--redirect-uri', REDIRECT)).to.include('of that id already');
  });

  it('removes a client, which a running server forgets', async () => {
    await done('client', 'add', 'app', '--redirect-uri', REDIRECT);
    await done('client', 'remove', 'app');
    expect(await refused('client', 'show', 'app')).to.include('there is no client "app"');
    expect(await refused('client', 'remove', 'app')).to.include('no client "app" was added');
  });

  it('lists signing keys without the keys themselves, and rotates them', async () => {
    const before = await t.json(['keys', 'list', '--json']);
    expect(before).to.have.length(3).and.have.nested.property('[0].state', 'current');
    expect(JSON.stringify(before)).to.not.include('"d"');
    expect(await refused('keys', 'rotate')).to.include('say --now');
    const after = await t.json(['keys', 'rotate', '--now', '--json']);
    expect(after).to.have.length(9);
  }).timeout(120_000);
});
