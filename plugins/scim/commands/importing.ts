import { AppError } from '../../../src/kernel/errors.ts';
import type { CommandContext, CommandOutput } from '../../../src/plugin.ts';
import { CLIENT_NAME, typeNames } from '../config.ts';
import type { ScimConfig } from '../config.ts';
import { createGroups } from '../groups/groups.ts';
import { createComing } from '../import/coming.ts';
import { importingGroups } from '../import/groups.ts';
import { importing } from '../import/import.ts';
import type { ImportParts } from '../import/import.ts';
import type { LineOutcome } from '../import/outcome.ts';
import { recordsOf } from '../import/records.ts';
import type { FileRecords } from '../import/records.ts';
import { createAttributeOwnership } from '../ownership/ownership.ts';
import { createUsers } from '../people/users.ts';
import { extensionSchemas } from '../schema/extension.ts';
import { resourceTypes } from '../schema/resource-types.ts';
import type { ResourceTypes } from '../schema/resource-types.ts';
import { PREFIX } from '../server/service.ts';
import { directoryOf } from './directory.ts';
import { textOf } from './text-of.ts';

type Context = CommandContext<ScimConfig>;

const partsOf = ({ host, config, options, by }: Context, { User, Group }: ResourceTypes): ImportParts => {
  const name = String(options['client'] ?? '');
  if (!CLIENT_NAME.test(name)) {
    throw new AppError('bad_request', 'a client has lower-case letters, digits and dashes, 40 at most');
  }
  const directory = directoryOf(host);
  const base = `${host.issuer}${PREFIX}`;
  return {
    store: host.store,
    directory,
    users: createUsers(host, directory, config, User, base),
    groups: createGroups(host, directory, Group, base),
    ownership: createAttributeOwnership(directory.people, User),
    coming: createComing(),
    asker: { client: { name, access: 'write', types: new Set(typeNames) }, by },
    dryRun: options['dryRun'] === true,
  };
};

/** As a difference is written: what is new, what goes, what becomes another. */
const linesOf = (outcome: LineOutcome): readonly string[] => {
  const { line, name: what = '', result } = outcome;
  const head = `line ${String(line)}: ${result} ${what}`.trimEnd();
  if (result === 'failed') return [`${head}: ${outcome.why}`];
  if (result === 'unchanged') return [];
  return [
    head,
    ...Object.entries(outcome.changes).flatMap(([name, { before, after }]) => [
      ...(before === undefined ? [] : [`  - ${name}: ${JSON.stringify(before)}`]),
      ...(after === undefined ? [] : [`  + ${name}: ${JSON.stringify(after)}`]),
    ]),
  ];
};

/** Lines of progress at most: a file of millions is no reason for more. */
const PROGRESS = 20;

/** People first, so that groups find them. */
async function* bringing(parts: ImportParts, { people, groups }: FileRecords) {
  yield* importing(parts, people);
  yield* importingGroups(parts, groups);
}

export const importFrom = async (context: Context): Promise<CommandOutput> => {
  const types = resourceTypes(extensionSchemas(context.config.extensions));
  const parts = partsOf(context, types);
  const records = recordsOf(types, await textOf(context, context.arguments['file'] ?? ''));
  const all = records.people.length + records.groups.length;
  const counts = { created: 0, changed: 0, unchanged: 0, failed: 0 };
  const failures: { readonly line: number; readonly why: string }[] = [];
  const step = Math.max(1, Math.ceil(all / PROGRESS));
  let done = 0;
  for await (const outcomes of bringing(parts, records)) {
    const before = Math.floor(done / step);
    for (const outcome of outcomes) {
      done += 1;
      counts[outcome.result] += 1;
      if (outcome.result === 'failed') failures.push({ line: outcome.line, why: outcome.why });
      if (parts.dryRun || outcome.result === 'failed') linesOf(outcome).forEach(context.print);
    }
    if (Math.floor(done / step) > before) context.note(`${String(done)} of ${String(all)}`);
  }
  const rows = Object.entries(counts).map(([what, count]) => [what, String(count)]);
  return {
    value: { dryRun: parts.dryRun, ...counts, failures },
    text: [rows],
    ...(failures.length > 0 && { failure: `${String(failures.length)} lines could not be brought` }),
  };
};
