import { join } from 'node:path';
import { inspect } from 'node:util';
import { expect } from 'chai';
import { z } from 'zod';
import { loadConfig } from '../../src/config/load.ts';
import { DAY, HOUR, MINUTE } from '../../src/kernel/clock.ts';
import { packageRoot } from '../../src/kernel/package-root.ts';
import { configWorld } from './world.ts';
import type { ConfigWorld } from './world.ts';

describe('The configuration', () => {
  let world: ConfigWorld;

  beforeEach(async () => {
    world = await configWorld();
  });
  afterEach(() => world.remove());

  it('runs the development profile on port 3000 when nothing is configured', async () => {
    const config = await loadConfig({}, []);
    expect(config.profile).to.equal('development');
    expect(config.issuer).to.equal('http://localhost:3000');
    expect(config.http.port).to.equal(3000);
    expect(config.demo.enabled).to.equal(true);
    expect(config.dataDir).to.equal(join(packageRoot, 'data'));
    expect(config.store.url.reveal()).to.equal(`sqlite:${join(packageRoot, 'data', 'latchkey.db')}`);
    expect(config.signIn.session).to.deep.equal({ idle: 12 * HOUR, max: 7 * DAY });
    expect(config.tokens.refreshToken).to.equal(30 * DAY);
    expect(config.tokens.jwtAccessToken).to.equal(5 * MINUTE);
  });

  it('takes an empty file for no configuration', async () => {
    expect((await world.load('')).profile).to.equal('development');
    expect((await world.load('# nothing yet\n')).issuer).to.equal('http://localhost:3000');
  });

  it('puts the environment above the file', async () => {
    const yaml = 'http: { port: 4000, host: localhost }\nstore: { url: "sqlite:file.db" }\n';
    const config = await world.load(yaml, {
      PORT: '5000',
      HOST: '0.0.0.0',
      LATCHKEY_STORE: 'mongodb://db.example.com/latchkey',
      LATCHKEY_DATA_DIR: join(world.folder, 'elsewhere'),
    });
    expect(config.http).to.include({ port: 5000, host: '0.0.0.0' });
    expect(config.issuer).to.equal('http://localhost:5000');
    expect(config.store.url.reveal()).to.equal('mongodb://db.example.com/latchkey');
    expect(config.dataDir).to.equal(join(world.folder, 'elsewhere'));
  });

  it('takes an empty variable for none', async () => {
    expect((await loadConfig({ PORT: '', LATCHKEY_CONFIG: '', LATCHKEY_STORE: '' }, [])).http.port).to.equal(3000);
  });

  it('reads paths of the file from the folder of the file', async () => {
    const logo = await world.write('logo.svg', '<svg/>');
    const config = await world.load(
      'dataDir: state\nstore: { url: "sqlite:db/one.db" }\norganisation: { logo: logo.svg }',
    );
    expect(config.dataDir).to.equal(join(world.folder, 'state'));
    expect(config.store.url.reveal()).to.equal(`sqlite:${join(world.folder, 'db', 'one.db')}`);
    expect(config.organisation.logo).to.equal(logo);
  });

  it('reads durations in days, hours, minutes and seconds', async () => {
    const config = await world.load('signIn: { session: { idle: 1h30m, max: 180d } }\ntokens: { idToken: 90s }');
    expect(config.signIn.session).to.deep.equal({ idle: 90 * MINUTE, max: 180 * DAY });
    expect(config.tokens.idToken).to.equal(90_000);
  });

  it('reads secrets from the environment and from files, and shows them to nobody who does not ask', async () => {
    await world.write('smtp-password', 'from a file\n');
    const yaml = [
      'mail: { smtp: { host: mail.example.com, user: us, password: "file:smtp-password" } }',
      'clients:',
      '  - { client_id: app, client_secret: "env:APP_SECRET", redirect_uris: ["https://app.example.com/cb"] }',
      '  - { client_id: dev, client_secret: "plain:from the file itself" }',
    ].join('\n');
    const config = await world.load(yaml, { APP_SECRET: 'from the environment' });
    expect(config.mail.smtp?.password?.reveal()).to.equal('from a file');
    expect(config.clients.map(({ client_secret }) => client_secret?.reveal())).to.deep.equal([
      'from the environment',
      'from the file itself',
    ]);
    for (const shown of [
      inspect(config, { depth: 9 }),
      JSON.stringify(config),
      String(config.clients[0]?.client_secret),
    ]) {
      expect(shown)
        .to.include('[confidential]')
        .and.not.match(/from (a|the) (file|environment)/);
    }
  });

  it('gives each plugin its own section, parsed by its own schema', async () => {
    const config = z.strictObject({ gates: z.int().min(1).max(2).default(1) });
    const withPlugin = await configWorld([{ name: 'sspr', config }]);
    try {
      expect((await withPlugin.load('')).plugins).to.deep.equal({ sspr: { gates: 1 } });
      expect((await withPlugin.load('plugins: { sspr: { gates: 2 } }')).plugins).to.deep.equal({ sspr: { gates: 2 } });
      expect(await withPlugin.faults('plugins: { sspr: { gates: 3 }, sprr: {} }')).to.deep.equal([
        { path: 'plugins.sspr.gates', message: 'must be at most 2', source: 'latchkey.yaml:1' },
        { path: 'plugins.sprr', message: 'is unknown; did you mean sspr?', source: 'latchkey.yaml:1' },
      ]);
    } finally {
      await withPlugin.remove();
    }
  });

  it('sends mail from the host of the issuer unless told otherwise', async () => {
    const config = await world.load('issuer: https://login.example.com/\norganisation: { name: Example }');
    expect(config.mail.from).to.equal('Example <no-reply@login.example.com>');
    expect(config.issuer).to.equal('https://login.example.com');
  });

  it('leaves two threads of the pool to files and names when it counts hashes', async () => {
    expect((await loadConfig({ UV_THREADPOOL_SIZE: '3' }, [])).hashing.parallel).to.equal(1);
    expect((await world.load('hashing: { parallel: 7 }')).hashing.parallel).to.equal(7);
  });
});
