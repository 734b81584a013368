import { z } from 'zod';
import type { OperatorTemplates } from '../kernel/operator-templates.ts';
import { Confidential } from '../kernel/confidential.ts';
import { LANGUAGES } from '../kernel/languages.ts';
import { audit } from './audit.ts';
import { configuredClient } from './clients.ts';
import { count, duration, file, httpAddress, secret, section } from './fields.ts';
import { sms, voice } from './telephony.ts';

const colour = () => z.string().regex(/^#[0-9a-fA-F]{6}$/, 'a colour such as #0b5cad');

const organisation = section({
  name: z.string().min(1).max(60).default('Latchkey').describe('Name on pages and in mail.'),
  helpDesk: section({
    mail: z.email().exactOptional().describe('Mail address of the help desk.'),
    phone: z.string().min(3).max(40).exactOptional().describe('Telephone of the help desk, as people should read it.'),
    url: z
      .url({ protocol: /^https?$/ })
      .exactOptional()
      .describe('Page of the help desk.'),
  }).describe('Who helps when nothing else does; shown on every page.'),
  mailDomains: z
    .array(z.hostname())
    .default([])
    .describe("The organisation's own mail domains: an address there cannot be read by someone locked out."),
  logo: file().exactOptional().describe('Path of an SVG or PNG file shown instead of the name.'),
  colours: section({
    accent: colour().default('#0b5cad').describe('Buttons and links; the text on it is chosen for contrast.'),
    background: colour().exactOptional().describe('Behind the card, where the system asks for light pages.'),
  }).describe('The two colours that can be chosen.'),
}).describe('Whose service this is.');

const http = section({
  host: z.string().min(1).default('127.0.0.1').describe('Name or address to listen on; `0.0.0.0` for all.'),
  port: z.int().min(0).max(65_535).default(3000).describe('TCP port to listen on.'),
  trustedProxies: z
    .array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], 'an IP address or a CIDR range'))
    .default([])
    .describe('Proxies whose X-Forwarded-For and X-Forwarded-Proto are believed; nobody unless named here.'),
  workers: z
    .union([z.literal('auto'), z.int().min(1).max(64)], '`auto` or a number from 1 to 64')
    .default(1)
    .describe('Processes that share the port; `auto` starts one for each processor.'),
}).describe('The listening side.');

const STORE_HINT = 'sqlite:PATH, mongodb://…, mongodb+srv://…, env:NAME or file:PATH';

const store = section({
  url: z
    .string(STORE_HINT)
    .regex(/^(sqlite:|mongodb:\/\/|mongodb\+srv:\/\/|env:|file:)/, STORE_HINT)
    .meta({ secret: true })
    .transform((reference) => new Confidential(reference))
    .prefault('sqlite:')
    .describe('`sqlite:` keeps a file in the data directory, `sqlite:PATH` another one; MongoDB serves many nodes.'),
}).describe('Where everything is kept.');

const smtp = z.strictObject({
  host: z.string().min(1).describe('Mail server that takes our mail.'),
  port: count(1, 65_535, 587).describe('Its port.'),
  tls: z
    .enum(['starttls', 'implicit', 'none'])
    .default('starttls')
    .describe(
      '`starttls` refuses to go on in the clear, `implicit` is port 465, `none` is for a relay on a trusted wire.',
    ),
  user: z.string().min(1).exactOptional().describe('Name to sign in to the mail server with.'),
  password: secret().exactOptional().describe('Password to sign in to the mail server with.'),
  ca: file().exactOptional().describe('Path of a PEM file with the authority that signed its certificate.'),
});

const LONGEST_BOUNCE_NAME = 13;

const bounces = z.strictObject({
  address: z
    .email()
    .refine((text) => text.indexOf('@') <= LONGEST_BOUNCE_NAME, {
      error: `has at most ${String(LONGEST_BOUNCE_NAME)} characters before the @: each message adds 51 to them`,
    })
    .describe(
      'Such as bounces@example.org. Each mail names an address of its own as the one to return to, `bounces+…@example.org`; whatever is delivered there has to come to the listener or to `latchkey bounce`.',
    ),
  listen: z
    .strictObject({
      host: z.string().min(1).default('127.0.0.1').describe('Name or address to listen on.'),
      port: count(1, 65_535, 2424).describe('TCP port to listen on.'),
      protocol: z
        .enum(['lmtp', 'smtp'])
        .default('lmtp')
        .describe('What the mail server in front of it speaks; there is no TLS, so keep it on a trusted wire.'),
    })
    .exactOptional()
    .describe('Listens for returned mail; without it a mail server hands it to `latchkey bounce`.'),
});

const mail = section({
  from: z
    .string()
    .min(3)
    .exactOptional()
    .describe('Sender of our mail: an address, or `Name <address>`. `no-reply` at the host of the issuer unless set.'),
  replyTo: z.email().exactOptional().describe('Where answers to our mail go.'),
  bounces: bounces
    .exactOptional()
    .describe('Takes in mail that could not be delivered, so that people are asked about addresses that are gone.'),
  smtp: smtp
    .exactOptional()
    .describe(
      'Mail server; without one the development profile keeps mail in its mailbox page and production will not start.',
    ),
}).describe('Outgoing mail.');

const push = z.strictObject({
  subject: z
    .url({ protocol: /^(https|mailto)$/, error: 'an address such as mailto:admin@example.com or https://example.com' })
    .describe('Where push services reach you when something is wrong: `mailto:` or `https:` (RFC 8292).'),
  key: secret()
    .exactOptional()
    .describe(
      'VAPID private key, 32 bytes in base64url. Made once and kept sealed in the store unless set; browsers that subscribed under another key have to do so anew.',
    ),
  hosts: z
    .array(z.string().min(1))
    .default([])
    .describe(
      'Push services besides those of Google, Mozilla, Apple and Microsoft, with port where it is not the usual one. They may be on private addresses; without TLS on loopback only.',
    ),
  ca: file()
    .exactOptional()
    .describe('Path of a PEM file with the authority that signed the certificates of these hosts.'),
});

const signIn = section({
  session: section({
    idle: duration('12h').describe('A sign-in session ends when unused for so long.'),
    max: duration('7d').describe('A sign-in session ends after so long, used or not.'),
  }).describe('How long people stay signed in.'),
  interaction: duration('1h').describe('A sign-in that was begun may be finished within this time.'),
  knownBrowser: duration('365d').describe('A browser where someone signed in is known as theirs for so long.'),
  guard: section({
    attempts: count(1, 1000, 10).describe('Different wrong passwords after which an account pauses.'),
    pause: duration('1m').describe('The first pause; each further one is twice as long.'),
    longestPause: duration('1h').describe('No pause is longer.'),
  }).describe('Guessing of passwords; known and strange browsers are counted apart.'),
}).describe('Signing in.');

/** What pages tell people of apps that go on for a while after everything was signed out (milliseconds). */
const LONGEST_JWT = 300_000;

const tokens = section({
  authorizationCode: duration('1m').describe('Time to redeem an authorization code.'),
  idToken: duration('1h').describe('Life of an ID token.'),
  accessToken: duration('1h').describe('Life of an opaque access token, which can be revoked at any time.'),
  jwtAccessToken: duration('5m')
    .refine((life) => life <= LONGEST_JWT, {
      error: 'must be at most 5m: for so long it outlives a reset, as pages tell people',
    })
    .describe('Life of a JWT access token, which cannot be called back; 5m at most.'),
  clientCredentials: duration('10m').describe('Life of an opaque access token of a client without a person.'),
  refreshToken: duration('30d').describe('Life of a refresh token; each use replaces it.'),
  deviceCode: duration('10m').describe('Time to approve a device.'),
}).describe('Life of codes and tokens.');

const passwords = section({
  history: count(0, 24, 5).describe('Passwords before the present one that nobody may choose again.'),
}).describe('Passwords that are kept here, and not by a directory.');

const hashing = section({
  parallel: z
    .union([z.literal('auto'), z.int().min(1).max(64)], '`auto` or a number from 1 to 64')
    .default('auto')
    .describe('Password hashes at once; `auto` is one for each processor, and two fewer than the thread pool has.'),
  queue: count(1, 100_000, 200).describe('Hashes that may wait; one more is answered with 503 and Retry-After.'),
}).describe('Password hashing.');

const locales = section({
  default: z.string().min(2).default('en').describe('Language for people whose own there is not.'),
  available: z
    .array(z.string().min(2))
    .min(1)
    .default([...LANGUAGES])
    .describe('Languages to offer, as BCP 47 tags.'),
}).describe('Languages of pages and mail.');

const limits = section({
  requests: count(1, 1_000_000, 6000).describe(
    'Requests that one address may make in a window; a whole office may share an address.',
  ),
  window: duration('1m').describe('Length of that window.'),
}).describe('How much one network address may ask for.');

const resource = z.strictObject({
  resource: z.url().describe('Absolute URI of the API, as apps name it and as `aud` of its tokens.'),
  scope: z.string().default('').describe('Scopes of its own, separated by spaces.'),
  format: z
    .enum(['jwt', 'opaque'])
    .default('jwt')
    .describe('`jwt` is verified by the API itself and cannot be called back; `opaque` is introspected.'),
});

const outgoing = section({
  privateHosts: z
    .array(z.string().min(1))
    .default([])
    .describe('Hosts on private addresses that may be told of a sign-out, with port where it is not the usual one.'),
}).describe('Requests that the server sends to apps; private addresses are refused unless named.');

const metrics = z.strictObject({
  token: secret().describe(
    'Bearer token of whoever may read them: 32 characters or more, as `openssl rand -hex 32` makes.',
  ),
});

const demo = section({
  enabled: z
    .boolean()
    .exactOptional()
    .describe('Demo people, demo app and mailbox page; on in the development profile, refused in production.'),
}).describe('What shows the product to a newcomer.');

/** The configuration file as written, without the plugins' sections. */
export const fileSchema = z.strictObject({
  profile: z
    .enum(['development', 'production'])
    .default('development')
    .describe('`production` refuses everything that is good for trying out only.'),
  issuer: httpAddress()
    .exactOptional()
    .describe(
      'The address that people and apps see; every link is built from it. http://localhost:PORT in development.',
    ),
  dataDir: z.string().min(1).default('data').describe('Folder for the embedded store and the development master key.'),
  masterKey: secret()
    .exactOptional()
    .describe(
      '32 bytes in base64 or hex under which secrets in the store are sealed; several, newest first, separated by commas. In development a key is made in the data directory.',
    ),
  organisation,
  http,
  store,
  mail,
  sms: sms
    .exactOptional()
    .describe('Text messages; without a carrier the development profile keeps them in its mailbox page.'),
  voice: voice
    .exactOptional()
    .describe(
      'Calls that read a code aloud; without a carrier the development profile writes them down in its mailbox.',
    ),
  push: push
    .exactOptional()
    .describe('Web push to phones that approve; without it they look for requests while their page is open.'),
  signIn,
  tokens,
  clients: z
    .array(configuredClient)
    .default([])
    .describe('Apps that sign people in here, by their metadata (RFC 7591).'),
  resources: z.array(resource).default([]).describe('APIs that access tokens may be meant for (RFC 8707).'),
  outgoing,
  passwords,
  hashing,
  locales,
  templates: z
    .string()
    .min(1)
    .exactOptional()
    .describe(
      'Folder with messages in your own words, as LANGUAGE/PLUGIN/CHANNEL/NAME.PART; relative to the configuration file.',
    ),
  limits,
  metrics: metrics
    .exactOptional()
    .describe('Figures for Prometheus at `/metrics`; there is no such page without this section.'),
  audit,
  demo,
});

type Parsed = z.output<typeof fileSchema>;

/** What the program runs by: every choice made, times in milliseconds, paths absolute, secrets read. */
export type Config = Omit<Parsed, 'issuer' | 'mail' | 'http' | 'hashing' | 'demo' | 'templates'> & {
  /** Without a trailing slash. */
  readonly issuer: string;
  readonly mail: Parsed['mail'] & { readonly from: string };
  readonly http: Omit<Parsed['http'], 'workers'> & { readonly workers: number };
  readonly hashing: { readonly parallel: number; readonly queue: number };
  readonly demo: { readonly enabled: boolean };
  /** Messages in the operator's own words. */
  readonly templates: OperatorTemplates;
  /** Each plugin's own section, parsed by its schema. */
  readonly plugins: Readonly<Record<string, unknown>>;
};
