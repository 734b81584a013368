import { availableParallelism } from 'node:os';
import { dirname, resolve } from 'node:path';
import { Confidential } from '../kernel/confidential.ts';
import { isClone, packageRoot } from '../kernel/package-root.ts';
import { overlay } from './environment.ts';
import type { Environment } from './environment.ts';
import { allowed, explain } from './explain.ts';
import { ConfigFaults } from './faults.ts';
import type { Fault } from './faults.ts';
import { readConfigFile } from './file.ts';
import { installationOf, unmetNeeds } from './installation.ts';
import { jsonSchema, marked, wholeSchema } from './json-schema.ts';
import type { Marked, PluginSchema } from './json-schema.ts';
import { metricsFaults } from './metrics.ts';
import { productionFaults } from './production.ts';
import { readableFile, readSecret } from './references.ts';
import type { Config } from './schema.ts';
import { readTemplates } from './templates.ts';

type Path = readonly (string | number)[];

/** The tree before it is judged, with what is needed to say where each value came from. */
interface Written {
  readonly tree: unknown;
  /** Folder that a path written at this place begins at. */
  folder(path: Path): string;
  source(path: Path): string | undefined;
}

const written = async (env: Environment): Promise<Written> => {
  const cwd = process.cwd();
  const file = env['LATCHKEY_CONFIG'] === '' ? undefined : env['LATCHKEY_CONFIG'];
  const config = file === undefined ? undefined : await readConfigFile(resolve(cwd, file));
  const { tree, sources } = overlay(config?.tree ?? {}, env);
  const variable = (path: Path): string | undefined => sources.get(path.join('.'));
  return {
    tree,
    folder: (path) => (file === undefined || variable(path) !== undefined ? cwd : dirname(resolve(cwd, file))),
    source: (path) => variable(path) ?? config?.source(path),
  };
};

const option = (tree: unknown, name: string): unknown => Reflect.get(Object(tree), name);

const put = (tree: unknown, path: Path, value: unknown): void => {
  const last = path.at(-1);
  const parent = path.slice(0, -1).reduce<unknown>((at, key) => Reflect.get(Object(at), key), tree);
  if (last !== undefined) Reflect.set(Object(parent), last, value);
};

interface Read {
  readonly faults: readonly Fault[];
  /** Puts what was read in the place of the references. */
  into(config: unknown): void;
}

const readReferences = async (places: readonly Marked[], from: Written, env: Environment): Promise<Read> => {
  const readings = await Promise.all(
    places.map(async ({ path, text, mark }) => {
      const folder = from.folder(path);
      const reading = mark === 'secret' ? readSecret(text, env, folder) : readableFile(text, folder);
      return { path, mark, reading: await reading };
    }),
  );
  return {
    faults: readings.flatMap(({ path, reading }) => {
      if (!('fault' in reading)) return [];
      const source = from.source(path);
      return [{ path: path.join('.'), message: reading.fault, ...(source === undefined ? {} : { source }) }];
    }),
    into(config) {
      for (const { path, mark, reading } of readings) {
        if ('value' in reading) put(config, path, mark === 'secret' ? new Confidential(reading.value) : reading.value);
      }
    },
  };
};

const plainSecrets = (places: readonly Marked[]): readonly Fault[] =>
  places
    .filter(({ mark, text }) => mark === 'secret' && text.startsWith('plain:'))
    .map(({ path }) => ({ path: path.join('.'), message: 'must be env:NAME or file:PATH in production' }));

// libuv's pool also serves files and name look-ups: hashes must leave two of its threads to them.
const hashesAtOnce = (env: Environment): number => {
  const threads = Number(env['UV_THREADPOOL_SIZE'] ?? 4);
  return Math.max(1, Math.min(availableParallelism(), threads - 2));
};

const storeUrl = (url: string, dataDir: string, folder: string): string => {
  if (url === 'sqlite:') return `sqlite:${resolve(dataDir, 'latchkey.db')}`;
  return url.startsWith('sqlite:') ? `sqlite:${resolve(folder, url.slice('sqlite:'.length))}` : url;
};

type Parsed = ReturnType<ReturnType<typeof wholeSchema>['parse']>;

const decide = (parsed: Parsed, from: Written, env: Environment): Omit<Config, 'templates'> => {
  const { templates: _folder, ...rest } = parsed;
  const { http, hashing, organisation } = rest;
  const issuer = parsed.issuer ?? `http://localhost:${String(http.port)}`;
  // A clone keeps its data beside itself, whichever folder its command is called from.
  const base = option(from.tree, 'dataDir') === undefined && isClone ? packageRoot : from.folder(['dataDir']);
  const dataDir = resolve(base, parsed.dataDir);
  const url = storeUrl(parsed.store.url.reveal(), dataDir, from.folder(['store', 'url']));
  return {
    ...rest,
    issuer,
    dataDir,
    store: { url: new Confidential(url) },
    mail: { ...parsed.mail, from: parsed.mail.from ?? `${organisation.name} <no-reply@${new URL(issuer).hostname}>` },
    http: { ...http, workers: http.workers === 'auto' ? availableParallelism() : http.workers },
    hashing: { ...hashing, parallel: hashing.parallel === 'auto' ? hashesAtOnce(env) : hashing.parallel },
    demo: { enabled: parsed.demo.enabled ?? parsed.profile === 'development' },
  };
};

const ownTemplates = async ({ templates, locales }: Parsed, from: Written, plugins: readonly PluginSchema[]) => {
  const path = ['templates'];
  const folder = templates === undefined ? undefined : resolve(from.folder(path), templates);
  const catalogues = Object.fromEntries(
    plugins.flatMap((each) => (each.templates ? [[each.name, each.templates]] : [])),
  );
  const read = await readTemplates(folder, { locales: locales.available, catalogues });
  const source = from.source(path);
  return { ...read, faults: read.faults.map((fault) => (source === undefined ? fault : { ...fault, source })) };
};

/**
 * Reads the YAML that `LATCHKEY_CONFIG` names, if any, under the variables of the environment. Without either the
 * development profile runs.
 *
 * @param plugins whose sections the file may have under `plugins`
 * @throws ConfigFaults naming every fault at once
 */
export const loadConfig = async (env: Environment, plugins: readonly PluginSchema[]): Promise<Config> => {
  const from = await written(env);
  const schema = wholeSchema(plugins);
  const description = jsonSchema(schema);
  const places = marked([description], from.tree);
  const read = await readReferences(places, from, env);
  const result = schema.safeParse(from.tree, { error: allowed });
  const faults = [
    ...(result.success ? [] : explain(result.error.issues, description, from.source)),
    ...read.faults,
    ...(option(from.tree, 'profile') === 'production' ? [...productionFaults(from.tree), ...plainSecrets(places)] : []),
  ];
  if (!result.success || faults.length > 0) throw new ConfigFaults(faults);
  read.into(result.data);
  const config = decide(result.data, from, env);
  const installation = installationOf(config, plugins);
  const unmet = plugins.flatMap((plugin) =>
    unmetNeeds(plugin, config.plugins[plugin.name], installation, ['plugins', plugin.name], from.source),
  );
  const own = await ownTemplates(result.data, from, plugins);
  const late = [...metricsFaults(config, from.source), ...unmet, ...own.faults];
  if (late.length > 0) throw new ConfigFaults(late);
  return { ...config, templates: own.templates };
};
