// An oidc-provider host of its own: its people, its passwords, its sign-in page. From Latchkey it takes self-service
// password reset, and nothing else: registration at sign-in, and a reset by mail.
import { scryptSync, timingSafeEqual } from 'node:crypto';
import Provider, { interactionPolicy } from 'oidc-provider';
import { selfService } from 'latchkey/sspr';
import { people } from './people.ts';

const port = Number(process.env['PORT'] ?? 3100);
const issuer = `http://localhost:${String(port)}`;

const say = (fact: object): void => void process.stdout.write(`${JSON.stringify(fact)}\n`);

const digest = (password: string, salt: string): Buffer => scryptSync(password, salt, 32);

const sspr = await selfService({
  issuer,
  interactionPolicy,
  store: `sqlite:${process.env['SSPR_STORE'] ?? 'sspr.db'}`,
  masterKey: process.env['SSPR_MASTER_KEY'] ?? '',
  organisation: { name: 'Foreign host', helpDesk: { phone: '+49 30 1234' } },
  config: { policies: [{ name: 'everybody', gates: 1, methods: ['email'] }] },
  loginPath: (uid) => `/login/${uid}`,
  accounts: {
    byId: (id) => Promise.resolve(people.find((person) => person.id === id)),
    byName: (typed) => Promise.resolve(people.find(({ userName }) => userName === typed.trim().toLowerCase())),
  },
  passwords: {
    verify: ({ id }, password) => {
      const person = people.find((each) => each.id === id);
      return Promise.resolve(person !== undefined && timingSafeEqual(digest(password, id), person.password));
    },
    set: ({ id }, password) => {
      const person = people.find((each) => each.id === id);
      if (person) person.password = digest(password, id);
      return Promise.resolve();
    },
  },
  mail: ({ to, subject, text }) => {
    say({ mail: { to, subject, text } });
    return Promise.resolve();
  },
});

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: 'app',
      client_secret: 'app-secret',
      redirect_uris: [process.env['APP_CALLBACK'] ?? 'http://localhost:3200/callback'],
    },
  ],
  cookies: { keys: ['a secret of the host'] },
  features: { devInteractions: { enabled: false } },
  findAccount: (_ctx, sub) => ({ accountId: sub, claims: () => ({ sub }) }),
  interactions: { policy: sspr.policy, url: (_ctx, interaction) => sspr.url(interaction) },
});

const loginForm =
  '<form method="post"><input name="username" autocomplete="username"><input name="password" type="password" autocomplete="current-password"><button>Sign in</button></form>';

provider.use(sspr.middleware);
provider.use(async (ctx, next) => {
  if (!ctx.path.startsWith('/login/')) {
    await next();
    return undefined;
  }
  const { prompt, session, params } = await provider.interactionDetails(ctx.req, ctx.res);
  if (prompt.name === 'consent') {
    const grant = new provider.Grant({ accountId: session?.accountId ?? '', clientId: String(params['client_id']) });
    grant.addOIDCScope('openid');
    const consent = { grantId: await grant.save() };
    return provider.interactionFinished(ctx.req, ctx.res, { consent }, { mergeWithLastSubmission: true });
  }
  if (ctx.method === 'GET') {
    ctx.type = 'html';
    ctx.body = `${loginForm}<a href="/reset">Forgot your password?</a>`;
    return undefined;
  }
  const chunks: Buffer[] = [];
  for await (const chunk of ctx.req) chunks.push(chunk as Buffer);
  const form = new URLSearchParams(Buffer.concat(chunks).toString());
  const person = people.find(({ userName }) => userName === form.get('username'));
  const right = person && timingSafeEqual(digest(form.get('password') ?? '', person.id), person.password);
  if (!right) {
    ctx.type = 'html';
    ctx.body = `<p>That is not right.</p>${loginForm}`;
    return undefined;
  }
  return provider.interactionFinished(ctx.req, ctx.res, { login: { accountId: person.id } });
});
sspr.attach(provider);

const server = provider.listen(port, 'localhost', () => {
  say({ listening: issuer });
});
process.once('SIGTERM', () => {
  server.close();
  server.closeAllConnections();
  void sspr.stop();
});
