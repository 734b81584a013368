import { and, any, eq, ge } from '../../src/store/query.ts';
import type { Query, Sort } from '../../src/store/query.ts';
import type { Collection } from '../../src/store/port.ts';
import { connect } from '../../src/store/sqlite/connection.ts';
import type { Connection } from '../../src/store/sqlite/connection.ts';
import { applyLayout } from '../../src/store/sqlite/lay-out.ts';
import { plansFor } from '../../src/store/sqlite/plan.ts';
import type { Access } from '../../src/store/sqlite/plan.ts';
import { scanAccess } from '../../src/store/sqlite/scan.ts';
import { layOut } from '../../src/store/sqlite/schema.ts';
import type { Table, TableIndex } from '../../src/store/sqlite/schema.ts';
import { sqliteFolder } from './store-sqlite.ts';

/** A query that a declared index is there for, and what is wrong with the way SQLite would answer it. */
export interface PlanFault {
  readonly collection: string;
  readonly index: string;
  readonly fault: string;
}

interface Question {
  readonly query: Query;
  readonly sort: readonly Sort[];
}

/** A condition for each column; those on the elements of a list are met by one element. */
const together = (index: TableIndex, parts: readonly ((path: string) => Query)[]): Query => {
  const of = parts.map((part, position) => ({ part, path: index.columns[position]?.path ?? '' }));
  const { list = '' } = index;
  const within = of.filter(({ path }) => list !== '' && path.startsWith(`${list}.`));
  const beside = of.filter((condition) => !within.includes(condition)).map(({ part, path }) => part(path));
  if (within.length === 0) return and(...beside);
  return and(...beside, any(list, and(...within.map(({ part, path }) => part(path.slice(list.length + 1))))));
};

const equal = (path: string): Query => eq(path, 'x');
const atLeast = (path: string): Query => ge(path, 'x');

/** Equality on each run of first columns, a range on the next, and the order of the rest: a sparse one has no first range. */
const questionsFor = (index: TableIndex): readonly Question[] => {
  const pins = index.columns.map(() => equal);
  const whole = [
    { query: together(index, pins), sort: [] },
    ...(index.sparse && pins.length === 1 ? [] : [{ query: together(index, [...pins.slice(1), atLeast]), sort: [] }]),
  ];
  if (index.list !== undefined) return whole;
  const prefixes = pins.slice(1).map((_, position) => {
    const query = together(index, pins.slice(0, position + 1));
    const sort = index.columns.slice(position + 1).map(({ path }) => ({ path, descending: true }));
    return [
      { query, sort: [] },
      { query, sort },
    ];
  });
  return [...whole, ...prefixes.flat()];
};

/** Runs the first window of an access, and the window after a place, noting the SQL instead of trusting it. */
const statementsOf = (connection: Connection, table: Table, access: Access): readonly string[] => {
  const texts: string[] = [];
  const noting: Connection = {
    ...connection,
    sql(text) {
      texts.push(text);
      return connection.sql(text);
    },
  };
  scanAccess(noting, table, access)(10);
  if (access.kind === 'ordered') scanAccess(noting, table, access, { key: access.order.map(() => 'x'), id: 'x' })(10);
  return texts;
};

const faultsOf = (connection: Connection, text: string): readonly string[] =>
  connection.db
    .prepare(`EXPLAIN QUERY PLAN ${text}`)
    .all()
    .map(({ detail }) => String(detail))
    .filter((detail) => detail.startsWith('SCAN') || detail.includes('TEMP B-TREE'))
    .map((detail) => `${detail}: ${text}`);

const faultsOfIndex = (connection: Connection, table: Table, index: TableIndex): readonly string[] =>
  questionsFor(index).flatMap(({ query, sort }) => {
    const [plan] = plansFor(table, query, sort);
    return plan?.access.kind === 'ordered' || plan?.access.kind === 'elements'
      ? statementsOf(connection, table, plan.access).flatMap((text) => faultsOf(connection, text))
      : [`no index for ${JSON.stringify(query)}`];
  });

/**
 * What SQLite would have to scan or sort for the queries the declared indexes are there for: none, if all is well.
 * Takes any set of collections, so that an app can ask about its own.
 */
export const planFaults = async (collections: readonly Collection[]): Promise<readonly PlanFault[]> => {
  await using folder = await sqliteFolder();
  const connection = connect(folder.file, 'NORMAL', 1000);
  try {
    const tables = collections.map(layOut);
    await applyLayout(connection, tables);
    return tables.flatMap((table) =>
      table.indexes.flatMap((index) =>
        faultsOfIndex(connection, table, index).map((fault) => ({
          collection: table.collection.name,
          index: index.name,
          fault,
        })),
      ),
    );
  } finally {
    connection.close();
  }
};
