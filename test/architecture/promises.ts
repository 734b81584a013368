import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { packageRoot } from '../../src/kernel/package-root.ts';
import { parse } from './source-files.ts';

export interface Promised {
  readonly promise: string;
  /** Each as `FILE › TITLE`. */
  readonly shownBy: readonly string[];
  readonly line: number;
}

const NOT_YET = 'not yet';

/** Rows of the tables `| promise | shown by |`, references in backticks, or the words "not yet". */
export const readPromises = (markdown: string): readonly (Promised & { readonly open: boolean })[] =>
  markdown.split('\n').flatMap((text, index) => {
    const cells = text.split(/(?<!\\)\|/).map((cell) => cell.trim());
    const [, promise = '', shown = ''] = cells;
    if (cells.length < 4 || promise === 'promise' || /^:?-+:?$/.test(promise)) return [];
    const shownBy = [...shown.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '');
    return [{ promise, shownBy, line: index + 1, open: shown === NOT_YET }];
  });

/** Titles in a test file, and names in a bench: the texts that begin a call; of one with values in it, its beginning. */
export const titlesIn = (file: string): ReadonlySet<string> => {
  const found = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) {
      const [first] = node.arguments;
      if (first && ts.isStringLiteralLike(first)) found.add(first.text);
      if (first && ts.isTemplateExpression(first) && first.head.text !== '') found.add(first.head.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(parse(file));
  return found;
};

/** Why a reference shows nothing, or nothing. */
export const referenceFault = (
  reference: string,
  titlesOf: (file: string) => ReadonlySet<string>,
): string | undefined => {
  const [file = '', title] = reference.split(' › ');
  if (!/^(test|bench)\/.+\.ts$/.test(file) || title === undefined)
    return 'must read FILE › TITLE, under test/ or bench/';
  if (!existsSync(join(packageRoot, file))) return `${file} does not exist`;
  return titlesOf(file).has(title) ? undefined : `${file} has no test or figure with that title`;
};

/** Titles by file, each file read once. */
export const titlesOnce = (): ((file: string) => ReadonlySet<string>) => {
  const cache = new Map<string, ReadonlySet<string>>();
  return (file) => {
    const known = cache.get(file) ?? titlesIn(file);
    cache.set(file, known);
    return known;
  };
};

/** Every row that no test or figure shows. */
export const promiseFaults = (markdown: string): readonly string[] => {
  const titlesOf = titlesOnce();
  return readPromises(markdown).flatMap(({ promise, shownBy, line, open }) => {
    if (open) return [];
    if (shownBy.length === 0) return [`line ${line}: nothing shows "${promise}"; name a test, or write: ${NOT_YET}`];
    return shownBy.flatMap((reference) => {
      const fault = referenceFault(reference, titlesOf);
      return fault === undefined ? [] : [`line ${line}: ${reference}: ${fault}`];
    });
  });
};

/** Pages of `docs/` with such tables. */
export const PROMISING = ['promises.md', 'scim.md'] as const;

export const promisesIn = (page: (typeof PROMISING)[number]): string =>
  readFileSync(join(packageRoot, 'docs', page), 'utf8');
