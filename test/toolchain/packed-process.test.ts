import { join } from 'node:path';
import { expect } from 'chai';
import { freePort } from '../support/free-port.ts';
import { packed } from '../support/packed.ts';
import type { Packed } from '../support/packed.ts';
import { start } from './program.ts';

describe('The published package', function () {
  this.timeout(300_000);
  let installed: Packed;

  before(async () => {
    installed = await packed();
  });
  after(() => installed.remove());

  it('holds the built program and what it reads, no sources and no tests', () => {
    expect(installed.files).to.include.members([
      'LICENSE',
      'bin/latchkey.js',
      'config/latchkey.schema.json',
      'config/questions.json',
      'dist/src/app.js',
      'dist/src/app.d.ts',
      'views/layout.eta',
      'plugins/sspr/messages/en.json',
    ]);
    expect(installed.files.filter((path) => /^(src|test|scripts|bench|examples)\//.test(path))).to.be.empty;
    expect(installed.files.filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts'))).to.be.empty;
  });

  it('serves pages from an empty folder that has nothing but the tarball', async () => {
    const port = String(await freePort());
    const program = start(join(installed.folder, 'node_modules/latchkey/bin/latchkey.js'), ['serve'], {
      PORT: port,
      LATCHKEY_DATA_DIR: join(installed.folder, 'data'),
    });
    await program.says(`at http://localhost:${port}`);
    const demo = await fetch(`http://127.0.0.1:${port}/demo`);
    expect(demo.status).to.equal(200);
    expect(await demo.text()).to.include('</html>');
    program.kill('SIGTERM');
    const { code, stderr } = await program.ended;
    expect(code, stderr).to.equal(0);
  });
});
