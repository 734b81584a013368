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

interface Taken {
  readonly status: number;
  readonly packages: readonly string[];
  readonly folders: readonly string[];
}

describe('Loading', function () {
  this.timeout(60_000);

  /** What a server took until its first answer, where nothing is configured. */
  const taken = async (): Promise<Taken> => {
    const folder = await mkdtemp(join(tmpdir(), 'latchkey-loading-'));
    try {
      const env = { PORT: String(await freePort()), LATCHKEY_DATA_DIR: folder };
      const { code, stdout, stderr } = await start('test/architecture/loading.ts', [], env).ended;
      expect(code, stderr).to.equal(0);
      return JSON.parse(stdout) as Taken;
    } finally {
      await rm(folder, { recursive: true });
    }
  };

  it('takes no library before something configured or asked for needs it', async () => {
    const { status, packages } = await taken();
    expect(status).to.equal(200);
    expect(packages).to.include.members(['koa', 'oidc-provider', 'zod']);
    expect(packages.filter((name) => ONLY_WHEN_NEEDED.includes(name))).to.be.empty;
  });

  it('takes nothing of what works with directories where none is configured', async () => {
    const { status, folders } = await taken();
    expect(status).to.equal(200);
    expect(folders).to.include.members(['plugins/ldap', 'plugins/scim/server', 'plugins/sspr/reset']);
    expect(folders).to.not.include('plugins/ldap/preflight');
  });
});
