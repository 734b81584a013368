import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { failureReport } from '../../scripts/failures.ts';
import { runMocha } from '../../scripts/mocha.ts';

/** The made-up suites stand outside the project. */
const CHAI = import.meta.resolve('chai');

describe('The runner of the tests', function () {
  this.timeout(60_000);
  let folder: string;

  /** Runs a made-up suite and gives its totals and what it printed. */
  const run = async (suite: string, grace?: number) => {
    const file = join(folder, 'made-up.test.ts');
    await writeFile(file, suite);
    return runMocha([file], () => undefined, grace === undefined ? {} : { grace });
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
    const { output, totals, failures } = await run(
      `import { createServer } from 'node:net';
       it('leaves a server open', () => void createServer().listen(0, '127.0.0.1'));`,
      500,
    );
    expect(totals).to.include({ passed: 1, failed: 1 });
    expect(output).to.include('a test left a server, timer or connection open');
    expect(failureReport(failures)).to.include('a test left a server, timer or connection open');
  });

  it('tells of each failure once more: title, file, message, difference and callers', async () => {
    const { failures } = await run(`
      import { expect } from '${CHAI}';
      describe('suite', () => {
        describe('of numbers', () => {
          it('adds up', () => { expect([1, 2, 4], 'the sum').to.deep.equal([1, 2, 3]); });
          it('asks a server', () => { throw new Error('no answer', { cause: new Error('it is gone') }); });
          it('asks two', () => { throw new AggregateError([new Error('nobody here'), new Error('nor here')]); });
        });
        describe('of hooks', () => {
          before(() => Promise.reject(new Error('not prepared')));
          it('is not reached', () => undefined);
        });
      });`);
    const report = failureReport(failures);
    expect(failures.map(({ title }) => title)).to.deep.equal([
      'suite of numbers adds up',
      'suite of numbers asks a server',
      'suite of numbers asks two',
      'suite of hooks "before all" hook for "is not reached"',
    ]);
    expect(report.match(/made-up\.test\.ts$/gm)).to.have.length(4);
    expect(report).to.match(/✖ suite of numbers adds up\n.*\n +AssertionError: the sum: expected/);
    expect(report).to.match(/^ +- {2}4$[^✖]*^ +\+ {2}3$[^✖]*^ +at .*made-up\.test\.ts:/m);
    expect(report).to.match(/Error: no answer\n +caused by Error: it is gone/);
    expect(report).to.include('of Error: nobody here').and.include('of Error: nor here');
    expect(report).to.include('Error: not prepared');
  });

  it('tells once more what was said last by a process that breaks off, and of what failed in it before', async () => {
    const { failures } = await run(`
      it('fails first', () => { throw new Error('as it should'); });
      it('ends everything', (done) => { console.log('the last words'); setImmediate(() => process.exit(7)); });`);
    expect(failures.map(({ title }) => title)).to.deep.equal(['fails first', 'mocha ended with exit code 7']);
    expect(failureReport(failures)).to.include('the last words').and.include('made-up.test.ts');
  });

  it('tells no more of a failure than the end of a log has room for', async () => {
    const { failures } = await run(`
      import { expect } from '${CHAI}';
      it('is long', () => {
        const all = Array.from({ length: 500 }, (_, at) => 'line ' + at);
        expect(all.join('\\n'), 'word '.repeat(1000)).to.equal(all.toReversed().join('\\n'));
      });`);
    expect(failures.map(({ title }) => title)).to.deep.equal(['is long']);
    const lines = failureReport(failures).split('\n');
    expect(lines.length).to.be.within(10, 60);
    expect(Math.max(...lines.map((line) => line.length))).to.be.at.most(320);
  });

  it('refuses a test that runs alone', async () => {
    expect((await run(`it.only('alone', () => undefined);`)).totals.failed).to.equal(1);
  });
});
