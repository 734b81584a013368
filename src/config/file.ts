import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { ConfigFaults } from './faults.ts';

type Path = readonly (string | number)[];

/** The tree written in a file, and where in the file each part of it stands. */
export interface ConfigFile {
  readonly tree: Record<string, unknown>;
  /** `FILE:LINE` of the deepest part of the path that the file has. */
  source(path: Path): string;
}

const read = async (file: string): Promise<string> => {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    throw new ConfigFaults([{ path: '', message: `the configuration file ${file} cannot be read (${code})` }]);
  }
};

const isTree = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The parser refuses aliases that multiply without bound only when they are written out. */
const asTree = (toJS: () => unknown, name: string): unknown => {
  try {
    return toJS();
  } catch (error) {
    const message = error instanceof Error ? error.message : 'cannot be understood';
    throw new ConfigFaults([{ path: '', source: name, message }]);
  }
};

/** Reads YAML 1.2. Throws `ConfigFaults` with every syntax error and its line. */
export const readConfigFile = async (file: string): Promise<ConfigFile> => {
  const text = await read(file);
  // Only who has a file pays for the parser.
  const { LineCounter, isNode, isPair, parseDocument } = await import('yaml');
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const name = basename(file);
  if (document.errors.length > 0) {
    throw new ConfigFaults(
      document.errors.map(({ message, pos }) => {
        const { line, col } = lines.linePos(pos[0]);
        return { path: '', source: `${name}:${String(line)}:${String(col)}`, message };
      }),
    );
  }
  const tree = asTree(() => document.toJS() as unknown, name) ?? {};
  if (!isTree(tree)) throw new ConfigFaults([{ path: '', source: name, message: 'must be a mapping of sections' }]);

  return {
    tree,
    source(path) {
      for (let depth = path.length; depth > 0; depth -= 1) {
        const parent: unknown = depth === 1 ? document.contents : document.getIn(path.slice(0, depth - 1), true);
        const key = path[depth - 1];
        const items = isNode(parent) && 'items' in parent && Array.isArray(parent.items) ? parent.items : [];
        const at: unknown = items.find((item) => isPair(item) && String(item.key) === key) ?? items[Number(key)];
        const node = isPair(at) ? at.key : at;
        if (isNode(node) && node.range) return `${name}:${String(lines.linePos(node.range[0]).line)}`;
      }
      return name;
    },
  };
};
