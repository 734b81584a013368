import Ajv from 'ajv/dist/2020.js';
import { expect } from 'chai';
import { parse } from 'yaml';
import { plugins } from '../../src/app.ts';
import { jsonSchema, wholeSchema } from '../../src/config/json-schema.ts';
import type { Node } from '../../src/config/json-schema.ts';

const isSchema = (node: unknown): node is Node => typeof node === 'object' && node !== null;

/** Every schema within, with its path. */
const walk = (node: Node, path: string): readonly (readonly [string, Node])[] => [
  [path, node],
  ...Object.entries(node.properties ?? {}).flatMap(([name, child]) =>
    isSchema(child) ? walk(child, `${path}.${name}`) : [],
  ),
  ...(isSchema(node.items) && !Array.isArray(node.items) ? walk(node.items, `${path}[]`) : []),
  ...(node.anyOf ?? []).filter(isSchema).flatMap((child) => walk(child, path)),
];

/** Sets of keys that are standards of their own and may grow. */
const OPEN = ['.clients[].jwks', '.clients[].jwks.keys[]'];

describe('The schema of the configuration', () => {
  const schema = jsonSchema(wholeSchema(plugins));
  const nodes = walk(schema, '');

  it('describes every option', () => {
    const silent = nodes.filter(
      ([path, node]) => /\w$/.test(path) && !OPEN.some((open) => path.startsWith(open)) && !node.description,
    );
    const named = silent
      .map(([path]) => path)
      .filter((path) => !nodes.some(([other, node]) => other === path && node.description));
    expect(named).to.be.empty;
  });

  it('refuses unknown options in every section', () => {
    const open = nodes
      .filter(
        ([, node]) =>
          node.type === 'object' &&
          (isSchema(node.additionalProperties) ? !node.additionalProperties.type : node.additionalProperties !== false),
      )
      .map(([path]) => path);
    expect([...new Set(open)]).to.have.members(OPEN);
  });

  it('lets every section be left out, and be left empty', () => {
    // What there is no default for, such as the countries of a carrier, has to be said once its section is there.
    const sections = Object.entries(schema.properties ?? {}).filter(
      ([, node]) => isSchema(node) && node.type === 'object' && (node.required ?? []).length === 0,
    );
    const empty = Object.fromEntries(sections.map(([name]) => [name, {}]));
    expect(wholeSchema(plugins).safeParse(empty).success).to.equal(true);
    expect(wholeSchema(plugins).safeParse({}).success).to.equal(true);
  });

  it('says the same to an editor that the program says', () => {
    const inEditor = new Ajv.Ajv2020({ strict: false, validateFormats: false }).compile(schema);
    const texts = [
      '{}',
      'tokens: { idToken: 1h30m }',
      'tokens: { idToken: 1 hour }',
      'tokens: { idToken: "" }',
      'masterKey: "env:KEY"',
      'masterKey: secret',
      'http: { workers: auto }',
      'http: { workers: some }',
      'http: { port: 3000, prot: 1 }',
      'clients: [{ client_id: a, first_party: true }]',
      'clients: [{ first_party: true }]',
      'mail: { smtp: {} }',
      'organisation: { colours: { accent: red } }',
    ];
    for (const text of texts) {
      const tree: unknown = parse(text);
      expect(inEditor(tree), text).to.equal(wholeSchema(plugins).safeParse(tree).success);
    }
  });
});
