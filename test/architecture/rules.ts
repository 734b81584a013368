import type { Import } from './source-files.ts';

interface Rule {
  /** Files whose path begins so. The first rule that fits a file is its rule. */
  readonly who: string;
  /** Own files it may run: paths that begin so. Its own folder is always allowed. */
  readonly may: readonly string[];
  /** Own files it may take types from, besides. */
  readonly types?: readonly string[];
  /** What to do instead. */
  readonly instead: string;
}

/** The files in src/ itself: they put the parts together. */
const ROOMS = 'src/*';

const kernel = 'src/kernel/';
const port = ['src/store/port.ts', 'src/store/query.ts'];
const parts = [
  'src/audit/',
  'src/directory/',
  'src/http/',
  'src/limits/',
  'src/metrics/',
  'src/notify/',
  'src/sign-in/',
];
const contract = [
  ...[
    'src/plugin.ts',
    'src/plugin-command.ts',
    'src/plugin-doctor.ts',
    'src/plugin-sign-in.ts',
    'src/config/schema.ts',
    'src/config/clients.ts',
  ],
  ...parts,
];

/** What puts the parts together for the command line. */
const program = [
  ...['src/foundation.ts', 'src/command-host.ts', 'src/host-findings.ts'],
  ...['src/installed.ts', 'src/app.ts', 'src/main.ts'],
];

const part = (who: string): Rule => ({
  who,
  may: [kernel, ...port],
  types: contract,
  instead: 'Take what you need as an argument whose type you import; src/app.ts puts the parts together.',
});

export const rules: readonly Rule[] = [
  { who: kernel, may: [], instead: 'The kernel knows nobody: move what needs more out of it.' },
  {
    who: 'src/store/sqlite/',
    may: [kernel, ...port, 'src/store/'],
    instead: 'An engine knows the port and what engines share, never another engine.',
  },
  {
    who: 'src/store/mongo/',
    may: [kernel, ...port, 'src/store/'],
    instead: 'An engine knows the port and what engines share, never another engine.',
  },
  {
    who: 'src/store/',
    may: [kernel],
    instead: 'The store knows the kernel only; describe a collection where it is used.',
  },
  {
    who: 'src/config/',
    may: [kernel, ...port],
    instead: 'A part reads its options from an argument; a plugin describes its own section.',
  },
  ...parts
    .map(part)
    .map((rule) => (rule.who === 'src/sign-in/' ? { ...rule, may: [...rule.may, 'src/http/route.ts'] } : rule)),
  {
    who: 'src/oidc/',
    may: [kernel, ...port, ...parts],
    types: contract,
    instead: 'The provider asks plugins through src/plugin.ts and is put together in src/app.ts.',
  },
  {
    who: 'src/demo/',
    may: [kernel, ...port, ...parts, 'src/plugin.ts'],
    types: contract,
    instead: 'The demo is an ordinary app and an ordinary user of the parts.',
  },
  {
    who: 'src/plugin.ts',
    may: [
      ...[kernel, 'src/config/fields.ts', 'src/http/route.ts', 'src/sign-in/levels.ts'],
      ...['src/directory/account.ts', 'src/directory/group.ts', 'src/directory/person.ts'],
    ],
    types: [...port, ...contract, 'src/oidc/access-tokens.ts'],
    instead: 'The contract is types and the few values that plugins make; no part of the host runs because of it.',
  },
  {
    who: 'src/cli/',
    may: [kernel, 'src/store/', 'src/config/', ...parts, 'src/oidc/', ...program],
    types: contract,
    instead: 'A command uses the parts; a plugin adds commands of its own.',
  },
  {
    who: 'src/main.ts',
    may: [kernel, 'src/config/', 'src/cli/', 'src/app.ts', 'src/workers.ts'],
    instead: 'Put it together in src/app.ts.',
  },
  { who: 'src/log.ts', may: [kernel], instead: 'Logging knows nobody.' },
  { who: 'src/app.ts', may: ['src/'], instead: 'A plugin is named in src/installed.ts.' },
  { who: 'src/installed.ts', may: ['src/', 'plugins/'], instead: '' },
  { who: 'src/embed.ts', may: ['src/', 'plugins/'], instead: '' },
  {
    who: ROOMS,
    may: ['src/'],
    instead:
      'Only src/installed.ts and src/embed.ts know plugins by name, and only src/store/open.ts knows the engines.',
  },
  {
    who: 'plugins/',
    may: [kernel, ...port, 'src/plugin.ts'],
    instead: 'A plugin sees what src/plugin.ts shows it; what it needs besides belongs into the contract.',
  },
  { who: 'examples/', may: [], instead: 'An example is somebody else: it imports the package by its name.' },
];

/** Libraries that speak a protocol or own a format: one file imports each, and the rest of us speaks to that file. */
export const importers: Readonly<Record<string, readonly string[]>> = {
  '@node-rs/argon2': ['src/directory/password-hashing.ts'],
  '@simplewebauthn/server': ['plugins/sspr/passkeys/webauthn.ts'],
  'libphonenumber-js': ['src/notify/phone-number.ts'],
  ldapts: ['plugins/ldap/connection/requests.ts'],
  mongoose: ['src/store/mongo/connection.ts'],
  nodemailer: ['src/notify/mail-channel.ts'],
  // A thread shares no module with the one that started it.
  'node:sqlite': ['src/store/sqlite/connection.ts', 'src/store/sqlite/checkpoint-thread.ts'],
  'openid-client': ['src/demo/openid.ts'],
  pino: ['src/log.ts'],
  'prom-client': ['src/metrics/registry.ts'],
  smpp: ['src/notify/smpp-link.ts'],
  'smtp-server': ['src/notify/bounce-listener.ts'],
  'web-push': ['src/notify/push-channel.ts'],
  yaml: ['src/config/file.ts'],
};

/** Files that may be longer than {@link LONGEST} lines, each with its reason. */
export const longFiles: Readonly<Record<string, string>> = {};
export const LONGEST = 300;

/** The folder that a file may always use: its plugin, else the folder it lies in. */
const home = (path: string): string =>
  /^(plugins|examples)\/[^/]+\//.exec(path)?.[0] ?? path.slice(0, path.lastIndexOf('/') + 1);

export const ruleOf = (path: string): Rule | undefined =>
  rules.find(({ who }) => (who === ROOMS ? /^src\/[^/]+$/.test(path) : path.startsWith(who)));

/** What is wrong with an import between our own files, or nothing. */
export const fault = (path: string, { to, line, typeOnly }: Import): string | undefined => {
  if (!/^(src|plugins|examples|test|scripts|bench)\//.test(to)) return undefined;
  const rule = ruleOf(path);
  if (!rule) return `${path} has no rule in test/architecture/rules.ts`;
  const folder = home(path);
  const own = folder !== 'src/' && to.startsWith(folder);
  const otherEngine =
    rule.who.startsWith('src/store/') && /^src\/store\/\w+\//.test(to) && path !== 'src/store/open.ts';
  if (own || (path === 'src/store/open.ts' && to.startsWith('src/store/'))) return undefined;
  const allowed = [...rule.may, ...(typeOnly ? (rule.types ?? []) : [])];
  if (!otherEngine && allowed.some((start) => to.startsWith(start))) return undefined;
  return `${path}:${line} must not import ${typeOnly ? 'types of ' : ''}${to}. ${rule.instead}`;
};
