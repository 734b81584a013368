import { hasInvisible, isStorable } from '../../../src/kernel/text.ts';
import { fromBase32 } from '../otp/base32.ts';
import { algorithms } from '../otp/one-time-password.ts';
import type { Device } from '../otp/device.ts';
import { tokenId } from './collection.ts';
import { readCsv } from '../../../src/kernel/csv.ts';
import type { Row } from '../../../src/kernel/csv.ts';

/** A token as a line of the file describes it. */
export interface ListedToken {
  readonly line: number;
  readonly serial: string;
  readonly key: Buffer;
  readonly device: Omit<Device, 'secret'>;
  readonly upn?: string;
  readonly manufacturer?: string;
  readonly model?: string;
}

/** What is wrong with a line, for the administrator. Never holds a key. */
export interface Fault {
  readonly line: number;
  readonly message: string;
}

/** The columns of Entra's file, and ours after them. */
const COLUMNS = [
  'upn',
  'serial number',
  'secret key',
  'time interval',
  'manufacturer',
  'model',
  'type',
  'algorithm',
  'digits',
  'counter',
] as const;

type Column = (typeof COLUMNS)[number];

const REQUIRED: readonly Column[] = ['serial number', 'secret key'];

/** Bytes: no less than RFC 4226 section 4 asks for, no more than any hash can use. */
const KEY_BYTES = { least: 16, most: 64 };
const LONGEST_TEXT = 64;
const DEFAULT_PERIOD = 30;

type Cells = (column: Column) => string;
type Complain = (message: string) => void;

const isText = (text: string): boolean => text.length <= LONGEST_TEXT && isStorable(text) && !hasInvisible(text);

const plainLetters = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, '');

const formatOf = (cells: Cells, complain: Complain): Pick<Device, 'algorithm' | 'digits'> => {
  const named = plainLetters(cells('algorithm')).replace(/^hmac/, '');
  const algorithm = algorithms.find((one) => plainLetters(one) === (named || 'sha1'));
  if (!algorithm) complain(`algorithm must be one of ${algorithms.join(', ')}`);
  const digits = cells('digits') || '6';
  if (digits !== '6' && digits !== '8') complain('digits must be 6 or 8');
  return { algorithm: algorithm ?? 'SHA-1', digits: digits === '8' ? 8 : 6 };
};

const pace = (cells: Cells, complain: Complain): Pick<Device, 'period' | 'next' | 'drift'> => {
  const type = cells('type').toLowerCase() || 'totp';
  const counter = cells('counter') || '0';
  if (type === 'hotp') {
    const next = /^\d{1,15}$/.test(counter) ? Number(counter) : NaN;
    if (Number.isNaN(next)) complain('counter must be a whole number');
    return { next, drift: 0 };
  }
  if (type !== 'totp') complain('type must be totp or hotp');
  const period = cells('time interval') || String(DEFAULT_PERIOD);
  if (period !== '30' && period !== '60') complain('time interval must be 30 or 60 (seconds)');
  if (counter !== '0') complain('counter is for hotp only');
  return { period: Number(period), next: 0, drift: 0 };
};

const keyOf = (cells: Cells, complain: Complain): Buffer => {
  const key = fromBase32(cells('secret key'));
  if (!key) complain('secret key is no base 32 (letters A to Z and digits 2 to 7)');
  else if (key.length < KEY_BYTES.least) complain('secret key is too short: at least 26 characters');
  else if (key.length > KEY_BYTES.most) complain('secret key is too long: at most 103 characters');
  return key ?? Buffer.alloc(0);
};

const serialOf = (cells: Cells, complain: Complain): string => {
  const serial = cells('serial number');
  if (serial === '') complain('serial number is missing');
  else if (!isText(serial)) complain('serial number has signs that cannot be shown, or more than 64');
  return serial;
};

const optional = (cells: Cells, complain: Complain, ...columns: readonly ('upn' | 'manufacturer' | 'model')[]) =>
  Object.fromEntries(
    columns.flatMap((column) => {
      const text = cells(column);
      if (column !== 'upn' && !isText(text)) complain(`${column} has signs that cannot be shown, or more than 64`);
      return text === '' ? [] : [[column, text]];
    }),
  );

const tokenIn = (row: Row, columns: readonly string[], complain: Complain): ListedToken => {
  if (row.cells.length > columns.length) complain(`more cells than the header, which has ${String(columns.length)}`);
  const cells: Cells = (column) => row.cells[columns.indexOf(column)] ?? '';
  return {
    line: row.line,
    serial: serialOf(cells, complain),
    key: keyOf(cells, complain),
    device: { ...formatOf(cells, complain), ...pace(cells, complain) },
    ...optional(cells, complain, 'upn', 'manufacturer', 'model'),
  };
};

const headerFaults = (columns: readonly string[]): readonly string[] => [
  ...REQUIRED.filter((name) => !columns.includes(name)).map((name) => `the header has no column "${name}"`),
  ...columns
    .filter((name) => !(COLUMNS as readonly string[]).includes(name))
    .map((name) => `the header has an unknown column ${JSON.stringify(name.slice(0, LONGEST_TEXT))}`),
  ...columns
    .filter((name, at) => columns.indexOf(name) < at)
    .map((name) => `the header has the column "${name}" twice`),
];

/** The tokens of a CSV file with a header, in Entra's columns and ours, and every fault with its line. */
export const readTokens = (
  text: string,
): { readonly listed: readonly ListedToken[]; readonly faults: readonly Fault[] } => {
  const { rows, broken } = readCsv(text);
  const faults: Fault[] =
    broken === undefined ? [] : [{ line: broken, message: 'a quote is not closed, or misplaced' }];
  const [header, ...records] = rows;
  const columns = header?.cells.map((name) => name.toLowerCase()) ?? [];
  const wrong = headerFaults(columns);
  if (wrong.length > 0) {
    const line = header?.line ?? 1;
    return { listed: [], faults: [...wrong.map((message) => ({ line, message })), ...faults] };
  }
  const lines = new Map<string, number>();
  const listed = records.map((row) => {
    const token = tokenIn(row, columns, (message) => faults.push({ line: row.line, message }));
    const id = tokenId(token.serial);
    const before = lines.get(id);
    if (id !== '' && before !== undefined) {
      faults.push({
        line: row.line,
        message: `serial number ${token.serial} stands on line ${String(before)} already`,
      });
    }
    lines.set(id, before ?? row.line);
    return token;
  });
  return { listed, faults };
};
