import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { freePort } from '../support/free-port.ts';
import { start } from '../toolchain/program.ts';

/** Each costs 14 to 44 MB and has a moment at which it is first needed: nobody pays for it before. */
const ONLY_WHEN_NEEDED = [
  'ldapts',
  'mongoose',
  'mongodb',
  'nodemailer',
  'prom-client',
  'smpp',
  'smtp-server',
  'web-push',
  'libphonenumber-js',
  'yaml',
  'commander',
  'openid-client',
  '@simplewebauthn/server',
];

describe('Loading', function () {
  this.timeout(60_000);

  it('takes no library before something configured or asked for needs it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'latchkey-loading-'));
    try {
      const env = { PORT: String(await freePort()), LATCHKEY_DATA_DIR: folder };
      const { code, stdout, stderr } = await start('test/architecture/loading.ts', [], env).ended;
      expect(code, stderr).to.equal(0);
      const { status, packages } = JSON.parse(stdout) as { status: number; packages: string[] };
      expect(status).to.equal(200);
      expect(packages).to.include.members(['koa', 'oidc-provider', 'zod']);
      expect(packages.filter((name) => ONLY_WHEN_NEEDED.includes(name))).to.be.empty;
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
