import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import ts from 'typescript';
import { packageRoot } from '../../src/kernel/package-root.ts';

export interface Import {
  /** Path from the package root for our own files, else the name of the package or of Node's module. */
  readonly to: string;
  readonly line: number;
  /** Erased before the program runs. */
  readonly typeOnly: boolean;
}

export interface SourceFile {
  readonly path: string;
  readonly lines: number;
  readonly imports: readonly Import[];
}

const isErased = (node: ts.ImportDeclaration | ts.ExportDeclaration): boolean => {
  if (ts.isExportDeclaration(node)) return node.isTypeOnly;
  return node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
};

/** `@scope/name/part` belongs to the package `@scope/name`. */
const packageOf = (specifier: string): string =>
  specifier.startsWith('node:')
    ? specifier
    : specifier
        .split('/')
        .slice(0, specifier.startsWith('@') ? 2 : 1)
        .join('/');

const importsOf = (path: string, source: ts.SourceFile): readonly Import[] => {
  const found: Import[] = [];
  const add = (node: ts.Node, specifier: string, typeOnly: boolean): void => {
    const to = specifier.startsWith('.') ? normalize(join(dirname(path), specifier)) : packageOf(specifier);
    found.push({ to, typeOnly, line: source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1 });
  };
  const visit = (node: ts.Node): void => {
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier) {
      if (ts.isStringLiteral(node.moduleSpecifier)) add(node, node.moduleSpecifier.text, isErased(node));
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [specifier] = node.arguments;
      if (specifier && ts.isStringLiteral(specifier)) add(node, specifier.text, false);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
};

export const parse = (path: string): ts.SourceFile =>
  ts.createSourceFile(path, readFileSync(join(packageRoot, path), 'utf8'), ts.ScriptTarget.Latest, true);

/** The files that match, each with what it imports. */
export const sourceFiles = (...patterns: readonly string[]): readonly SourceFile[] =>
  globSync(patterns, { cwd: packageRoot })
    .sort()
    .map((path) => {
      const source = parse(path);
      return { path, lines: source.getLineStarts().length, imports: importsOf(path, source) };
    });
