// The bare twin: oidc-provider as its documentation shows it, over node:sqlite, with a login form and one argon2id
// check, and nothing else. What Latchkey costs is told as a ratio to this, under the same algorithms and parameters.
import { fdatasync, mkdtempSync, openSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { generateKeyPairSync } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import Provider, { type Adapter, type AdapterPayload } from 'oidc-provider';
import { argon2, benchClient, benchPerson } from '../support/parameters.ts';

const file = join(mkdtempSync(join(tmpdir(), 'latchkey-bench-')), 'bare.sqlite');
const database = new DatabaseSync(file);
database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
  CREATE TABLE artifact (id TEXT PRIMARY KEY, uid TEXT, grantId TEXT, payload TEXT, expiresAt INTEGER);
  CREATE INDEX byUid ON artifact (uid); CREATE INDEX byGrant ON artifact (grantId);`);

// Bare as it is, it promises as much: no answer before what it rests on would survive a power cut.
const wal = openSync(`${file}-wal`, 'r+');
const sync = promisify(fdatasync);
let dirty = false;

const statements = {
  upsert: database.prepare('INSERT OR REPLACE INTO artifact VALUES (?, ?, ?, ?, ?)'),
  find: database.prepare('SELECT payload FROM artifact WHERE id = ? AND expiresAt > ?'),
  findByUid: database.prepare('SELECT payload FROM artifact WHERE uid = ? AND expiresAt > ?'),
  destroy: database.prepare('DELETE FROM artifact WHERE id = ?'),
  revoke: database.prepare('DELETE FROM artifact WHERE grantId = ?'),
};

const read = (statement: StatementSync, key: string): Promise<AdapterPayload | undefined> => {
  const row = statement.get(key, Date.now()) as { payload: string } | undefined;
  return Promise.resolve(row ? (JSON.parse(row.payload) as AdapterPayload) : undefined);
};

class SqliteAdapter implements Adapter {
  readonly #model: string;

  constructor(model: string) {
    this.#model = model;
  }

  #id(id: string): string {
    return `${this.#model}:${id}`;
  }

  upsert(id: string, payload: AdapterPayload, expiresIn: number): Promise<void> {
    dirty = true;
    const expiresAt = Date.now() + expiresIn * 1000;
    statements.upsert.run(
      this.#id(id),
      payload.uid ?? null,
      payload.grantId ?? null,
      JSON.stringify(payload),
      expiresAt,
    );
    return Promise.resolve();
  }

  find(id: string): Promise<AdapterPayload | undefined> {
    return read(statements.find, this.#id(id));
  }

  findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return read(statements.findByUid, uid);
  }

  findByUserCode(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  async consume(id: string): Promise<void> {
    const payload = await this.find(id);
    if (payload)
      statements.upsert.run(
        this.#id(id),
        null,
        payload.grantId ?? null,
        JSON.stringify({ ...payload, consumed: 1 }),
        Date.now() + 60_000,
      );
  }

  destroy(id: string): Promise<void> {
    statements.destroy.run(this.#id(id));
    return Promise.resolve();
  }

  revokeByGrantId(grantId: string): Promise<void> {
    statements.revoke.run(grantId);
    return Promise.resolve();
  }
}

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const passwordHash = await hash(benchPerson.password, argon2);

const provider = new Provider('http://localhost:0', {
  adapter: SqliteAdapter,
  jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), alg: 'RS256', use: 'sig', kid: 'bench' }] },
  cookies: { keys: ['bench'] },
  features: { devInteractions: { enabled: false }, clientCredentials: { enabled: true } },
  interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
  clients: [
    {
      client_id: benchClient.id,
      client_secret: benchClient.secret,
      redirect_uris: [benchClient.redirectUri],
      grant_types: ['authorization_code', 'client_credentials'],
      response_types: ['code'],
    },
  ],
  claims: { profile: ['name'], email: ['email'] },
  findAccount: (_ctx, sub) => ({ accountId: sub, claims: () => ({ sub, name: 'Bench', email: 'bench@example.test' }) }),
  loadExistingGrant: async (ctx) => {
    const { client, session, provider: current } = ctx.oidc;
    if (!client || !session?.accountId) return undefined;
    const grant = new current.Grant({ accountId: session.accountId, clientId: client.clientId });
    grant.addOIDCScope('openid profile email');
    await grant.save();
    return grant;
  },
});

const readForm = async (req: AsyncIterable<Buffer>): Promise<URLSearchParams> => {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(chunk);
  return new URLSearchParams(Buffer.concat(chunks).toString());
};

provider.use(async (_ctx, next) => {
  await next();
  if (!dirty) return;
  dirty = false;
  await sync(wal);
});
provider.use(async (ctx, next) => {
  if (!ctx.path.startsWith('/interaction/')) {
    await next();
    return;
  }
  if (ctx.method === 'GET') {
    await provider.interactionDetails(ctx.req, ctx.res);
    ctx.type = 'html';
    ctx.body = `<form method="post" action="${ctx.path}"><input name="username"><input name="password" type="password"></form>`;
    return;
  }
  const form = await readForm(ctx.req);
  const right = await verify(passwordHash, form.get('password') ?? '');
  ctx.respond = false;
  await provider.interactionFinished(
    ctx.req,
    ctx.res,
    right ? { login: { accountId: 'bench' } } : { error: 'access_denied' },
  );
});

const server = provider.listen(0, '127.0.0.1', () => {
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  process.stdout.write(`${JSON.stringify({ origin: `http://127.0.0.1:${String(port)}` })}\n`);
});
process.once('SIGTERM', () => process.exit(0));
