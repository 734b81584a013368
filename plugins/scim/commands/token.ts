import { DAY } from '../../../src/kernel/clock.ts';
import { AppError } from '../../../src/kernel/errors.ts';
import type { CommandContext, CommandContribution } from '../../../src/plugin.ts';
import { change, pagesOf } from '../../../src/store/port.ts';
import { eq, everything } from '../../../src/store/query.ts';
import { creatingToken, scimTokens, SLOTS } from '../clients/tokens.ts';
import type { ScimToken } from '../clients/tokens.ts';
import { CLIENT_NAME, typeNames } from '../config.ts';
import type { ScimConfig } from '../config.ts';

type Context = CommandContext<ScimConfig>;
type Command = CommandContribution<ScimConfig>;

const MOST_DAYS = 3650;

/** Long enough that nobody makes a token more often than a certificate, and no forgotten one lasts for ever. */
const DAYS = 365;

const nameIn = ({ options }: Context): string => {
  const name = String(options['name'] ?? '');
  if (!CLIENT_NAME.test(name)) {
    throw new AppError('bad_request', 'a name has lower-case letters, digits and dashes, 40 at most');
  }
  return name;
};

const typesIn = ({ options }: Context): ScimToken['types'] => {
  const given = options['types'];
  if (typeof given !== 'string') return [...typeNames];
  const names = given.split(',').map((name) => name.trim());
  const types = typeNames.filter((type) => names.includes(type));
  if (types.length !== names.length) {
    throw new AppError('bad_request', `types are some of ${typeNames.join(',')}, separated by commas`);
  }
  return types;
};

const expiryIn = ({ options, host }: Context): { readonly expiresAt?: number } => {
  const given = options['days'];
  if (options['neverExpires'] === true) {
    if (given === undefined) return {};
    throw new AppError('bad_request', 'a token expires after some days or never, not both');
  }
  const days = Number(given ?? DAYS);
  if (!Number.isInteger(days) || days < 1 || days > MOST_DAYS) {
    throw new AppError('bad_request', `days are a number from 1 to ${String(MOST_DAYS)}`);
  }
  return { expiresAt: host.clock.now() + days * DAY };
};

const freeSlot = async ({ host }: Context, name: string): Promise<(typeof SLOTS)[number]> => {
  const { docs } = await host.store.find(scimTokens, eq('name', name));
  const free = SLOTS.find((slot) => !docs.some(({ id }) => id === `${name}.${String(slot)}`));
  if (free === undefined) throw new AppError('bad_request', `${name} has two tokens already: revoke one of them first`);
  return free;
};

const create: Command = {
  name: 'scim token create',
  description:
    'make a bearer token, which is shown once; a client may have two, so that one can take the place of the other',
  options: [
    { flags: '--name <name>', description: 'the client, whose people and groups it writes', required: true },
    { flags: '--read', description: 'for reading only' },
    { flags: '--types <types>', description: 'kinds of resources: User, Group or both (the default)' },
    { flags: '--days <days>', description: `days until it expires; ${String(DAYS)} unless said` },
    { flags: '--never-expires', description: 'for a client that nobody could give another token to in time' },
  ],
  async run(context) {
    const { host, commit, options, by } = context;
    const name = nameIn(context);
    const access = options['read'] === true ? 'read' : 'write';
    const facts = { name, access, types: typesIn(context), ...expiryIn(context) } as const;
    const made: { token?: string; id?: string } = {};
    await commit(
      async () => {
        const slot = await freeSlot(context, name);
        const { token, id, change: creating } = creatingToken(host, { ...facts, slot, createdAt: host.clock.now() });
        Object.assign(made, { token, id });
        return [creating, host.audit.event({ ...by, type: 'scim.token.created', result: 'success', reason: id })];
      },
      { id: `somebody else is making a token for ${name}: try again` },
    );
    const { token = '', id } = made;
    const { types, ...rest } = facts;
    return { value: { id, ...rest, types, url: `${host.issuer}/scim/v2`, token }, text: [token] };
  },
};

const day = (at: number | undefined, absent = ''): string =>
  at === undefined ? absent : new Date(at).toISOString().slice(0, 10);

const list: Command = {
  name: 'scim token list',
  description: 'list the bearer tokens, and when each was last used',
  async run({ host }) {
    const tokens: Omit<ScimToken, 'hash'>[] = [];
    for await (const page of pagesOf(host.store, scimTokens, everything)) {
      tokens.push(...page.map(({ hash: _hash, version: _version, ...token }) => token));
    }
    const rows = tokens.map(({ id, access, types, createdAt, expiresAt, lastUsedAt }) => [
      ...[id, access, types.join(','), day(createdAt), day(expiresAt, 'never'), day(lastUsedAt)],
    ]);
    return { value: tokens, text: [[['ID', 'ACCESS', 'TYPES', 'CREATED', 'EXPIRES', 'LAST USED'], ...rows]] };
  },
};

const revoke: Command = {
  name: 'scim token revoke',
  description: 'end a bearer token at once',
  arguments: [{ name: 'id', description: 'as the list has it, such as entra.1' }],
  async run({ host, commit, arguments: { id = '' }, by }) {
    await commit(
      () =>
        Promise.resolve([
          change.take(scimTokens, id),
          host.audit.event({ ...by, type: 'scim.token.revoked', result: 'success', reason: id }),
        ]),
      { missing: `there is no token ${JSON.stringify(id)}` },
    );
    return { value: { id }, text: [`revoked ${id}`] };
  },
};

export const tokenCommands: readonly Command[] = [create, list, revoke];
