import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { latchkey, start } from './program.ts';
import type { Ended } from './program.ts';

/** As with `| head`, which has read enough before anything is said. */
const unread = (args: readonly string[], env: Readonly<Record<string, string>>): Promise<Ended> => {
  const program = start('bin/latchkey.js', args, env);
  program.stopReading();
  return program.ended;
};

describe('The command line', function () {
  this.timeout(120_000);

  it('explains itself and every command, and ends well', async () => {
    const { code, stdout } = await latchkey(['--help']);
    expect(code).to.equal(0);
    for (const name of ['serve', 'check-config', 'user', 'group'])
      expect(stdout).to.match(new RegExp(`^  ${name}\\b`, 'm'));
    expect((await latchkey(['--version'])).stdout).to.match(/^\d+\.\d+\.\d+\n$/);
    expect((await latchkey(['check-config', '--help'])).stdout).to.include('--json');
  });

  it('ends with code 2 when it is called wrongly', async () => {
    for (const args of [['nonsense'], ['check-config', '--nonsense'], []]) {
      const { code, stdout, stderr } = await latchkey(args);
      expect(code, args.join(' ')).to.equal(2);
      expect(stdout).to.equal('');
      expect(stderr).to.not.equal('');
    }
  });

  it('has commands of plugins, which end with code 1 where there is nobody to tell of', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'latchkey-'));
    try {
      const env = { LATCHKEY_DATA_DIR: folder };
      expect((await latchkey(['user', 'add', 'anna'], env)).code).to.equal(0);
      const { code, stdout } = await latchkey(['policy', 'test', 'anna', '--json'], env);
      expect(code).to.equal(0);
      expect(JSON.parse(stdout)).to.have.nested.property('policy.name', 'everybody');
      const nobody = await latchkey(['policy', 'test', 'nobody'], env);
      expect(nobody).to.include({ code: 1, stdout: '', stderr: 'latchkey: there is no user "nobody"\n' });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('checks a configuration, for people and for programs', async () => {
    expect(await latchkey(['check-config'])).to.deep.include({
      code: 0,
      stdout: 'the configuration is valid: profile development, issuer http://localhost:3000\n',
    });
    const faulty = await latchkey(['check-config', '--json'], { LATCHKEY_PROFILE: 'staging' });
    expect(faulty.code).to.equal(1);
    expect(JSON.parse(faulty.stdout)).to.deep.equal({
      ok: false,
      faults: [{ path: 'profile', message: 'must be "development" or "production"', source: 'LATCHKEY_PROFILE' }],
    });
    const plain = await latchkey(['check-config'], { LATCHKEY_PROFILE: 'staging' });
    expect(plain).to.deep.include({ code: 1, stdout: '' });
    expect(plain.stderr).to.match(
      /^latchkey: the configuration has one fault:\n {2}profile \(LATCHKEY_PROFILE\): must be/,
    );
  });

  it('says nothing where whoever reads it has gone, does its work, and follows no longer', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'latchkey-'));
    try {
      const env = { LATCHKEY_DATA_DIR: folder };
      expect(await unread(['--help'], env)).to.deep.equal({ code: 0, stdout: '', stderr: '' });
      expect(await unread(['user', 'add', 'anna'], env)).to.deep.equal({ code: 0, stdout: '', stderr: '' });
      expect((await latchkey(['policy', 'test', 'anna'], env)).code).to.equal(0);
      expect(await unread(['audit', 'export'], env)).to.deep.equal({ code: 0, stdout: '', stderr: '' });

      const followed: { end?: Ended } = {};
      const following = unread(['audit', 'tail'], env).then((end) => (followed.end = end));
      for (let count = 0; followed.end === undefined; count += 1) await latchkey(['user', 'add', `p${count}`], env);
      expect(await following).to.deep.include({ code: 0, stdout: '' });
      expect(followed.end.stderr).to.equal('following the audit log until it is interrupted\n');
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
