import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { whyInstall, whyNoPinnedNode } from '../../scripts/toolchain.js';

interface Locked {
  readonly version: string;
  readonly integrity: string;
  readonly optional?: boolean;
}

describe('The starter', () => {
  let project: string;

  const put = async (path: string, text: string): Promise<void> => {
    await mkdir(dirname(join(project, path)), { recursive: true });
    await writeFile(join(project, path), text);
  };
  const lock = (packages: Record<string, Locked>): Promise<void> =>
    put('package-lock.json', JSON.stringify({ packages: { '': { name: 'project' }, ...packages } }));
  /** As npm leaves it: a note of what it installed, and the packages. */
  const installed = async (packages: Record<string, Locked>): Promise<void> => {
    await put('node_modules/.package-lock.json', JSON.stringify({ packages }));
    for (const path of Object.keys(packages)) await put(`${path}/package.json`, '{}');
  };
  /** A stand-in for the pinned Node. */
  const node = async (script: string): Promise<void> => {
    await put('node_modules/.bin/node', `#!/bin/sh\n${script}\n`);
    await chmod(join(project, 'node_modules/.bin/node'), 0o755);
  };

  const koa = { 'node_modules/koa': { version: '3.0.0', integrity: 'sha512-one' } };
  const zod = { 'node_modules/zod': { version: '4.0.0', integrity: 'sha512-two' } };
  const win = { 'node_modules/argon2-win32': { version: '2.0.0', integrity: 'sha512-three', optional: true } };

  beforeEach(async () => {
    project = await mkdtemp(join(tmpdir(), 'latchkey-starter-'));
  });
  afterEach(() => rm(project, { recursive: true }));

  it('installs nothing when everything in the lock file is there', async () => {
    await lock({ ...koa, ...zod });
    await installed({ ...koa, ...zod });
    expect(whyInstall(project)).to.equal(undefined);
  });

  it('does not miss what is for other machines only', async () => {
    await lock({ ...koa, ...win });
    await installed(koa);
    expect(whyInstall(project)).to.equal(undefined);
  });

  it('installs when node_modules is missing, or an installation was broken off', async () => {
    await lock(koa);
    expect(whyInstall(project)).to.equal('node_modules is missing');
    await put('node_modules/koa/package.json', '{}');
    expect(whyInstall(project)).to.equal('node_modules is incomplete');
  });

  it('installs when a package is missing, from the note or from the disk', async () => {
    await lock({ ...koa, ...zod });
    await installed(koa);
    expect(whyInstall(project)).to.equal('node_modules is incomplete: node_modules/zod is missing');
    await installed({ ...koa, ...zod });
    await rm(join(project, 'node_modules/zod'), { recursive: true });
    expect(whyInstall(project)).to.equal('node_modules is incomplete: node_modules/zod is missing');
  });

  it('installs when the lock file has moved on', async () => {
    await lock({ 'node_modules/koa': { version: '3.1.0', integrity: 'sha512-new' } });
    await installed(koa);
    expect(whyInstall(project)).to.equal('node_modules is older than the lock file');
  });

  it('goes on only with the pinned Node, and says what is wrong with it', async () => {
    await installed(koa);
    expect(whyNoPinnedNode(project)).to.match(
      /install scripts are switched off .* npm ci --include=dev --ignore-scripts=false/,
    );
    await node('echo v22.1.0');
    expect(whyNoPinnedNode(project)).to.match(/answers v22\.1\.0 where v24 is needed/);
    await node('echo "GLIBC_2.99 not found" >&2; exit 1');
    expect(whyNoPinnedNode(project)).to.match(/does not run on this machine: GLIBC_2\.99 not found/);
    await node('echo v24.21.0');
    expect(whyNoPinnedNode(project)).to.equal(undefined);
  });
});
