import { openMongo } from '../../src/store/mongo/engine.ts';
import { fieldOf } from '../../src/store/mongo/filter.ts';
import type { Collection, Store } from '../../src/store/port.ts';
import { and, any, eq, ge } from '../../src/store/query.ts';
import type { Query, Sort } from '../../src/store/query.ts';
import { pathShape } from '../../src/store/shape.ts';
import { testClock } from './clock.ts';
import type { MongoDatabase } from './mongo-database.ts';

/** A query that a declared index is there for, and what is wrong with the way MongoDB answered it. */
export interface PlanFault {
  readonly collection: string;
  readonly index: string;
  readonly fault: string;
}

interface Question {
  readonly query: Query;
  readonly sort: readonly Sort[];
}

/** What the database's profiler notes of a command. */
interface Noted {
  readonly planSummary?: string;
  readonly hasSortStage?: boolean;
}

/** A condition for each path; those on the elements of a list are met by one element. */
const together = (list: string | undefined, parts: readonly Query[]): Query => {
  const inside = (part: Query): boolean => list !== undefined && 'path' in part && part.path.startsWith(`${list}.`);
  const within = parts
    .filter(inside)
    .map((part) => ('path' in part ? { ...part, path: part.path.slice((list ?? '').length + 1) } : part));
  const beside = parts.filter((part) => !inside(part));
  return within.length === 0 ? and(...beside) : and(...beside, any(list ?? '', and(...within)));
};

/** Equality on all paths, a stretch of the last in both orders, and the order of what is left after each first path. */
const questionsFor = (collection: Collection, paths: readonly string[]): readonly Question[] => {
  const list = paths.flatMap((path) => pathShape(collection.shape, path)?.lists ?? [])[0];
  const pins = paths.map((path) => eq(path, 'x'));
  const whole = { query: together(list, pins), sort: [] };
  if (list !== undefined) return [whole];
  const last = paths.at(-1) ?? '';
  const stretch = and(...pins.slice(0, -1), ge(last, 'x'));
  const orders = paths.map((_, position) => ({
    query: and(...pins.slice(0, position)),
    sort: paths.slice(position).map((path) => ({ path, descending: true })),
  }));
  const upward = { query: and(...pins.slice(0, -1)), sort: [{ path: last }] };
  return [
    whole,
    { query: stretch, sort: [{ path: last }] },
    { query: stretch, sort: [{ path: last, descending: true }] },
    upward,
    ...orders,
  ];
};

/** Asks for the first page, for the one after a place, for the number, and for a claim. */
const ask = async (store: Store, collection: Collection, { query, sort }: Question): Promise<void> => {
  const cursor = Buffer.from(JSON.stringify([...sort.map(() => 'x'), 'x'])).toString('base64url');
  await store.find(collection, query, { sort });
  await store.find(collection, query, { sort, cursor });
  await store.claim(collection, { query, sort, lease: 1 });
  if (sort.length === 0) await store.count(collection, query);
};

const faultOf = ({ planSummary = '', hasSortStage = false }: Noted, keys: string): readonly string[] => {
  if (hasSortStage) return [`sorted ${planSummary}`];
  const served = ['IXSCAN', 'COUNT_SCAN'].some((scan) => planSummary.startsWith(`${scan} { ${keys} }`));
  return served ? [] : [planSummary === '' ? 'no plan was noted' : planSummary];
};

/**
 * What MongoDB would have to scan or sort for the queries the declared indexes are there for: none, if all is well.
 * Takes any set of collections; the plans are those its profiler notes while the engine runs.
 */
export const mongoPlanFaults = async (
  database: MongoDatabase,
  collections: readonly Collection[],
): Promise<readonly PlanFault[]> => {
  const store = await openMongo({ url: database.url, collections, migrations: [], clock: testClock() });
  try {
    return await database.withDatabase(async (db) => {
      const faults: PlanFault[] = [];
      for (const collection of collections) {
        for (const [index, { on }] of Object.entries(collection.indexes)) {
          await db.command({ profile: 2 });
          for (const question of questionsFor(collection, on)) await ask(store, collection, question);
          await db.command({ profile: 0 });
          const noted = await db
            .collection<Noted>('system.profile')
            .find({ ns: `${database.name}.${collection.name}` })
            .toArray();
          await db.dropCollection('system.profile');
          const keys = [...on.map(fieldOf), '_id'].map((field) => `${field}: 1`).join(', ');
          if (noted.length === 0) faults.push({ collection: collection.name, index, fault: 'nothing was noted' });
          const found = new Set(noted.flatMap((entry) => faultOf(entry, keys)));
          faults.push(...[...found].map((fault) => ({ collection: collection.name, index, fault })));
        }
      }
      return faults;
    });
  } finally {
    await store.close();
  }
};
