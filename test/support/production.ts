import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { connect, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createSecureServer } from 'node:tls';
import { start, type Ended } from '../toolchain/program.ts';
import { LOCALHOST } from './certificate.ts';
import type { Engine } from './engines.ts';
import { freePort } from './free-port.ts';
import { openPostOffice, type PostOffice } from './post-office.ts';
import type { ConfigTree } from './premises.ts';

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

/** Somebody whom `npm run attack` may use. */
export interface Victim {
  readonly userName: string;
  readonly password: string;
  readonly mail: string;
  readonly alternateMail: string;
}

export const victims: readonly Victim[] = Array.from({ length: 40 }, (_, at) => ({
  userName: `attacked-${String(at)}`,
  password: `the first password of ${String(at)}`,
  mail: `attacked-${String(at)}@example.test`,
  alternateMail: `attacked-${String(at)}@elsewhere.test`,
}));

type Environment = Readonly<Record<string, string>>;

export interface ProductionOptions {
  readonly store: Engine;
  /** Of the plugin that keeps passwords elsewhere. */
  readonly ldap?: ConfigTree;
  readonly environment?: Environment;
  /** Makes the {@link victims}, before the server is started. */
  populate(environment: Environment): Promise<void>;
}

/** A server in a process of its own, by the profile for production, behind TLS. */
export interface Production extends AsyncDisposable {
  readonly url: string;
  readonly folder: string;
  /** Answers with all mail as JSON. */
  readonly mailbox: string;
  /** `npm run attack` with these arguments. */
  attack(...args: readonly string[]): Promise<Ended>;
}

const configuration = (issuer: string, port: number, folder: string, storeUrl: string, smtp: number): ConfigTree => ({
  profile: 'production',
  issuer,
  dataDir: join(folder, 'data'),
  masterKey: 'env:MASTER_KEY',
  http: { port, host: 'localhost', trustedProxies: ['127.0.0.0/8', '::1'] },
  store: { url: storeUrl },
  mail: { smtp: { host: '127.0.0.1', port: smtp, tls: 'none' } },
  limits: { requests: 100_000 },
});

const sspr: ConfigTree = {
  policies: [{ name: 'everybody', methods: ['email'] }],
  limits: { begunPerAddress: 100_000, begunPerNetwork: 1_000_000 },
};

export const startProduction = async ({
  store,
  ldap,
  environment,
  populate,
}: ProductionOptions): Promise<Production> => {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-attacked-'));
  stack.defer(() => rm(folder, { recursive: true }));
  const listening = async (server: Server): Promise<number> => {
    const port = await listens(server);
    stack.defer(() => void server.close());
    return port;
  };
  const ca = join(folder, 'ca.pem');
  await writeFile(ca, LOCALHOST.cert);
  const post = stack.use(await openPostOffice());
  const mailbox = `http://127.0.0.1:${String(await listening(inbox(post)))}/`;
  const port = await freePort();
  const url = `https://localhost:${String(await listening(tlsProxy(port)))}`;
  const file = join(folder, 'latchkey.yaml');
  const tree = configuration(url, port, folder, await store.url(folder), post.port);
  await writeFile(file, JSON.stringify({ ...tree, plugins: { sspr, ...(ldap ? { ldap } : {}) } }));
  const env = { LATCHKEY_CONFIG: file, MASTER_KEY, ...environment };
  await populate(env);
  await writeFile(join(folder, 'people.json'), JSON.stringify(victims));
  const server = start('src/main.ts', [], env);
  stack.defer(async () => {
    server.kill('SIGTERM');
    await server.ended;
  });
  await server.says('at https://');
  const owned = stack.move();
  return {
    url,
    folder,
    mailbox,
    attack: (...args) => start('scripts/attack.ts', args, { NODE_EXTRA_CA_CERTS: ca }).ended,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
};
