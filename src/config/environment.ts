/** Variables that stand above the file, and the option that each one sets. */
const overrides = {
  LATCHKEY_PROFILE: ['profile'],
  LATCHKEY_DATA_DIR: ['dataDir'],
  LATCHKEY_MASTER_KEY: ['masterKey'],
  LATCHKEY_STORE: ['store', 'url'],
  HOST: ['http', 'host'],
  PORT: ['http', 'port'],
} as const;

export type Environment = Readonly<Record<string, string | undefined>>;

/** The environment of this process: read nowhere else. */
export const processEnvironment = (): Environment => process.env;

const asWritten = (name: string, text: string): unknown => {
  if (name === 'PORT' && /^\d+$/.test(text)) return Number(text);
  // The key itself may stand in this variable; in the file only a reference to it can.
  if (name === 'LATCHKEY_MASTER_KEY' && !/^(env|file):/.test(text)) return `env:${name}`;
  return text;
};

const withValue = (tree: unknown, path: readonly string[], value: unknown): unknown => {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  // A section that is no mapping is a fault of the file, which the schema must get to see.
  if (tree !== undefined && (typeof tree !== 'object' || tree === null || Array.isArray(tree))) return tree;
  const section: Record<string, unknown> = { ...tree };
  return { ...section, [key]: withValue(section[key], rest, value) };
};

/**
 * Lays the variables over what the file says; an empty variable counts as none.
 *
 * @returns the tree, and for the dotted path of each option so set the name of its variable
 */
export const overlay = (
  tree: Record<string, unknown>,
  env: Environment,
): { readonly tree: unknown; readonly sources: ReadonlyMap<string, string> } => {
  const sources = new Map<string, string>();
  let result: unknown = tree;
  for (const [name, path] of Object.entries(overrides)) {
    const text = env[name];
    if (text === undefined || text === '') continue;
    result = withValue(result, path, asWritten(name, text));
    sources.set(path.join('.'), name);
  }
  return { tree: result, sources };
};
