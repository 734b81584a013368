import { expect } from 'chai';
import ts from 'typescript';
import { plugins } from '../../src/app.ts';
import { catalogueOf } from '../../src/foundation.ts';
import { parse, sourceFiles } from '../architecture/source-files.ts';

const CATALOGUES = ['src/audit/catalogue.ts', 'plugins/sspr/audit-events.ts'];
const TYPE = /^[a-z]+(\.[a-z_]+)+$/;

interface Literal {
  /** The type, or what it ends in where what it begins with is filled in, as in `${kind}.asked`. */
  readonly text: string;
  /** It stands as the `type` of an object, or as one side of a choice there. */
  readonly asType: boolean;
  readonly at: string;
}

const isTypeOf = (node: ts.Node): boolean => {
  const { parent } = node;
  if (ts.isConditionalExpression(parent)) return parent.condition !== node && isTypeOf(parent);
  return ts.isPropertyAssignment(parent) && parent.initializer === node && parent.name.getText() === 'type';
};

const literalsIn = (path: string): readonly Literal[] => {
  const source = parse(path);
  const found: Literal[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteral(node) && TYPE.test(node.text) && !ts.isLiteralTypeNode(node.parent)) {
      const line = source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
      found.push({ text: node.text, asType: isTypeOf(node), at: `${path}:${String(line)}` });
    }
    if (ts.isTemplateTail(node) && TYPE.test(`x${node.text}`)) found.push({ text: node.text, asType: false, at: path });
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
};

describe('the catalogue of audit events', () => {
  const declared = catalogueOf(plugins);
  const literals = sourceFiles('src/**/*.ts', 'plugins/**/*.ts')
    .filter(({ path }) => !CATALOGUES.includes(path))
    .flatMap(({ path }) => literalsIn(path));

  it('declares every type that is written anywhere', () => {
    const strange = literals.filter(({ text, asType }) => asType && !(text in declared));
    expect(strange.map(({ text, at }) => `${at} ${text}`)).to.deep.equal([]);
    expect(literals.filter(({ asType }) => asType).length).to.be.greaterThan(40);
  });

  it('declares no type that is written nowhere', () => {
    const written = new Set(literals.map(({ text }) => text));
    const isWritten = (type: string): boolean => written.has(type) || written.has(type.slice(type.lastIndexOf('.')));
    expect(Object.keys(declared).filter((type) => !isWritten(type))).to.deep.equal([]);
  });

  it('says of each what it means and what it carries, each field once, in one order', () => {
    const order = ['subject', 'method', 'reason', 'clientId', 'typedName'];
    for (const [type, { about, carries, personalReason }] of Object.entries(declared)) {
      expect(type).to.match(TYPE);
      expect(about, type).to.match(/^[A-Z`].+\.$/);
      expect(carries, type).to.deep.equal(order.filter((field) => carries.includes(field as (typeof carries)[number])));
      if (personalReason) expect(carries, type).to.include('reason');
      // Message ids of RFC 5424 have no more characters.
      expect(type.length, type).to.be.at.most(32);
    }
  });
});
