/** A record of a CSV file with the line that it begins on, the first being 1. */
export interface Row {
  readonly line: number;
  readonly cells: readonly string[];
}

// A cell, quoted or plain, and what ends it. Quotes are doubled inside quotes (RFC 4180 section 2).
const cellPattern = (separator: string): RegExp =>
  new RegExp(`(?:"((?:[^"]|"")*)"|([^"${separator}\\r\\n]*))(${separator}|\\r\\n|\\n|\\r|$)`, 'y');

const linesIn = (text: string): number => text.split(/\r\n|\n|\r/).length - 1;

/** Spreadsheets of some countries write semicolons, since their numbers have commas. */
const separatorOf = (text: string): string => (/^[^\r\n,]*;/.test(text) ? ';' : ',');

/**
 * The records of a CSV file (RFC 4180), empty lines left out; `broken` is the line from which on it cannot be read, as
 * where a quote is not closed.
 */
export const readCsv = (given: string): { readonly rows: readonly Row[]; readonly broken?: number } => {
  const text = given.replace(/^\uFEFF/, '');
  const pattern = cellPattern(separatorOf(text));
  const rows: Row[] = [];
  let [line, begun, cells] = [1, 1, [] as string[]];
  while (pattern.lastIndex < text.length) {
    const match = pattern.exec(text);
    if (!match) return { rows, broken: begun };
    const [whole, quoted, plain = '', end = ''] = match;
    cells.push((quoted?.replaceAll('""', '"') ?? plain).trim());
    line += linesIn(whole);
    if (/^[,;]$/.test(end) && pattern.lastIndex < text.length) continue;
    if (cells.some((cell) => cell !== '')) rows.push({ line: begun, cells });
    [begun, cells] = [line, []];
  }
  return { rows };
};
