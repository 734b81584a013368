import { setImmediate as turn } from 'node:timers/promises';
import { isStorable } from '../../kernel/text.ts';
import type { Doc, Stored } from '../port.ts';
import { rowsTogether, takingOut, TOGETHER, WHOLE, wholeOf } from './file-order.ts';
import type { Reading } from './reading.ts';
import type { SqlValue } from './value.ts';

/** Ids looked up before other work goes on: about as long as a window of rows. */
const AT_ONCE = 5 * TOGETHER;

/** The rows of these ids that are there. */
const rowsOf = async (
  { connection, table, now }: Reading,
  ids: readonly string[],
  parts: readonly string[],
  values: readonly SqlValue[],
): Promise<readonly (readonly unknown[])[]> => {
  // What cannot be stored is not there; SQLite would look for another text.
  const asked = [...new Set(ids)].filter(isStorable);
  const among = `FROM "${table.sqlName}" WHERE id IN (SELECT value FROM json_each(?)) AND (expires IS NULL OR expires > ?)`;
  const rows: (readonly unknown[])[] = [];
  for (let first = 0; first < asked.length; first += TOGETHER) {
    if (first > 0 && first % AT_ONCE === 0) await turn();
    const some = JSON.stringify(asked.slice(first, first + TOGETHER));
    rows.push(...(await connection.read(() => rowsTogether(connection, parts, among, [...values, some, now]))));
  }
  return rows;
};

export const getMany = async (reading: Reading, ids: readonly string[]): Promise<readonly Stored<Doc>[]> =>
  (await rowsOf(reading, ids, WHOLE, [])).map(wholeOf);

export const getManyFields = async (
  reading: Reading,
  fields: readonly string[],
  ids: readonly string[],
): Promise<readonly Doc[]> => {
  const { part, values, docOf } = takingOut(fields);
  return (await rowsOf(reading, ids, [part], values)).map(docOf);
};
