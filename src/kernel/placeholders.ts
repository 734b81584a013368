/**
 * Texts that operators write: words, and names in double braces that something is put in the place of. There is nothing
 * in them to be run. `{{name}}` is filled in; what stands between `{{#name}}` and `{{/name}}` is there only where the
 * name has a value, between `{{^name}}` and `{{/name}}` only where it has none.
 */
export type Piece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'value'; readonly name: string; readonly line: number }
  | {
      readonly kind: 'section';
      readonly name: string;
      readonly unless: boolean;
      readonly pieces: readonly Piece[];
      readonly line: number;
    };

export interface PlaceholderFault {
  readonly line: number;
  readonly message: string;
}

export interface Placeholders {
  readonly pieces: readonly Piece[];
  readonly faults: readonly PlaceholderFault[];
}

interface Open {
  readonly name: string;
  readonly unless: boolean;
  readonly line: number;
  readonly pieces: Piece[];
}

const TAG = /\{\{([#^/]?)([A-Za-z]\w*)\}\}/g;

const lineOf = (text: string, index: number): number => text.slice(0, index).split('\n').length;

/** Every fault at once, with its line. */
export const parsePlaceholders = (text: string): Placeholders => {
  const faults: PlaceholderFault[] = [];
  const root: Open = { name: '', unless: false, line: 1, pieces: [] };
  const open: Open[] = [root];
  const top = (): Open => open.at(-1) ?? root;

  const say = (between: string, at: number): void => {
    const stray = between.search(/\{\{|\}\}/);
    if (stray >= 0) faults.push({ line: lineOf(text, at + stray), message: 'double braces hold one name: {{name}}' });
    if (between !== '') top().pieces.push({ kind: 'text', text: between });
  };

  const close = (name: string, line: number): void => {
    const section = open.length > 1 ? open.pop() : undefined;
    if (section?.name !== name) {
      if (section) open.push(section);
      faults.push({ line, message: `{{/${name}}} closes nothing` });
      return;
    }
    const { unless, pieces } = section;
    top().pieces.push({ kind: 'section', name, unless, pieces, line: section.line });
  };

  let end = 0;
  for (const match of text.matchAll(TAG)) {
    const [whole, mark = '', name = ''] = match;
    say(text.slice(end, match.index), end);
    const line = lineOf(text, match.index);
    if (mark === '') top().pieces.push({ kind: 'value', name, line });
    else if (mark === '/') close(name, line);
    else open.push({ name, unless: mark === '^', line, pieces: [] });
    end = match.index + whole.length;
  }
  say(text.slice(end), end);
  for (const { name, line } of open.slice(1)) faults.push({ line, message: `{{/${name}}} is missing` });
  return { pieces: root.pieces, faults };
};

/** Each name where it stands, those of sections among them. */
export const namesIn = (pieces: readonly Piece[]): readonly { name: string; line: number; shown: boolean }[] =>
  pieces.flatMap((piece) => {
    if (piece.kind === 'text') return [];
    const { name, line } = piece;
    if (piece.kind === 'value') return [{ name, line, shown: true }];
    return [{ name, line, shown: false }, ...namesIn(piece.pieces)];
  });

/** @param escape makes a value fit for where it is put */
export const fillPlaceholders = (
  pieces: readonly Piece[],
  values: Readonly<Record<string, string>>,
  escape: (value: string) => string = (value) => value,
): string =>
  pieces
    .map((piece) => {
      if (piece.kind === 'text') return piece.text;
      const value = Object.hasOwn(values, piece.name) ? (values[piece.name] ?? '') : '';
      if (piece.kind === 'value') return escape(value);
      return (value === '') === piece.unless ? fillPlaceholders(piece.pieces, values, escape) : '';
    })
    .join('');
