import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { latchkey } from './program.ts';

describe('latchkey user pass, as a process', function () {
  this.timeout(120_000);
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'latchkey-'));
  });
  after(() => rm(folder, { recursive: true }));

  it('ends with 0 and the pass, with 1 where there is nobody, and with 2 without a note', async () => {
    const env = { LATCHKEY_DATA_DIR: folder };
    const run = (...args: readonly string[]) => latchkey(['user', ...args], env);
    expect((await run('add', 'anna')).code).to.equal(0);
    const issued = await run('pass', 'anna', '--note', 'in person, by passport', '--json');
    expect(issued.code, issued.stderr).to.equal(0);
    expect(JSON.parse(issued.stdout)).to.include.keys('pass', 'for', 'until', 'user');
    expect(await run('pass', 'nobody', '--note', 'x')).to.deep.include({ code: 1, stdout: '' });
    expect(await run('pass', 'anna')).to.deep.include({ code: 2, stdout: '' });
  });
});
