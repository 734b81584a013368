import type { Clock } from '../../kernel/clock.ts';
import type { ClaimOptions, Doc, Stored } from '../port.ts';
import { findDocs } from './find.ts';
import type { Reading } from './reading.ts';
import { ROW, docOf } from './rows.ts';
import type { Row } from './rows.ts';

/**
 * Finds the first document nobody holds and marks it; looks again when another process was faster.
 *
 * @param reading how things stand now, asked for at each look
 */
export const claimDoc = async (
  reading: () => Reading,
  { query, sort = [], lease }: ClaimOptions,
  clock: Clock,
  write: <R>(work: () => R) => Promise<R>,
): Promise<Stored<Doc> | undefined> => {
  const { connection, table } = reading();
  const statement = `UPDATE "${table.sqlName}" SET version = version + 1, lease = ? WHERE id = ? AND version = ? RETURNING ${ROW}`;
  for (;;) {
    const { docs } = await findDocs({ ...reading(), free: true }, query, { sort, limit: 1 });
    const [found] = docs;
    if (!found) return undefined;
    // A lease is taken and ended with a new version, so that the version alone tells that nobody was faster.
    const row = await write(() => connection.sql(statement).get(clock.now() + lease, found.id, found.version));
    if (row) return docOf(row as unknown as Row);
  }
};
