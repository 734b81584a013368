import type { Node } from '../src/config/json-schema.ts';

const INTRODUCTION = `# Configuration

<!-- Written by \`npm run generate\` from src/config/schema.ts and the plugins' own schemas. Do not edit. -->

Without any configuration Latchkey runs its development profile. Everything else is in one YAML file, named by
\`LATCHKEY_CONFIG\`. \`latchkey check-config\` tells every fault of it at once. With this first line an editor that
speaks JSON Schema completes and explains each option:

\`\`\`yaml
# yaml-language-server: $schema=config/latchkey.schema.json
\`\`\`

Variables of the environment stand above the file:

| variable | sets |
| --- | --- |
| \`LATCHKEY_CONFIG\` | the path of the file |
| \`LATCHKEY_PROFILE\` | \`profile\` |
| \`LATCHKEY_DATA_DIR\` | \`dataDir\` |
| \`LATCHKEY_STORE\` | \`store.url\` |
| \`LATCHKEY_MASTER_KEY\` | \`masterKey\`: the key itself, or \`file:PATH\` |
| \`HOST\`, \`PORT\` | \`http.host\`, \`http.port\` |

A *duration* is written as \`30s\`, \`15m\`, \`12h\`, \`180d\` or \`1h30m\`. A *secret* is written as \`env:NAME\` (a variable
of the environment) or \`file:PATH\` (the content of a file, without its last line break); \`plain:VALUE\` is the value
itself, which production refuses. A relative *path* begins at the folder of the configuration file.
`;

const isSchema = (node: unknown): node is Node => typeof node === 'object' && node !== null && !Array.isArray(node);

const code = (value: unknown): string => `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;

const range = ({ minimum, maximum }: Node): string => {
  const most = maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER ? undefined : maximum;
  const least = minimum === undefined || minimum <= Number.MIN_SAFE_INTEGER ? undefined : minimum;
  if (least !== undefined && most !== undefined) return `, ${least} to ${most}`;
  if (least !== undefined) return `, at least ${least}`;
  return most === undefined ? '' : `, at most ${most}`;
};

const kind = (node: Node): string => {
  if (node['duration'] === true) return 'duration';
  if (node['secret'] === true) return 'secret';
  if (node['file'] === true) return 'path';
  if (node.enum) return node.enum.map(code).join(', ');
  if (node.const !== undefined) return code(node.const);
  if (node.format === 'uri') return 'address';
  if (node.format === 'email') return 'mail address';
  if (node.anyOf) return [...new Set(node.anyOf.filter(isSchema).map(kind))].join(' or ');
  if (node.type === 'boolean') return '`true`, `false`';
  if (node.type === 'integer') return `whole number${range(node)}`;
  if (node.type === 'number') return `number${range(node)}`;
  if (node.type === 'array')
    return `list of ${isSchema(node.items) && node.items.properties ? 'sections' : kind(isSchema(node.items) ? node.items : {})}`;
  if (isSchema(node.additionalProperties) && node.additionalProperties.type)
    return `${kind(node.additionalProperties)} by name`;
  return node.type === 'object' ? 'section' : 'text';
};

const fallback = (node: Node, required: boolean): string => {
  if (node.default !== undefined) return code(node.default);
  return required ? 'must be set' : '';
};

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

/** The options of one section, of a list of sections, or of sections by names of the operator's own. */
const inner = (node: Node): Node | undefined => {
  if (node.properties) return node;
  if (isSchema(node.additionalProperties) && node.additionalProperties.properties) return node.additionalProperties;
  return isSchema(node.items) && node.items.properties ? node.items : undefined;
};

const section = (path: string, node: Node): readonly string[] => {
  const entries = Object.entries(node.properties ?? {}).filter((entry): entry is [string, Node] => isSchema(entry[1]));
  const options = entries.filter(([, child]) => !inner(child) || !child.properties);
  const rows = options.map(([name, child]) => {
    const cells = [
      code(name),
      kind(child),
      fallback(child, node.required?.includes(name) ?? false),
      child.description ?? '',
    ];
    return `| ${cells.map(cell).join(' | ')} |`;
  });
  const table = ['| option | value | default | meaning |', '| --- | --- | --- | --- |', ...rows, ''];
  const title = path === '' ? ['## At the top', ''] : [`## \`${path}\``, ''];
  const description = path === '' || !node.description ? [] : [node.description, ''];
  return [
    ...title,
    ...description,
    ...(rows.length > 0 ? table : []),
    ...entries.flatMap(([name, child]) => {
      const part = inner(child);
      const many = child.type === 'array' ? '[]' : '.NAME';
      const name_ = `${path === '' ? '' : `${path}.`}${name}${child.properties ? '' : many}`;
      return part ? section(name_, { ...part, description: child.description ?? part.description ?? '' }) : [];
    }),
  ];
};

/** The reference page of the configuration, as Markdown. */
export const referencePage = (schema: Node): string => `${INTRODUCTION}\n${section('', schema).join('\n').trimEnd()}\n`;
