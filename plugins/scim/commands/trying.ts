import { AppError } from '../../../src/kernel/errors.ts';
import type { CommandContext, CommandOutput } from '../../../src/plugin.ts';
import type { ScimConfig } from '../config.ts';
import { ignoredIn } from '../import/ignored.ts';
import type { Ignored } from '../import/ignored.ts';
import { differencesOf } from '../log/difference.ts';
import { patched } from '../patch/attributes.ts';
import { patchedGroup } from '../patch/group.ts';
import { operationsOf, PATCH_SCHEMA } from '../patch/operation.ts';
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

const beforeOf = async ({ host, account, options }: Context, type: ResourceType): Promise<ScimAttributes> => {
  const name = options['user'];
  if (typeof name !== 'string') return {};
  const person = await directoryOf(host).people.byId((await account(name)).id);
  return person ? attributesIn(type, person) : {};
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

const refusal = (error: ScimError): AppError =>
  new AppError('bad_request', `it would be refused: ${String(error.status)} ${error.scimType ?? ''}: ${error.detail}`);

export const tryRequestFrom = async (context: Context): Promise<CommandOutput> => {
  const text = await textOf(context, context.arguments['file'] ?? '');
  try {
    const given = readJson(Buffer.from(text));
    const type = typeOf(context, given);
    const { before, after, ignored } = tryIt(context, type, await beforeOf(context, type), given);
    const changes = differencesOf(type, before, after);
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
