import { mkdtemp, rm } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import * as client from 'openid-client';
import type { Audit } from '../../src/audit/event.ts';
import { hostEvents } from '../../src/audit/catalogue.ts';
import { createAudit } from '../../src/audit/log.ts';
import { auditCollections } from '../../src/audit/collections.ts';
import { createAuditReader } from '../../src/audit/reader.ts';
import { auditEvents } from '../../src/audit/record.ts';
import type { AuditRecord } from '../../src/audit/record.ts';
import type { ClientMetadata } from '../../src/config/clients.ts';
import { fileSchema } from '../../src/config/schema.ts';
import { createDirectory, directoryCollections } from '../../src/directory/directory.ts';
import type { Directory } from '../../src/directory/directory.ts';
import { openPasswordHashing } from '../../src/directory/password-hashing.ts';
import type { Person } from '../../src/directory/person.ts';
import type { NewPerson } from '../../src/directory/people.ts';
import { createHttp } from '../../src/http/http.ts';
import { startServer } from '../../src/http/server.ts';
import { createSite } from '../../src/http/site.ts';
import { boundedQueue } from '../../src/kernel/bounded-queue.ts';
import { MINUTE } from '../../src/kernel/clock.ts';
import type { Log } from '../../src/kernel/log.ts';
import { packageRoot } from '../../src/kernel/package-root.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import { startScheduler } from '../../src/kernel/schedule.ts';
import type { Scheduler } from '../../src/kernel/schedule.ts';
import { openSecrets } from '../../src/kernel/secrets.ts';
import type { Secrets } from '../../src/kernel/secrets.ts';
import { cookieSigner } from '../../src/oidc/cookies.ts';
import { clients as storedClients, createClientRegistry, toStoredClient } from '../../src/oidc/clients.ts';
import { oidcCollections } from '../../src/oidc/collections.ts';
import { keySets } from '../../src/oidc/keys.ts';
import { CLIENT_PATHS, startOidc } from '../../src/oidc/provider.ts';
import type { Oidc } from '../../src/oidc/provider.ts';
import type { Resource } from '../../src/oidc/access-tokens.ts';
import type { SigningKey } from '../../src/oidc/signing-key.ts';
import type { Contribution, PromptContribution, RememberedBrowsers, Route, SignIns } from '../../src/plugin.ts';
import { signInCollections } from '../../src/sign-in/collections.ts';
import { createSignInGuard } from '../../src/sign-in/guard.ts';
import type { SignInGuard } from '../../src/sign-in/guard.ts';
import { createKnownBrowsers } from '../../src/sign-in/known-browsers.ts';
import type { BrowserMemory } from '../../src/sign-in/known-browsers.ts';
import { ownPagesClient } from '../../src/sign-in/own-pages.ts';
import { createRememberedBrowsers } from '../../src/sign-in/remembered-browsers.ts';
import { createSignIn } from '../../src/sign-in/sign-in.ts';
import type { SignIn } from '../../src/sign-in/sign-in.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store, Stored } from '../../src/store/port.ts';
import { everything } from '../../src/store/query.ts';
import { testClock } from './clock.ts';
import type { TestClock } from './clock.ts';
import { distant } from './distant-store.ts';
import { HttpBrowser } from './http-browser.ts';
import type { Reply } from './wire.ts';
import { startRelyingParty } from './relying-party.ts';
import type { Outcome, RelyingParty } from './relying-party.ts';

export const PASSWORD = 'correct horse battery';

export interface ProviderWorldOptions {
  /** Clients besides the app. */
  readonly clients?: readonly ClientMetadata[];
  /** Changes to the app's own metadata. */
  readonly app?: Partial<ClientMetadata>;
  readonly resources?: readonly Resource[];
  /** Loopback, where the tests' apps are, unless given. */
  readonly privateHosts?: readonly string[];
  /** Whether requests meet within each other's reads and writes, as they do on a store of another machine. */
  readonly distantStore?: boolean;
  /** Another issuer than the address that is listened on, as behind a TLS proxy; the app then discovers nothing. */
  readonly issuer?: string;
  /** Further routes, as a plugin's. */
  readonly routes?: (signIns: SignIns) => readonly Route[];
  readonly prompts?: (world: { readonly store: Store }) => readonly PromptContribution[];
  /** What a plugin adds to the sign-in. */
  readonly adding?: (world: {
    readonly store: Store;
    readonly clock: TestClock;
    readonly accounts: Directory['accounts'];
    readonly remembered: RememberedBrowsers;
    signIn(): SignIn;
  }) => Pick<Contribution, 'routes' | 'steps' | 'waysIn'>;
}

export interface PendingCode {
  readonly address: URL;
  readonly checks: client.AuthorizationCodeGrantChecks;
}

type SignedIn = Extract<Outcome, { kind: 'signed-in' }>;

export const signedIn = (outcome: Outcome | undefined): SignedIn => {
  if (outcome?.kind !== 'signed-in') throw new Error(`not signed in: ${JSON.stringify(outcome)}`);
  return outcome;
};

/** An app or service as `openid-client` sees the provider; without a secret a public one. */
export const configurationOf = (issuer: string, id: string, secret?: string): Promise<client.Configuration> => {
  const authentication = secret === undefined ? client.None() : client.ClientSecretBasic(secret);
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- deprecated as a warning sign; loopback has no TLS
  return client.discovery(new URL(issuer), id, undefined, authentication, { execute: [client.allowInsecureRequests] });
};

/** What is done in and to a world. */
export interface Doings {
  /** Opens the app's sign-in in a browser and enters Alice's password, or what is given. */
  signInAs(
    browser: HttpBrowser,
    parameters?: Readonly<Record<string, string>>,
    username?: string,
    password?: string,
  ): Promise<void>;
  /** Signs Alice in and keeps the code that comes back, not yet redeemed. */
  codeFor(browser: HttpBrowser, parameters?: Readonly<Record<string, string>>): Promise<PendingCode>;
  /** The error code that a request to the token endpoint or its like is refused with. */
  failure(request: Promise<unknown>): Promise<string>;
  /** The sign-in that a browser is at. */
  openSignIn(browser: HttpBrowser): Promise<{ readonly uid: string; readonly path: string }>;
  /** The value that forms of this browser carry. */
  csrfOf(browser: HttpBrowser): Promise<string>;
  /** Sends the form of the sign-in page, and follows no redirect. */
  postPassword(browser: HttpBrowser, uid: string, password: string, username?: string): Promise<Reply>;
  /** Adds a first-party client without PKCE to the store. */
  addClient(id: string): Promise<void>;
  plainUrl(clientId: string): string;
  /** Redeems the code in an address of a client of `addClient`; gives the access token. */
  redeemPlain(clientId: string, address: string): Promise<string>;
  /** Waits until the running provider has taken up keys that were rotated. */
  takenUp(keys: readonly SigningKey[]): Promise<void>;
  /** Lets something happen right before the nth step in the (distant) store from now on; tells whether it came to that. */
  interrupt(step: number, happens: () => Promise<void>): () => boolean;
  /** As a finished reset does. */
  setPassword(accountId: string, password: string): Promise<void>;
  /** What a reset does to everything signed in so far. */
  endEverything(accountId: string): Promise<void>;
  events(): Promise<readonly AuditRecord[]>;
}

/** A provider that listens, with one app and Alice; Date and the kernel's clock tell the same time. */
export interface ProviderWorld extends Doings, AsyncDisposable {
  readonly issuer: string;
  /** Where it listens. */
  readonly origin: string;
  readonly folder: string;
  readonly clock: TestClock;
  readonly store: Store;
  readonly secrets: Secrets;
  readonly audit: Audit;
  readonly directory: Directory;
  readonly oidc: Oidc;
  readonly guard: SignInGuard;
  readonly knownBrowsers: BrowserMemory;
  readonly remembered: RememberedBrowsers;
  readonly signIns: SignIns;
  readonly sessions: SignIn['sessions'];
  readonly app: RelyingParty;
  readonly alice: Stored<Person>;
  readonly scheduler: Scheduler;
  readonly lines: readonly { readonly level: string; readonly facts: Record<string, unknown> }[];
  browser(): HttpBrowser;
  person(attributes: NewPerson, password?: string): Promise<Stored<Person>>;
}

const collections = [...directoryCollections, ...oidcCollections, ...signInCollections, ...auditCollections];

const recording = (lines: { level: string; facts: Record<string, unknown> }[]): Log => {
  const at = (level: string) => (facts: Record<string, unknown>) => {
    lines.push({ level, facts });
  };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
};

/** The cheapest argon2id there is. */
const CHEAP = { memoryCost: 8, timeCost: 1, parallelism: 1 };

const settings = fileSchema.parse({});

const PLAIN_SECRET = 'a-secret-of-a-client-without-pkce';
const PLAIN_REDIRECT = 'http://127.0.0.1:9/callback';

const random = systemRandom;

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

interface Interruption {
  steps: number;
  happens: () => Promise<void>;
}

/** The keys of the first world serve all that follow: making RSA keys takes longer than most tests. */
const madeOnce: { keySet?: { id: string; sealed: string } } = {};

/** What stands without a server. */
const standing = async (options: ProviderWorldOptions, stack: AsyncDisposableStack) => {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-oidc-'));
  stack.defer(() => rm(folder, { recursive: true }));
  const clock = stack.use(testClock());
  clock.install();
  const lines: { level: string; facts: Record<string, unknown> }[] = [];
  const log = recording(lines);
  const secrets = openSecrets([{ id: 'test', bytes: Buffer.alloc(32, 7) }], Buffer.alloc(32, 9), random);
  const opened = await openStore({ url: `sqlite:${join(folder, 'store.db')}`, collections, migrations: [], clock });
  stack.defer(() => opened.close());
  const interruption: Interruption = { steps: 0, happens: turn };
  const step = async (): Promise<void> => {
    await turn();
    interruption.steps -= 1;
    if (interruption.steps === 0) await interruption.happens();
  };
  const store = options.distantStore === true ? distant(opened, step) : opened;
  const audit = createAudit(hostEvents, clock, random, secrets);
  const hashing = await openPasswordHashing(boundedQueue(2, 1000, 1), random, CHEAP);
  const directory = createDirectory({ store, clock, random, audit, hashing });
  return { folder, clock, lines, log, secrets, opened, interruption, store, audit, directory };
};

type Standing = Awaited<ReturnType<typeof standing>>;

/** A server that takes requests before it has anything to say, so that its port is known. */
const openPort = async (stack: AsyncDisposableStack) => {
  let listener: RequestListener = () => undefined;
  const server = await startServer(
    (req, res) => {
      listener(req, res);
    },
    0,
    '127.0.0.1',
  );
  stack.defer(() => server.stop());
  return {
    origin: `http://localhost:${String(server.port)}`,
    listen: (handle: RequestListener) => {
      listener = handle;
    },
  };
};

const LOCALES = ['en', 'de'];

const standingBy = <T>(part: T | undefined): T => {
  if (part === undefined) throw new Error('the world has not begun yet');
  return part;
};

const serving = async (options: ProviderWorldOptions, parts: Standing, stack: AsyncDisposableStack) => {
  const { clock, log, secrets, store, audit, directory } = parts;
  const { people, accounts, passwords, claimsOf } = directory;
  const { origin, listen } = await openPort(stack);
  const issuer = options.issuer ?? origin;
  const app = stack.use(await startRelyingParty('app'));
  const theApp = { client_secret: app.secret, ...app.metadata, ...options.app } as ClientMetadata;
  const ownPages = ownPagesClient(issuer, 'Example');
  const clients = createClientRegistry([theApp, ...(options.clients ?? []), ownPages], store, secrets);
  stack.defer(() => {
    clients.stop();
  });
  const site = createSite({
    root: packageRoot,
    issuer,
    organisation: { name: 'Example', helpDesk: {}, mailDomains: [] },
    colours: { accent: '#0b5cad' },
    locales: LOCALES,
    plugins: [],
    clock,
    random,
    secrets,
  });
  const prompts = options.prompts?.({ store }) ?? [];
  const who = (id: string) => people.byId(id);
  if (madeOnce.keySet) await store.insert(keySets, madeOnce.keySet);
  const oidc = await startOidc({
    ...{ issuer, store, clock, secrets, log, audit, clients, prompts, locales: LOCALES },
    lifetimes: settings,
    resources: options.resources ?? [],
    privateHosts: options.privateHosts ?? ['127.0.0.1'],
    standing: who,
    claims: claimsOf,
    pages: site.pages,
    browsers: site.browsers,
  });
  stack.defer(() => {
    oidc.stop();
  });
  const { id = '', sealed = '' } = (await store.get(keySets, 'signing')) ?? {};
  madeOnce.keySet = { id, sealed };
  const guard = createSignInGuard(store, secrets, clock, settings.signIn.guard);
  const knownBrowsers = createKnownBrowsers({
    ...{ store, secrets, clock },
    lifetime: settings.signIn.knownBrowser,
    epochOf: async (id) => (await who(id))?.epoch,
  });
  const remembered = createRememberedBrowsers(store, secrets, clock);
  const late: { signIn?: SignIn } = {};
  const adding = options.adding?.({ store, clock, accounts, remembered, signIn: () => standingBy(late.signIn) }) ?? {};
  const { signIns, sessions, routes } = (late.signIn = createSignIn({
    ...{ issuer, store, secrets, audit, clock, accounts, passwords, guard, remembered },
    organisation: { name: 'Example' },
    browsers: knownBrowsers,
    freezes: directory.freezes,
    interactions: oidc.interactions,
    sessions: oidc.signedIn,
    contributions: [{ prompts }, adding],
  }));
  const koa = createHttp({
    ...{ ...site, issuer, clock, random, log, store, locales: LOCALES },
    trustedProxies: [],
    limits: { requests: 100_000, window: MINUTE },
    unlimited: CLIENT_PATHS,
    routes: [...routes, ...(options.routes?.(signIns) ?? []), ...(adding.routes ?? [])],
    entrances: [],
    health: [],
    mounted: [oidc.middleware],
    cookieSigner: cookieSigner(secrets),
  });
  const handle = koa.callback();
  listen((req, res) => {
    void handle(req, res);
  });
  if (options.issuer === undefined) await app.discover(issuer);
  const scheduler = startScheduler(oidc.jobs, log, false);
  stack.defer(() => scheduler.stop());
  return { ...parts, issuer, origin, app, oidc, guard, knownBrowsers, remembered, signIns, sessions, scheduler };
};

type Serving = Awaited<ReturnType<typeof serving>>;

const creating =
  ({ directory, store }: Standing) =>
  async (attributes: NewPerson, password = PASSWORD): Promise<Stored<Person>> => {
    const { people, local } = directory;
    const { person: made, changes } = people.creating(attributes, { actor: 'cli' });
    await store.commit([...changes, await local.starting(made.id, password)]);
    const stored = await people.byId(made.id);
    if (!stored) throw new Error('the person was not created');
    return stored;
  };

/** What is done in and to the world; the stories read like these names. */
const doings = ({ app, issuer, store, opened, secrets, clock, directory, guard, interruption }: Serving): Doings => {
  const { people, accounts, passwords } = directory;
  return {
    async signInAs(browser, parameters, username = 'alice', password = PASSWORD) {
      await browser.open(await app.authorizationUrl(parameters));
      await browser.submit({ username, password });
    },

    async codeFor(browser, parameters = {}) {
      const pkceCodeVerifier = client.randomPKCECodeVerifier();
      const checks = { pkceCodeVerifier, expectedState: client.randomState(), expectedNonce: client.randomNonce() };
      const url = client.buildAuthorizationUrl(app.configuration, {
        redirect_uri: `${app.origin}/callback`,
        scope: 'openid profile email',
        state: checks.expectedState,
        nonce: checks.expectedNonce,
        code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
        code_challenge_method: 'S256',
        ...parameters,
      });
      await browser.open(url.href);
      if (await browser.offers('Sign in')) await browser.submit({ username: 'alice', password: PASSWORD });
      const address = await browser.url();
      if (!address.searchParams.has('code')) throw new Error(`no code at ${address.href}: ${await browser.text()}`);
      return { address, checks };
    },

    async failure(request) {
      try {
        await request;
      } catch (error) {
        if (error instanceof client.ResponseBodyError) return error.error;
        if (error instanceof client.WWWAuthenticateChallengeError) {
          return error.cause[0]?.parameters.error ?? String(error.status);
        }
        throw error;
      }
      return 'nothing was refused';
    },

    async openSignIn(browser) {
      const { pathname } = await browser.url();
      const uid = /^\/interaction\/([^/]+)/.exec(pathname)?.[1];
      if (uid === undefined) throw new Error(`no sign-in at ${pathname}: ${await browser.text()}`);
      return { uid, path: pathname };
    },

    async csrfOf(browser) {
      const reply = await browser.send(await app.authorizationUrl({ prompt: 'login' }));
      const page = await browser.send(new URL(String(reply.headers.location), issuer));
      return /name="csrf" value="([^"]+)"/.exec(page.body)?.[1] ?? '';
    },

    async postPassword(browser, uid, password, username = 'alice') {
      const csrf = await browser.field('csrf');
      return browser.send(`${issuer}/interaction/${uid}`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' },
        body: new URLSearchParams({ csrf: String(csrf), username, password }).toString(),
      });
    },

    async addClient(id) {
      const metadata = {
        client_id: id,
        client_secret: PLAIN_SECRET,
        redirect_uris: [PLAIN_REDIRECT],
        require_pkce: false,
        first_party: true,
      };
      await store.insert(storedClients, toStoredClient(secrets, metadata, clock.now()));
    },

    plainUrl(clientId) {
      const query = { client_id: clientId, redirect_uri: PLAIN_REDIRECT, response_type: 'code', scope: 'openid' };
      return `${issuer}/auth?${new URLSearchParams(query).toString()}`;
    },

    async redeemPlain(clientId, address) {
      const configuration = await configurationOf(issuer, clientId, PLAIN_SECRET);
      return (await client.authorizationCodeGrant(configuration, new URL(address))).access_token;
    },

    async takenUp(keys) {
      const wanted = keys.map(({ kid }) => kid).toSorted();
      const published = async () => {
        const { keys: now } = (await (await fetch(`${issuer}/jwks`)).json()) as { keys: { kid: string }[] };
        return now.map(({ kid }) => kid).toSorted();
      };
      while (!isDeepStrictEqual(await published(), wanted)) await new Promise(setImmediate);
    },

    async endEverything(accountId) {
      await opened.commit(people.signingOut(accountId));
    },

    async setPassword(accountId, password) {
      const account = await accounts.byId(accountId);
      if (!account) throw new Error('there is nobody by that id');
      const cleared = await guard.clearing(accountId);
      await opened.commit([...(await passwords.set(account, password, 'reset')), ...cleared]);
    },

    interrupt(steps, happens) {
      let came = false;
      interruption.steps = steps;
      interruption.happens = async () => {
        came = true;
        await happens();
      };
      return () => {
        interruption.steps = 0;
        return came;
      };
    },

    async events() {
      const { docs } = await store.find(auditEvents, everything, { sort: [{ path: 'id' }], limit: 1000 });
      return createAuditReader(store, secrets).open(docs);
    },
  };
};

export const providerWorld = async (options: ProviderWorldOptions = {}): Promise<ProviderWorld> => {
  await using stack = new AsyncDisposableStack();
  const parts = await standing(options, stack);
  const served = await serving(options, parts, stack);
  const person = creating(parts);
  const alice = await person({
    userName: 'alice',
    displayName: 'Alice Example',
    emails: [{ value: 'alice@example.test', primary: true }],
  });
  const owned = stack.move();
  return {
    ...served,
    ...doings(served),
    person,
    alice,
    browser: () => new HttpBrowser(parts.clock),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
};
