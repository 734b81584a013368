import { AppError } from '../../../src/kernel/errors.ts';
import type { CommandContext, CommandOutput, Person } from '../../../src/plugin.ts';
import { sourceOf } from '../clients/client.ts';
import type { ScimConfig } from '../config.ts';
import { ignoredIn } from '../import/ignored.ts';
import type { Ignored } from '../import/ignored.ts';
import { differencesOf } from '../log/difference.ts';
import { createAttributeOwnership } from '../ownership/ownership.ts';
import { patched } from '../patch/attributes.ts';
import { patchedGroup } from '../patch/group.ts';
import { operationsOf, PATCH_SCHEMA } from '../patch/operation.ts';
import { mustBeFree } from '../people/sign-in-names.ts';
import { attributesIn } from '../resource/read.ts';
import type { ResourceType } from '../schema/attribute.ts';
import { coerce } from '../schema/coerce.ts';
import { extensionSchemas } from '../schema/extension.ts';
import { namesSchema } from '../schema/named-schemas.ts';
import { resourceTypes } from '../schema/resource-types.ts';
import { ScimError } from '../schema/scim-error.ts';
import { isObject } from '../schema/value.ts';
import type { ScimAttributes } from '../schema/value.ts';
import { readJson } from '../server/json.ts';
import { directoryOf } from './directory.ts';
import { textOf } from './text-of.ts';

type Context = CommandContext<ScimConfig>;

const typeOf = ({ config, options }: Context, given: unknown): ResourceType => {
  const { User, Group } = resourceTypes(extensionSchemas(config.extensions));
  const isGroup = options['group'] === true || namesSchema(given, Group.schema.id);
  return isGroup ? Group : User;
};

const personOf = async ({ host, account, options }: Context): Promise<Person | undefined> => {
  const name = options['user'];
  return typeof name === 'string' ? directoryOf(host).people.byId((await account(name)).id) : undefined;
};

interface Tried {
  readonly before: ScimAttributes;
  readonly after: ScimAttributes;
  readonly ignored: readonly Ignored[];
}

const tryIt = (context: Context, type: ResourceType, before: ScimAttributes, given: unknown): Tried => {
  const ignored = (value: unknown): readonly Ignored[] =>
    isObject(value) ? ignoredIn(type, value, context.config.passwords) : [];
  if (!namesSchema(given, PATCH_SCHEMA)) {
    return { before, after: coerce(type, given, before), ignored: ignored(given) };
  }
  const operations = operationsOf(given);
  const after =
    type.name === 'Group' ? patchedGroup(type, before, operations).attributes : patched(type, before, operations);
  return {
    before,
    after,
    ignored: operations.flatMap(({ path, value }) => (path === undefined ? ignored(value) : [])),
  };
};

/** What is left of it by who writes what of people, where a client is named. Throws `ScimError` 403 and 409. */
const asSent = async (
  { host, options }: Context,
  type: ResourceType,
  person: Person | undefined,
  { before, after }: Tried,
  whole: boolean,
): Promise<ScimAttributes> => {
  const name = options['client'];
  if (typeof name !== 'string' || type.name === 'Group') return after;
  const client = { name, access: 'write', types: new Set([type.name]) } as const;
  const { people } = directoryOf(host);
  const ownership = createAttributeOwnership(people, type);
  if (person) ownership.mustWrite(client, person);
  const settled = ownership.settled(client, person ?? { source: sourceOf(client) }, before, after, whole);
  await mustBeFree(people, client, type, person, settled);
  return settled;
};

const refusal = (error: ScimError): AppError =>
  new AppError('bad_request', `it would be refused: ${String(error.status)} ${error.scimType ?? ''}: ${error.detail}`);

export const tryRequestFrom = async (context: Context): Promise<CommandOutput> => {
  const text = await textOf(context, context.arguments['file'] ?? '');
  try {
    const given = readJson(Buffer.from(text));
    const type = typeOf(context, given);
    const person = await personOf(context);
    const tried = tryIt(context, type, person ? attributesIn(type, person) : {}, given);
    const after = await asSent(context, type, person, tried, !namesSchema(given, PATCH_SCHEMA));
    const changes = differencesOf(type, tried.before, after);
    const { ignored } = tried;
    const rows = Object.entries(changes).map(([name, { before: was, after: is }]) => [
      ...[name, was === undefined ? '' : JSON.stringify(was), is === undefined ? '' : JSON.stringify(is)],
    ]);
    return {
      value: { type: type.name, changes, ignored },
      text: [
        [['ATTRIBUTE', 'BEFORE', 'AFTER'], ...rows],
        ...(ignored.length === 0 ? [] : ['', [['IGNORED', 'WHY'], ...ignored.map(({ at, why }) => [at, why])]]),
      ],
    };
  } catch (error) {
    throw error instanceof ScimError ? refusal(error) : error;
  }
};
