import { expect } from 'chai';
import { latchkey } from './program.ts';

describe('The command line', function () {
  this.timeout(60_000);

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
});
