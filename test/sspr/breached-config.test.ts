import { expect } from 'chai';
import { sspr } from '../../plugins/sspr/index.ts';
import { ssprConfig } from '../../plugins/sspr/config.ts';
import { breachHash } from '../../plugins/sspr/password-rules/hash-line.ts';
import { configWorld } from '../config/world.ts';
import type { ConfigWorld } from '../config/world.ts';

describe('Sources of breached passwords', () => {
  let world: ConfigWorld;
  beforeEach(async () => {
    world = await configWorld([sspr]);
  });
  afterEach(() => world.remove());

  const yaml = (breached: unknown): string => JSON.stringify({ plugins: { sspr: { password: { breached } } } });
  const at = 'plugins.sspr.password.breached';

  it('are none until one is configured, and an empty range is the public service', () => {
    expect(ssprConfig.parse({}).password.breached).to.deep.equal({});
    expect(ssprConfig.parse({ password: { breached: { range: {} } } }).password.breached).to.deep.equal({
      range: { url: 'https://api.pwnedpasswords.com', timeout: 2000, onFailure: 'accept' },
    });
  });

  it('are a file beside the configuration, which may be named as it stands there', async () => {
    await world.write('hashes.txt', `${breachHash('one')}:1\n`);
    const { plugins } = await world.load(yaml({ file: 'hashes.txt' }));
    expect(plugins).to.have.nested.property('sspr.password.breached.file', `${world.folder}/hashes.txt`);
  });

  it('are refused with a sentence where a file is not there, no list of hashes, or ordered otherwise', async () => {
    const [missing] = await world.faults(yaml({ file: 'none.txt' }));
    expect(missing).to.deep.include({ path: `${at}.file` });
    expect(missing?.message).to.match(/none\.txt cannot be read$/);
    await world.write('words.txt', 'hunter2\n');
    const [words] = await world.faults(yaml({ file: 'words.txt' }));
    expect(words).to.deep.include({ path: `${at}.file` });
    expect(words?.message).to.match(/has something else than a line HASH:COUNT at byte 0/);
    const [first, last] = [breachHash('one'), breachHash('two')].sort();
    await world.write('turned.txt', `${last ?? ''}:1\n${first ?? ''}:1\n`);
    const [turned] = await world.faults(yaml({ file: 'turned.txt' }));
    expect(turned?.message).to.match(/is not ordered by hash at byte 43/);
  });

  it('are asked over TLS only, loopback aside, and not for ever', async () => {
    const [plain] = await world.faults(yaml({ range: { url: 'http://mirror.example' } }));
    expect(plain).to.deep.include({ path: `${at}.range.url` });
    expect(plain?.message).to.match(/https:\/\/, loopback aside/);
    const [almost] = await world.faults(yaml({ range: { url: 'http://localhost.example' } }));
    expect(almost).to.deep.include({ path: `${at}.range.url` });
    await world.load(yaml({ range: { url: 'http://127.0.0.1:8080/pwned/' } }));
    const [long] = await world.faults(yaml({ range: { timeout: '5m' } }));
    expect(long).to.deep.include({ path: `${at}.range.timeout` });
  });
});
