import { checkQuery } from '../check.ts';
import { matches } from '../evaluate.ts';
import type { Query } from '../query.ts';
import { plansFor } from './plan.ts';
import { WINDOW, drive, isThere } from './reading.ts';
import type { Reading } from './reading.ts';
import { docOf } from './rows.ts';
import { scanAccess } from './scan.ts';
import type { Window } from './scan.ts';

/** Each window is read and emptied in one transaction, so that what changes meanwhile is removed when it matches. */
export const removeDocs = async (
  reading: Reading,
  query: Query,
  write: <R>(work: () => R) => Promise<R>,
): Promise<number> => {
  checkQuery(query);
  const { connection, table } = reading;
  const [plan] = plansFor(table, query, []);
  const scan = scanAccess(connection, table, plan?.access ?? { kind: 'union', of: [] });
  let removed = 0;
  const empty = ({ rows }: Window): { readonly enough: boolean; readonly useful: number } => {
    const gone = rows.filter((row) => isThere(reading, row) && matches(query, docOf(row)));
    const statement = connection.sql(`DELETE FROM "${table.sqlName}" WHERE n = ?`);
    const useful = gone.reduce((sum, { n }) => sum + Number(statement.run(n).changes), 0);
    removed += useful;
    return { enough: false, useful };
  };
  await drive(reading, scan, WINDOW, empty, write);
  return removed;
};
