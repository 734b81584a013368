import { inspect, stripVTControlCharacters } from 'node:util';

/** Something that failed, as it is told once more at the end of a run: logs are often cut down to their tail. */
export interface Failure {
  readonly title: string;
  /** Relative to the root, where one file is to blame. */
  readonly file?: string;
  /** A few lines. */
  readonly reason: string;
}

const MOST_COLUMNS = 300;

const shortened = (lines: readonly string[], most: number): readonly string[] => [
  ...lines.slice(0, most).map((line) => (line.length > MOST_COLUMNS ? `${line.slice(0, MOST_COLUMNS)}…` : line)),
  ...(lines.length > most ? [`(${String(lines.length - most)} more lines)`] : []),
];

const linesOf = (text: string): readonly string[] => stripVTControlCharacters(text).trim().split('\n');

export const firstLines = (text: string, most: number): string => shortened(linesOf(text), most).join('\n');

export const lastLines = (text: string, most: number): string => shortened(linesOf(text).slice(-most), most).join('\n');

/** Message, causes, the difference if there is one, and the nearest callers. */
export const reasonOf = (error: unknown, difference = ''): string => {
  if (!(error instanceof Error)) return firstLines(inspect(error), 10);
  const callers = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return [
    firstLines(`${error.name}: ${error.message}`, 10),
    // The message of several attempts to connect is empty.
    ...(error instanceof AggregateError ? error.errors.map((each) => `of ${firstLines(String(each), 2)}`) : []),
    ...(error.cause === undefined ? [] : [`caused by ${firstLines(inspect(error.cause), 5)}`]),
    ...(difference === '' ? [] : [firstLines(difference, 30)]),
    ...shortened(callers, 6),
  ].join('\n');
};

export const failureReport = (failures: readonly Failure[]): string =>
  failures
    .map(({ title, file, reason }) => `  ✖ ${title}\n${file === undefined ? '' : `    ${file}\n`}${indented(reason)}\n`)
    .join('\n');

const indented = (text: string): string => text.replace(/^/gm, '      ');
