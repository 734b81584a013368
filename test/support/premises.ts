import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sqlite, type Engine } from './engines.ts';
import { freePort } from './free-port.ts';
import { openPostOffice, type PostOffice } from './post-office.ts';
import { startRelyingParty, type RelyingParty } from './relying-party.ts';

/** A part of the configuration file, as an operator would write it. */
export type ConfigTree = Readonly<Record<string, unknown>>;

export interface PremisesOptions {
  readonly store?: Engine;
  /** Laid over the world's own configuration, section by section. */
  readonly config?: ConfigTree;
  /** The section of the plugin that most stories are about. */
  readonly sspr?: ConfigTree;
  /** True for a world without a mail server: mail stays in the development mailbox. */
  readonly mailbox?: boolean;
  /** Metadata of the other app, where it is to be no first party, or to use other grants. */
  readonly otherParty?: ConfigTree;
}

/** What the product stands on and has around it, and what outlives its process: its files, mail, and apps. */
export interface Premises extends AsyncDisposable {
  readonly folder: string;
  readonly storeUrl: string;
  readonly issuer: string;
  /** From which the configuration is loaded. */
  readonly environment: Readonly<Record<string, string>>;
  readonly post: PostOffice;
  /** Two apps that sign people in here. */
  readonly party: RelyingParty;
  readonly otherParty: RelyingParty;
}

const isSection = (value: unknown): value is ConfigTree =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const overlaid = (under: ConfigTree, over: ConfigTree): ConfigTree => ({
  ...under,
  ...Object.fromEntries(
    Object.entries(over).map(([name, value]) => {
      const before = under[name];
      return [name, isSection(before) && isSection(value) ? overlaid(before, value) : value];
    }),
  ),
});

const configuration = (
  { config = {}, sspr = {}, mailbox = false }: PremisesOptions,
  surroundings: {
    folder: string;
    storeUrl: string;
    port: number;
    parties: readonly RelyingParty[];
    post: PostOffice;
  },
): ConfigTree => {
  const { folder, storeUrl, port, parties, post } = surroundings;
  const smtp = mailbox ? {} : { smtp: { host: '127.0.0.1', port: post.port, tls: 'none' } };
  const own = {
    issuer: `http://localhost:${String(port)}`,
    dataDir: folder,
    http: { port, host: 'localhost' },
    store: { url: storeUrl },
    mail: smtp,
    organisation: { name: 'Example', helpDesk: { mail: 'help@example.test' } },
    clients: parties.map(({ metadata }) => ({ ...metadata, client_secret: 'env:PARTY_SECRET' })),
    // A story may knock more often in a second of the test's clock than any person would.
    limits: { requests: 100_000 },
    demo: { enabled: false },
    // Most stories are about mail, whatever else would be allowed.
    plugins: { sspr: { policies: [{ name: 'everybody', methods: ['email'] }], ...sspr } },
  };
  return overlaid(own, config);
};

/** For worlds whose configuration says `masterKey: env:MASTER_KEY`, as production has to. */
const MASTER_KEY = Buffer.alloc(32, 1).toString('base64');

/**
 * @param template other premises, at rest: everything in them is there from the start
 */
export const openPremises = async (
  options: PremisesOptions = {},
  template?: Pick<Premises, 'folder' | 'storeUrl'>,
): Promise<Premises> => {
  const { store = sqlite } = options;
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-world-'));
  stack.defer(() => rm(folder, { recursive: true }));
  if (template) await cp(template.folder, folder, { recursive: true });
  const storeUrl = await store.url(folder);
  if (template) await store.copy(template.storeUrl, storeUrl);
  const post = stack.use(await openPostOffice());
  const party = stack.use(await startRelyingParty('app'));
  const otherParty = stack.use(await startRelyingParty('other-app', options.otherParty));
  const port = await freePort();
  const file = join(folder, 'latchkey.yaml');
  const parties = [party, otherParty];
  await writeFile(file, JSON.stringify(configuration(options, { folder, storeUrl, port, parties, post })));
  const owned = stack.move();
  return {
    folder,
    storeUrl,
    issuer: `http://localhost:${String(port)}`,
    environment: { LATCHKEY_CONFIG: file, PARTY_SECRET: party.secret, MASTER_KEY },
    post,
    party,
    otherParty,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
};
