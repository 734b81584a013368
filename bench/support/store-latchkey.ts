import { systemClock } from '../../src/kernel/clock.ts';
import { change } from '../../src/store/port.ts';
import { and, co, eq, everything, ge } from '../../src/store/query.ts';
import { openSqlite } from '../../src/store/sqlite/engine.ts';
import type { SqliteStore } from '../../src/store/sqlite/verbs.ts';
import { sqliteFolder } from '../../test/support/store-sqlite.ts';
import { extra, idOf, people, personOf } from './store-twin.ts';
import type { Twin } from './store-twin.ts';

const AT_ONCE = 1000;

export const latchkeyTwin = async (documents: number): Promise<Twin> => {
  const folder = await sqliteFolder();
  const open = (): Promise<SqliteStore> =>
    openSqlite({ file: folder.file, collections: [people], migrations: [], clock: systemClock });
  const filled = await open();
  for (let from = 0; from < documents; from += AT_ONCE) {
    await filled.insertMany(
      people,
      Array.from({ length: Math.min(AT_ONCE, documents - from) }, (_, offset) => personOf(from + offset)),
    );
  }
  // Closed and opened again, so that what is measured does not read through the log of the filling.
  await filled.close();
  const store = await open();
  const number = (round: number): number => (round * 7919) % documents;
  const inserted = (verb: number, round: number): string => extra(documents, verb, round).id;

  return {
    calls: {
      get: (round) => store.get(people, idOf(number(round))),
      'find by user name': (round) => store.find(people, eq('userName', `user${String(number(round))}`), { limit: 1 }),
      'find by mail': (round) => store.find(people, eq('emails.value', `user${String(number(round))}@example.org`)),
      'page of 20, deep': (round) =>
        store.find(people, and(eq('state', 'active'), ge('created', number(round))), {
          sort: [{ path: 'created' }],
          limit: 20,
        }),
      'count all': () => store.count(people, everything),
      insert: (round) => store.insert(people, extra(documents, 1, round)),
      swap: (round) => store.swap(people, { ...extra(documents, 1, round), state: 'gone', version: 1 }),
      increment: (round) => store.increment(people, inserted(1, round), { field: 'visits', cap: 9 }),
      'commit of 3': (round) =>
        store.commit([
          change.insert(people, extra(documents, 2, round)),
          change.increment(people, inserted(1, round), { field: 'visits', cap: 9 }),
          change.remove(people, inserted(3, round)),
        ]),
      take: (round) => store.take(people, inserted(2, round)),
      'part of a user name': (round) => store.find(people, co('userName', `r${String(round)}77`), { limit: 20 }),
      // Refused once the budget of 100,000 documents has been read.
      'what no index serves': () => store.find(people, eq('about', 'nobody')).catch(() => undefined),
      claim: () => store.claim(people, { query: eq('state', 'gone'), sort: [{ path: 'created' }], lease: 1 }),
    },
    async close() {
      await store.close();
      await folder[Symbol.asyncDispose]();
    },
  };
};
