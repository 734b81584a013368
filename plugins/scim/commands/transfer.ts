import { AppError } from '../../../src/kernel/errors.ts';
import type { CommandContext, CommandContribution, CommandOutput, Group, Groups, Person } from '../../../src/plugin.ts';
import type { Stored } from '../../../src/store/port.ts';
import { eq } from '../../../src/store/query.ts';
import { sourceOf } from '../clients/client.ts';
import { scimTokens } from '../clients/tokens.ts';
import type { ScimConfig } from '../config.ts';
import { ownableNames } from '../ownership/names.ts';
import { transferring } from '../ownership/transfer.ts';
import { extensionSchemas } from '../schema/extension.ts';
import { resourceTypes } from '../schema/resource-types.ts';
import { directoryOf } from './directory.ts';

type Context = CommandContext<ScimConfig>;

/** Throws `bad_request` where nobody could write for a client of that name. */
const sourceIn = async ({ host, config, options }: Context): Promise<string> => {
  if (options['local'] === true) return 'local';
  const name = options['to'];
  if (typeof name !== 'string') throw new AppError('bad_request', 'say --to <client>, or --local');
  const { docs } = await host.store.find(scimTokens, eq('name', name), { limit: 1 });
  if (docs.length === 0 && !config.clients.some((client) => client.name === name)) {
    throw new AppError('bad_request', `there is no SCIM client ${JSON.stringify(name)}: make a token for it first`);
  }
  return sourceOf({ name });
};

const personOf = async ({ host, account }: Context, user: string): Promise<Stored<Person>> => {
  const { id } = await account(user);
  const person = await directoryOf(host).people.byId(id);
  if (!person) throw new AppError('not_found', `there is no user ${JSON.stringify(user)}`);
  return person;
};

/** Attributes that go to another source by themselves. Throws `bad_request` for others than there are. */
const attributesIn = ({ config, options }: Context): readonly string[] | undefined => {
  const given = options['attributes'];
  if (typeof given !== 'string') return undefined;
  const names = given.split(',').map((name) => name.trim());
  const ownable = ownableNames(resourceTypes(extensionSchemas(config.extensions)).User);
  const unknown = names.find((name) => !ownable.includes(name));
  if (unknown !== undefined) {
    throw new AppError('bad_request', `no attribute ${JSON.stringify(unknown)} can have a source of its own`);
  }
  return [...new Set(names)];
};

const handAttributes = async (
  context: Context,
  user: string,
  to: string,
  attributes: readonly string[],
): Promise<CommandOutput> => {
  const { host, commit, by } = context;
  const { people } = directoryOf(host);
  const { id, userName, ...person } = await personOf(context, user);
  if (attributes.every((name) => people.ownership.ownerOf(person, name) === to)) {
    throw new AppError('bad_request', `${attributes.join(', ')} of ${userName} belong to ${to} already`);
  }
  await commit(async () => people.settingAttributeSource(await personOf(context, user), attributes, to, by));
  return {
    value: { id, userName, attributes, to },
    text: [`${attributes.join(', ')} of ${userName} belong to ${to} now`],
  };
};

const groupOf = async (groups: Groups, name: string): Promise<Stored<Group>> => {
  const group = (await groups.byId(name)) ?? (await groups.byName(name));
  if (!group) throw new AppError('not_found', `there is no group ${JSON.stringify(name)}`);
  return group;
};

const handGroup = async ({ host, commit, by }: Context, name: string, to: string): Promise<CommandOutput> => {
  const { groups } = directoryOf(host);
  const { id, displayName, source: from } = await groupOf(groups, name);
  if (from === to) throw new AppError('bad_request', `${displayName} belongs to ${to} already`);
  await commit(async () => groups.settingSource(await groupOf(groups, id), to, by), {
    localName: `another group here is called ${JSON.stringify(displayName)}: rename one of them first`,
  });
  const text = `the group ${displayName} belongs to ${to} now, and to ${from} no more`;
  return { value: { id, displayName, from, to }, text: [text] };
};

const handPerson = async (context: Context, user: string, to: string): Promise<CommandOutput> => {
  const { host, commit, by } = context;
  const { id, userName, source: from } = await personOf(context, user);
  if (from === to) throw new AppError('bad_request', `${userName} belongs to ${to} already`);
  await commit(async () => transferring(host, directoryOf(host), await personOf(context, user), to, by));
  return { value: { id, userName, from, to }, text: [`${userName} belongs to ${to} now, and to ${from} no more`] };
};

export const transfer: CommandContribution<ScimConfig> = {
  name: 'scim transfer',
  description: 'let another client write a person, some attributes of one, or a group, and the one before no more',
  arguments: [{ name: 'name', description: 'user name, mail address or id; of a group its name or id' }],
  options: [
    { flags: '--to <client>', description: 'name of the SCIM client' },
    { flags: '--local', description: 'to nobody but the commands of this server' },
    { flags: '--group', description: 'a group is meant, not a person' },
    { flags: '--attributes <names>', description: 'these alone, by commas, such as department,staff.costUnit' },
  ],
  async run(context) {
    const { arguments: named, options } = context;
    const { name = '' } = named;
    const to = await sourceIn(context);
    const attributes = attributesIn(context);
    if (options['group'] === true) {
      if (attributes) throw new AppError('bad_request', 'attributes of groups have no sources of their own');
      return handGroup(context, name, to);
    }
    return attributes ? handAttributes(context, name, to, attributes) : handPerson(context, name, to);
  },
};
