import { DatabaseSync } from 'node:sqlite';
import type { SQLInputValue } from 'node:sqlite';
import { sqliteFolder } from '../../test/support/store-sqlite.ts';
import { extra, idOf, personOf } from './store-twin.ts';
import type { Person, Twin } from './store-twin.ts';

const LAYOUT = `
  PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
  CREATE TABLE people(n INTEGER PRIMARY KEY, id TEXT UNIQUE, userName TEXT UNIQUE, state TEXT, created REAL, version INTEGER, lease REAL, doc TEXT);
  CREATE INDEX queue ON people(state, created, id);
  CREATE TABLE mails(value TEXT, id TEXT, PRIMARY KEY (value, id)) WITHOUT ROWID;
`;

/** The same by hand, as somebody would who needs only this: columns of their own, no checks, no retries. */
export const bareTwin = async (documents: number): Promise<Twin> => {
  const folder = await sqliteFolder();
  const db = new DatabaseSync(folder.file);
  db.exec(LAYOUT);
  const known = new Map<string, ReturnType<typeof db.prepare>>();
  const sql = (text: string): ReturnType<typeof db.prepare> => {
    const statement = known.get(text) ?? db.prepare(text);
    known.set(text, statement);
    return statement;
  };
  const parsed = (text: string, ...values: SQLInputValue[]): Person[] =>
    sql(text)
      .all(...values)
      .map(({ doc }) => JSON.parse(String(doc)) as Person);
  const transaction = (work: () => unknown): void => {
    db.exec('BEGIN IMMEDIATE');
    work();
    db.exec('COMMIT');
  };
  const insert = (person: Person): void => {
    const { id, userName, state, created } = person;
    sql('INSERT INTO people VALUES (NULL, ?, ?, ?, ?, 1, NULL, ?)').run(
      id,
      userName,
      state,
      created,
      JSON.stringify(person),
    );
    for (const { value } of person.emails) sql('INSERT INTO mails VALUES (?, ?)').run(value, id);
  };
  const increment = (id: string): void => {
    sql(
      "UPDATE people SET version = version + 1, doc = json_set(doc, '$.visits', doc ->> 'visits' + 1) WHERE id = ? AND doc ->> 'visits' < 9",
    ).run(id);
  };
  for (let from = 0; from < documents; from += 1000) {
    transaction(() => {
      for (let number = from; number < Math.min(from + 1000, documents); number += 1) insert(personOf(number));
    });
  }
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  const number = (round: number): number => (round * 7919) % documents;
  const inserted = (verb: number, round: number): string => extra(documents, verb, round).id;

  return {
    calls: {
      get: (round) => parsed('SELECT doc FROM people WHERE id = ?', idOf(number(round))),
      'find by user name': (round) =>
        parsed('SELECT doc FROM people WHERE userName = ?', `user${String(number(round))}`),
      'find by mail': (round) =>
        parsed(
          'SELECT doc FROM people WHERE id IN (SELECT id FROM mails WHERE value = ?)',
          `user${String(number(round))}@example.org`,
        ),
      'page of 20, deep': (round) =>
        parsed(
          "SELECT doc FROM people WHERE state = 'active' AND created >= ? ORDER BY created, id LIMIT 21",
          number(round),
        ),
      'count all': () => sql('SELECT count(*) FROM people').get(),
      insert: (round) => {
        transaction(() => {
          insert(extra(documents, 1, round));
        });
      },
      swap: (round) => {
        const next = { ...extra(documents, 1, round), state: 'gone' };
        transaction(() =>
          sql('UPDATE people SET state = ?, doc = ?, version = version + 1 WHERE id = ? AND version = 1').run(
            next.state,
            JSON.stringify(next),
            next.id,
          ),
        );
      },
      increment: (round) => {
        transaction(() => {
          increment(inserted(1, round));
        });
      },
      'commit of 3': (round) => {
        transaction(() => {
          insert(extra(documents, 2, round));
          increment(inserted(1, round));
          sql('DELETE FROM people WHERE id = ?').run(inserted(3, round));
        });
      },
      take: (round) => {
        const id = inserted(2, round);
        transaction(() => {
          parsed('DELETE FROM people WHERE id = ? RETURNING doc', id);
          sql('DELETE FROM mails WHERE value IN (?, ?)').run(`user${id}`, `u${id}`);
        });
      },
      'part of a user name': (round) =>
        parsed('SELECT doc FROM people WHERE instr(userName, ?) ORDER BY id LIMIT 21', `r${String(round)}77`),
      'what no index serves': () => parsed("SELECT doc FROM people WHERE json_extract(doc, '$.about') = ?", 'nobody'),
      claim: () => {
        const now = performance.now();
        transaction(() =>
          parsed(
            "UPDATE people SET lease = ?, version = version + 1 WHERE id = (SELECT id FROM people WHERE state = 'gone' AND (lease IS NULL OR lease <= ?) ORDER BY created, id LIMIT 1) RETURNING doc",
            now + 1,
            now,
          ),
        );
      },
    },
    async close() {
      db.close();
      await folder[Symbol.asyncDispose]();
    },
  };
};
