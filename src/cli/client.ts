import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { z } from 'zod';
import { clientMetadata } from '../config/clients.ts';
import type { ClientMetadata } from '../config/clients.ts';
import { all } from '../directory/all-pages.ts';
import type { Foundation } from '../foundation.ts';
import { AppError } from '../kernel/errors.ts';
import { randomToken } from '../kernel/random.ts';
import { clients, fromStoredClient, toStoredClient } from '../oidc/clients.ts';
import type { StoredClient } from '../oidc/clients.ts';
import { loadKeys } from '../oidc/keys.ts';
import { change } from '../store/port.ts';
import type { Change } from '../store/port.ts';
import { everything } from '../store/query.ts';
import { atWork, BY_CLI, collect, commitFresh, table } from './at-work.ts';
import type { Cli, CliCommand } from './cli.ts';

interface AddOptions {
  readonly secret?: string;
  readonly name?: string;
  readonly redirectUri?: readonly string[];
  readonly postLogoutUri?: readonly string[];
  readonly public?: boolean;
  readonly firstParty?: boolean;
  readonly file?: string;
  readonly json?: boolean;
}

const fromOptions = (id: string, options: AddOptions): unknown => ({
  client_id: id,
  ...(options.name !== undefined && { client_name: options.name }),
  ...(options.secret !== undefined && { client_secret: options.secret }),
  ...(options.public === true && { token_endpoint_auth_method: 'none' }),
  redirect_uris: options.redirectUri ?? [],
  ...(options.postLogoutUri && { post_logout_redirect_uris: options.postLogoutUri }),
  grant_types: ['authorization_code', 'refresh_token'],
  ...(options.firstParty === true && { first_party: true }),
});

const fromFile = async (path: string): Promise<unknown> => {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new AppError('bad_request', `${path} cannot be read as JSON: ${why}`, { cause });
  }
};

/** One client or a list of them. Throws `bad_request` with every fault. */
const parse = (given: unknown): readonly ClientMetadata[] => {
  const parsed = z.array(clientMetadata).safeParse(Array.isArray(given) ? given : [given]);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new AppError('bad_request', `client metadata (RFC 7591) with faults: ${faults.join('; ')}`);
};

const WITHOUT_SECRET = new Set(['none', 'private_key_jwt']);

/** A secret for a client that needs one and was given none; of letters that nobody has to percent-encode. */
const withSecret = (client: ClientMetadata, rooms: Foundation): ClientMetadata =>
  client.client_secret !== undefined || WITHOUT_SECRET.has(client.token_endpoint_auth_method ?? '')
    ? client
    : { ...client, client_secret: randomToken(rooms.random) };

const refuseFaulty = async (rooms: Foundation, given: readonly ClientMetadata[]): Promise<void> => {
  const { clientCheckAlone } = await import('../oidc/client-check.ts');
  const { issuer, clients: configured } = rooms.config;
  const check = clientCheckAlone(issuer, await loadKeys(rooms));
  const faults = given.flatMap((client) => {
    const id = client.client_id;
    if (configured.some((each) => each.client_id === id)) return [`${id}: the configuration has a client of that id`];
    const fault = check(client);
    return fault === undefined ? [] : [`${id}: ${fault}`];
  });
  if (faults.length > 0) throw new AppError('bad_request', faults.join('; '));
};

const adding = ({ secrets, clock, audit }: Foundation, client: ClientMetadata): readonly Change[] => [
  change.insert(clients, toStoredClient(secrets, client, clock.now())),
  audit.event({ ...BY_CLI, type: 'client.added', result: 'success', clientId: client.client_id }),
];

const metadataOf = async (id: string | undefined, options: AddOptions): Promise<unknown> => {
  if (options.file !== undefined && id === undefined) return fromFile(options.file);
  if (options.file === undefined && id !== undefined) return fromOptions(id, options);
  throw new AppError('bad_request', 'name a client, or a file with --file, and not both');
};

const add = (cli: Cli): Command =>
  new Command('add')
    .description('register an app; further kinds of client by --file')
    .argument('[id]', 'client id')
    .option('--secret <secret>', 'its secret; made, and shown once, where none is given')
    .option('--name <name>', 'name that people see')
    .option('--redirect-uri <uri>', 'where answers may be sent; may be given several times', collect)
    .option('--post-logout-uri <uri>', 'where sign-out may end; may be given several times', collect)
    .option('--public', 'an app that can keep no secret')
    .option('--first-party', "one of the organisation's own: people are not asked for consent")
    .option('--file <path>', 'client metadata (RFC 7591) as JSON, one object or a list')
    .option('--json', 'print what was registered as JSON')
    .action(async (id: string | undefined, options: AddOptions) => {
      const given = parse(await metadataOf(id, options));
      const added = await atWork(cli, async (rooms) => {
        const complete = given.map((client) => withSecret(client, rooms));
        await refuseFaulty(rooms, complete);
        await commitFresh(rooms, async () => complete.flatMap((client) => adding(rooms, client)), {
          id: 'there is a client of that id already',
        });
        return complete;
      });
      if (options.json === true) cli.printJson(options.file !== undefined && added.length > 1 ? added : added[0]);
      else for (const client of added) cli.print(`added ${client.client_id}${secretLine(client, given)}`);
    });

/** A secret that was made is told here, and nowhere else again. */
const secretLine = (client: ClientMetadata, given: readonly ClientMetadata[]): string => {
  const own = given.find(({ client_id }) => client_id === client.client_id)?.client_secret;
  return own === undefined && client.client_secret !== undefined ? `, its secret is ${client.client_secret}` : '';
};

/** Everything but the secret. */
const shown = (rooms: Foundation, client: StoredClient, source: 'store' | 'configuration' = 'store') => {
  const { client_secret: _secret, ...metadata } = fromStoredClient(rooms.secrets, client);
  return { ...metadata, source };
};

const configuredClients = ({ config }: Foundation) =>
  config.clients.map(({ client_secret: _secret, ...metadata }) => ({ ...metadata, source: 'configuration' as const }));

const everyClient = async (rooms: Foundation) => [
  ...configuredClients(rooms),
  ...(await all(rooms.store, clients, everything, 'id')).map((client) => shown(rooms, client)),
];

const list = (cli: Cli): Command =>
  new Command('list')
    .description('list all clients, those of the configuration first')
    .option('--json', 'print them as JSON')
    .action(async ({ json }: { json?: boolean }) => {
      const found = await atWork(cli, everyClient);
      if (json === true) {
        cli.printJson(found);
        return;
      }
      const rows = found.map((client) => [
        client.client_id,
        client.client_name ?? '',
        client.first_party === true ? 'own' : 'asks',
        client.source,
      ]);
      for (const line of table([['CLIENT', 'NAME', 'CONSENT', 'FROM'], ...rows])) cli.print(line);
    });

const show = (cli: Cli): Command =>
  new Command('show')
    .description('show one client, without its secret')
    .argument('<id>', 'client id')
    .option('--json', 'print it as JSON')
    .action(async (id: string) => {
      const found = await atWork(cli, async (rooms) =>
        (await everyClient(rooms)).find(({ client_id }) => client_id === id),
      );
      if (!found) throw new AppError('not_found', `there is no client ${JSON.stringify(id)}`);
      cli.printJson(found);
    });

const remove = (cli: Cli): Command =>
  new Command('remove')
    .description('remove a client; what it was given is worth nothing from then on')
    .argument('<id>', 'client id')
    .action(async (id: string) => {
      await atWork(cli, (rooms) =>
        commitFresh(
          rooms,
          async () => [
            change.take(clients, id),
            rooms.audit.event({ ...BY_CLI, type: 'client.removed', result: 'success', clientId: id }),
          ],
          { missing: `no client ${JSON.stringify(id)} was added by command` },
        ),
      );
      cli.print(`removed ${id}`);
    });

export const client: CliCommand = (cli) =>
  new Command('client')
    .description('apps that sign people in here')
    .addCommand(add(cli))
    .addCommand(list(cli))
    .addCommand(show(cli))
    .addCommand(remove(cli));
