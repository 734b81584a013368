import { expect } from 'chai';
import { ConfigFaults } from '../../src/config/faults.ts';
import { loadConfig } from '../../src/config/load.ts';
import { configWorld } from './world.ts';
import type { ConfigWorld } from './world.ts';

describe('A faulty configuration', () => {
  let world: ConfigWorld;

  beforeEach(async () => {
    world = await configWorld();
  });
  afterEach(() => world.remove());

  it('tells every fault at once, each with its path, its line and what is allowed', async () => {
    const yaml = [
      'issuer: login.example.com',
      'http:',
      '  port: 70000',
      '  trustedProxies: [10.0.0.0/8, proxy]',
      'signIn:',
      '  session: { idle: 12 }',
      'clients:',
      '  - client_id: one',
      '    client_secret: in the clear',
      '  - { client_name: Two }',
      'organisation: [Example]',
      'mail: { smtp: { host: m, tls: maybe, password: "env:NOT_SET", ca: gone.pem } }',
    ].join('\n');
    expect(await world.faults(yaml)).to.have.deep.members([
      { path: 'issuer', source: 'latchkey.yaml:1', message: 'must be an address such as https://login.example.com' },
      { path: 'http.port', source: 'latchkey.yaml:3', message: 'must be at most 65535' },
      { path: 'http.trustedProxies.1', source: 'latchkey.yaml:4', message: 'must be an IP address or a CIDR range' },
      {
        path: 'signIn.session.idle',
        source: 'latchkey.yaml:6',
        message: 'must be a duration such as 30s, 15m, 12h, 180d or 1h30m',
      },
      {
        path: 'clients.0.client_secret',
        source: 'latchkey.yaml:9',
        message: 'must be env:NAME, file:PATH or, outside production, plain:VALUE',
      },
      { path: 'clients.1.client_id', source: 'latchkey.yaml:10', message: 'must be set to a text' },
      { path: 'organisation', source: 'latchkey.yaml:11', message: 'must be a section with options of its own' },
      {
        path: 'mail.smtp.tls',
        source: 'latchkey.yaml:12',
        message: 'must be "starttls" or "implicit" or "none"',
      },
      {
        path: 'mail.smtp.password',
        source: 'latchkey.yaml:12',
        message: 'the environment variable NOT_SET is not set',
      },
      {
        path: 'mail.smtp.ca',
        source: 'latchkey.yaml:12',
        message: `the file ${world.folder}/gone.pem cannot be read`,
      },
    ]);
  });

  it('suggests the nearest known option for an unknown one', async () => {
    const yaml =
      'isuer: https://x.example\nhttp: { Port: 1 }\nsign_in: {}\norganisation: { helpdesk: {} }\ntokens: { zzz: 1 }';
    const messages = new Map((await world.faults(yaml)).map(({ path, message }) => [path, message]));
    expect(messages.get('isuer')).to.equal('is unknown; did you mean issuer?');
    expect(messages.get('http.Port')).to.equal('is unknown; did you mean port?');
    expect(messages.get('sign_in')).to.equal('is unknown; did you mean signIn?');
    expect(messages.get('organisation.helpdesk')).to.equal('is unknown; did you mean helpDesk?');
    expect(messages.get('tokens.zzz')).to.match(/^is unknown; known here: authorizationCode, /);
  });

  it('names the variable that a bad value came from', async () => {
    const faults = await world.faults('', { PORT: 'http', LATCHKEY_PROFILE: 'staging', LATCHKEY_STORE: 'redis:' });
    expect(faults.map(({ path, source }) => [path, source])).to.deep.equal([
      ['profile', 'LATCHKEY_PROFILE'],
      ['http.port', 'PORT'],
      ['store.url', 'LATCHKEY_STORE'],
    ]);
  });

  it('never repeats a value, since it may be a secret in the wrong place', async () => {
    const yaml =
      'masterKey: hunter2hunter2\nhttp: { port: hunter2 }\nclients: [{ client_id: "hunter2 x", client_secret: hunter2 }]';
    const faults = await world.faults(yaml, { LATCHKEY_STORE: 'hunter2://hunter2' });
    expect(faults).to.have.length(5);
    expect(JSON.stringify(faults)).to.not.include('hunter2');
  });

  it('names a life of signed access tokens that is longer than what pages tell people', async () => {
    expect(await world.faults('tokens: { jwtAccessToken: 6m }')).to.deep.equal([
      {
        path: 'tokens.jwtAccessToken',
        source: 'latchkey.yaml:1',
        message: 'must be at most 5m: for so long it outlives a reset, as pages tell people',
      },
    ]);
  });

  it('names the line of broken YAML', async () => {
    const faults = await world.faults('http:\n  port: 3000\n   host: x\nissuer: "open\n');
    expect(faults.map(({ source }) => source?.split(':')[1])).to.include.members(['2', '5']);
  });

  it('refuses an option that is given twice', async () => {
    const [fault] = await world.faults('issuer: http://localhost\nissuer: http://localhost\n');
    expect(fault?.message).to.match(/unique/);
    expect(fault?.source).to.match(/^latchkey\.yaml:2:/);
  });

  it('refuses a file that is no mapping, holds a bomb of aliases, or reaches for prototypes', async () => {
    expect(await world.faults('- a\n- b\n')).to.deep.equal([
      { path: '', source: 'latchkey.yaml', message: 'must be a mapping of sections' },
    ]);
    const level = (name: string, below: string): string => `${name}: &${name} [${Array(10).fill(below).join(', ')}]`;
    const bomb = [level('a', 'x'), level('b', '*a'), level('c', '*b'), level('d', '*c')].join('\n');
    const [excess, ...others] = await world.faults(bomb);
    expect(excess?.message).to.match(/alias/i);
    expect(others).to.be.empty;
    const [fault] = await world.faults('__proto__: { profile: production }\n');
    expect(fault?.path).to.equal('__proto__');
  });

  it('says in one sentence that the file is not there', async () => {
    const missing = `${world.folder}/gone.yaml`;
    const error = await loadConfig({ LATCHKEY_CONFIG: missing }, []).catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(ConfigFaults);
    expect(String(error)).to.include(`the configuration file ${missing} cannot be read (ENOENT)`);
  });

  it('refuses an empty secret', async () => {
    await world.write('empty', '\n');
    const faults = await world.faults('mail: { smtp: { host: m, password: "file:empty" } }\nmasterKey: "env:EMPTY"', {
      EMPTY: '',
    });
    expect(faults.map(({ message }) => message)).to.have.members([
      `the file ${world.folder}/empty is empty`,
      'the environment variable EMPTY is not set',
    ]);
  });
});

describe('The production profile', () => {
  let world: ConfigWorld;

  beforeEach(async () => {
    world = await configWorld();
  });
  afterEach(() => world.remove());

  const complete = 'issuer: https://login.example.com\nmail: { smtp: { host: mail.example.com } }\n';
  const production = { LATCHKEY_PROFILE: 'production', LATCHKEY_MASTER_KEY: 'A'.repeat(43) };

  it('starts with an https issuer, mail and a master key, and without demo people', async () => {
    const config = await world.load(complete, production);
    expect(config.profile).to.equal('production');
    expect(config.demo.enabled).to.equal(false);
  });

  it('allows an http issuer on loopback only', async () => {
    const on = (host: string): string => complete.replace('https://login.example.com', `http://${host}:3000`);
    for (const host of ['localhost', '127.0.0.1', '[::1]', 'login.localhost']) await world.load(on(host), production);
    for (const host of ['login.example.com', '127.0.0.1.example.com', 'localhost.example.com', '10.0.0.1']) {
      expect((await world.faults(on(host), production)).map(({ path }) => path)).to.deep.equal(['issuer']);
    }
  });

  it('tells all its reasons at once, together with every other fault', async () => {
    const yaml = [
      'profile: production',
      'issuer: http://login.example.com',
      'demo: { enabled: true }',
      'http: { port: -1 }',
      'clients: [{ client_id: app, client_secret: "plain:secret" }]',
    ].join('\n');
    expect((await world.faults(yaml)).map(({ path }) => path)).to.have.members([
      'http.port',
      'issuer',
      'mail.smtp',
      'masterKey',
      'demo.enabled',
      'clients.0.client_secret',
    ]);
  });

  it('does not make a master key or guess its address', async () => {
    expect((await world.faults('', { LATCHKEY_PROFILE: 'production' })).map(({ path }) => path)).to.deep.equal([
      'issuer',
      'mail.smtp',
      'masterKey',
    ]);
  });
});
