import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { connect, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createSecureServer } from 'node:tls';
import { expect } from 'chai';
import { plugins } from '../../src/app.ts';
import { loadConfig } from '../../src/config/load.ts';
import { openFoundation } from '../../src/foundation.ts';
import { LOCALHOST } from '../support/certificate.ts';
import { onEveryEngine, type Engine } from '../support/engines.ts';
import { freePort } from '../support/free-port.ts';
import { openPostOffice, type PostOffice } from '../support/post-office.ts';
import { start, type Ended } from '../toolchain/program.ts';

const MASTER_KEY = Buffer.alloc(32, 7).toString('base64');

const listens = async (server: Server): Promise<number> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
};

/** What an operator has in front of a server: TLS ends there, and everything else goes through. */
const tlsProxy = (to: number): Server =>
  createSecureServer(LOCALHOST, (from) => {
    const server = connect(to, 'localhost');
    for (const socket of [from, server]) {
      socket
        .on('error', () => undefined)
        .on('close', () => {
          from.destroy();
          server.destroy();
        });
    }
    from.pipe(server).pipe(from);
  });

/** As `/dev/mailbox.json`, which production does not have. */
const inbox = ({ mails }: PostOffice): Server =>
  createServer((_, response) => {
    const letters = mails.map(({ to, subject, text, html }) => ({ to: to[0] ?? '', subject, text, html }));
    response.setHeader('content-type', 'application/json').end(JSON.stringify(letters.reverse()));
  });

const people = Array.from({ length: 40 }, (_, at) => ({
  userName: `attacked-${String(at)}`,
  password: `the first password of ${String(at)}`,
  mail: `attacked-${String(at)}@example.test`,
  alternateMail: `attacked-${String(at)}@elsewhere.test`,
}));

onEveryEngine('npm run attack, on a server in production', function (engine: Engine) {
  const stack = new AsyncDisposableStack();
  let folder = '';
  let url = '';
  let mailbox = '';
  let ca = '';

  const listening = async (server: Server): Promise<number> => {
    const port = await listens(server);
    stack.defer(() => void server.close());
    return port;
  };

  const configure = async (port: number, post: PostOffice): Promise<Readonly<Record<string, string>>> => {
    const file = join(folder, 'latchkey.yaml');
    const tree = {
      profile: 'production',
      issuer: url,
      dataDir: join(folder, 'data'),
      masterKey: 'env:MASTER_KEY',
      http: { port, host: 'localhost', trustedProxies: ['127.0.0.0/8', '::1'] },
      store: { url: await engine.url(folder) },
      mail: { smtp: { host: '127.0.0.1', port: post.port, tls: 'none' } },
      limits: { requests: 100_000 },
      plugins: {
        sspr: {
          policies: [{ name: 'everybody', methods: ['email'] }],
          limits: { begunPerAddress: 100_000, begunPerNetwork: 1_000_000 },
        },
      },
    };
    await writeFile(file, JSON.stringify(tree));
    return { LATCHKEY_CONFIG: file, MASTER_KEY };
  };

  const populate = async (env: Readonly<Record<string, string>>): Promise<void> => {
    const rooms = await openFoundation(await loadConfig(env, plugins), plugins, []);
    const { directory, store } = rooms;
    for (const { userName, password, mail } of people) {
      const emails = [{ value: mail, primary: true }];
      const { person, changes } = directory.people.creating({ userName, emails }, { actor: 'cli' });
      await store.commit([...changes, await directory.local.starting(person.id, password)]);
    }
    await store.close();
  };

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'latchkey-attacked-'));
    stack.defer(() => rm(folder, { recursive: true }));

    ca = join(folder, 'ca.pem');
    await writeFile(ca, LOCALHOST.cert);
    const post = stack.use(await openPostOffice());
    mailbox = `http://127.0.0.1:${String(await listening(inbox(post)))}/`;
    const port = await freePort();
    url = `https://localhost:${String(await listening(tlsProxy(port)))}`;
    const env = await configure(port, post);
    await populate(env);
    await writeFile(join(folder, 'people.json'), JSON.stringify(people));
    const server = start('src/main.ts', [], env);
    stack.defer(async () => {
      server.kill('SIGTERM');
      await server.ended;
    });
    await server.says('at https://');
  });

  after(() => stack[Symbol.asyncDispose]());

  const attack = (...args: readonly string[]): Promise<Ended> =>
    start('scripts/attack.ts', args, { NODE_EXTRA_CA_CERTS: ca }).ended;

  it('tries every attack, finds that all of them are held off, and says so in a report', async () => {
    const { code, stdout, stderr } = await attack(url, '--people', join(folder, 'people.json'), '--inbox', mailbox);
    expect(stdout, `${stdout}\n${stderr}`).to.match(
      /^# Attacks on https:\/\/localhost:\d+\n\n\d\d held, 0 broken, 0 not tried\./,
    );
    expect(stdout).to.include('## A step of a reset skipped (Keycloak CVE-2026-18963)');
    expect(code, stderr).to.equal(0);
  });

  it('says of what it had nobody left for that it was not tried, and ends with a failure', async () => {
    await writeFile(join(folder, 'nobody.json'), '[]');
    const { code, stdout } = await attack(url, '--people', join(folder, 'nobody.json'), '--inbox', mailbox);
    expect(stdout).to.match(/ held, 0 broken, \d+ not tried\./);
    expect(code).to.equal(1);
  });

  it('says what is missing, and attacks nothing', async () => {
    const { code, stdout, stderr } = await attack(url);
    expect(code).to.equal(2);
    expect(stdout).to.equal('');
    expect(stderr).to.include('--people');
  });
});
