import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { freePort } from '../support/free-port.ts';
import { start } from './program.ts';
import type { Program } from './program.ts';

describe('The server as a process', function () {
  this.timeout(60_000);
  let folder: string;
  let port: string;

  const serve = (env: Readonly<Record<string, string>> = {}): Program =>
    start('src/main.ts', [], { PORT: port, LATCHKEY_DATA_DIR: join(folder, 'data'), ...env });

  /** The one line on standard error of a start that fails. */
  const refusal = async (env: Readonly<Record<string, string>>): Promise<string> => {
    const { code, stdout, stderr } = await serve(env).ended;
    expect(code).to.equal(1);
    expect(stdout).to.equal('');
    const lines = stderr.trimEnd().split('\n');
    expect(lines, stderr).to.have.length(1);
    return lines[0] ?? '';
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'latchkey-serve-'));
    port = String(await freePort());
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('starts with nothing configured, shows the demo passwords once, and ends at a signal', async () => {
    const first = serve();
    await first.says(`at http://localhost:${port}`);
    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).to.equal(200);
    first.kill('SIGTERM');
    const { code, stdout, stderr } = await first.ended;
    expect(code, stderr).to.equal(0);
    for (const name of ['alice', 'bob', 'carol']) expect(stdout).to.match(new RegExp(`${name} with \\S+`));

    const second = serve();
    await second.says(`at http://localhost:${port}`);
    second.kill('SIGINT');
    expect((await second.ended).code).to.equal(0);
    expect((await second.ended).stdout).to.not.include('alice');
  });

  it('says in one sentence that the port is in use', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(Number(port), '127.0.0.1', resolve));
    try {
      expect(await refusal({})).to.equal(
        `latchkey: 127.0.0.1:${port} is in use by another program: stop that one, or choose another PORT`,
      );
    } finally {
      other.close();
    }
  });

  it('says in one sentence that the address is not of this machine', async () => {
    expect(await refusal({ HOST: '192.0.2.1' })).to.match(
      /^latchkey: 192\.0\.2\.1:\d+ is not an address of this machine/,
    );
  });

  it('says in one sentence that the master key does not fit the store', async () => {
    const first = serve();
    await first.says('at http');
    first.kill('SIGTERM');
    await first.ended;
    expect(await refusal({ LATCHKEY_MASTER_KEY: 'A'.repeat(43) })).to.equal(
      'latchkey: the master key is not the one that this store was sealed under: give the key it was begun with',
    );
  });

  it('says in one sentence that the data directory cannot be used', async () => {
    await writeFile(join(folder, 'data'), 'a file where the folder should be');
    expect(await refusal({})).to.match(/^latchkey: the data directory \S+\/data cannot be used/);
  });

  it('says in one sentence that the database is damaged, and leaves it as it is', async () => {
    const file = join(folder, 'store.db');
    const damaged = 'this was a database once '.repeat(1000);
    await writeFile(file, damaged);
    expect(await refusal({ LATCHKEY_STORE: `sqlite:${file}` })).to.match(/^latchkey: .*store\.db/);
    expect(await readFile(file, 'utf8')).to.equal(damaged);
  });

  it('shares its port among as many processes as asked for, and ends them together', async () => {
    const config = join(folder, 'workers.yaml');
    await writeFile(config, 'http: { workers: 2 }\n');
    const program = serve({ LATCHKEY_CONFIG: config });
    await program.says(`at http://localhost:${port}, in 2 processes`);
    for (let request = 0; request < 4; request += 1) {
      expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).to.equal(200);
    }
    program.kill('SIGTERM');
    const { code, stderr } = await program.ended;
    expect(code, stderr).to.equal(0);
    expect(stderr).to.equal('');
  });

  it('ends with the reason when its processes cannot start', async () => {
    const config = join(folder, 'workers.yaml');
    await writeFile(config, 'http: { workers: 2, host: 192.0.2.1 }\n');
    const { code, stdout, stderr } = await serve({ LATCHKEY_CONFIG: config }).ended;
    expect(code).to.equal(1);
    expect(stdout).to.equal('');
    expect(stderr).to.include('192.0.2.1').and.include('is not an address of this machine');
  });

  it('tells every fault of the configuration and ends', async () => {
    const { code, stderr } = await serve({ LATCHKEY_PROFILE: 'production', PORT: 'http' }).ended;
    expect(code).to.equal(1);
    expect(stderr.split('\n').slice(0, 2)).to.deep.equal([
      'latchkey: the configuration has 4 faults:',
      '  http.port (PORT): must be a number',
    ]);
  });
});
