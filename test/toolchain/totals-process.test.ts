import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { runMocha } from '../../scripts/mocha.ts';

describe('The runner of the tests', function () {
  this.timeout(60_000);
  let folder: string;

  /** Runs a made-up suite and gives its totals and what it printed. */
  const run = async (suite: string, grace?: number) => {
    const file = join(folder, 'made-up.test.ts');
    await writeFile(file, suite);
    return runMocha([file], () => undefined, grace);
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'latchkey-totals-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('counts what passed, failed and was skipped, and names what was skipped', async () => {
    const { totals } = await run(`
      describe('suite', () => {
        it('passes', () => undefined);
        it('fails', () => { throw new Error('as it should'); });
        it('waits for a server');
        it('skips itself', function () { this.skip(); });
      });`);
    expect(totals).to.deep.equal({
      passed: 1,
      failed: 1,
      skipped: 2,
      pending: ['suite waits for a server', 'suite skips itself'],
    });
  });

  it('counts a process that breaks off as a failure', async () => {
    expect((await run(`it('ends everything', () => process.exit(0));`)).totals.failed).to.equal(1);
    expect((await run(`import './gone.ts';`)).totals.failed).to.equal(1);
  });

  it('counts a process that a test keeps alive as a failure, and says so', async () => {
    const { output, totals } = await run(
      `import { createServer } from 'node:net';
       it('leaves a server open', () => void createServer().listen(0, '127.0.0.1'));`,
      500,
    );
    expect(totals).to.include({ passed: 1, failed: 1 });
    expect(output).to.include('a test left a server, timer or connection open');
  });

  it('refuses a test that runs alone', async () => {
    expect((await run(`it.only('alone', () => undefined);`)).totals.failed).to.equal(1);
  });
});
