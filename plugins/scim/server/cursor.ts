import { z } from 'zod';
import type { Clock } from '../../../src/kernel/clock.ts';
import type { Secrets } from '../../../src/kernel/secrets.ts';
import { badRequest } from '../schema/scim-error.ts';

/** Where a page begins: in the list of which kind of resource, and after which of them. */
const place = z.strictObject({ kind: z.int().min(0), after: z.string().exactOptional() });

export type Place = z.infer<typeof place>;

const inside = z.strictObject({
  /** Hash of what was asked, and by whom. */
  of: z.string(),
  until: z.number(),
  total: z.int(),
  at: place,
  /** Where the pages before it began, the latest last. */
  before: z.array(place),
});

export interface Cursor {
  readonly total: number;
  readonly at: Place;
  readonly before: readonly Place[];
}

/** Pages that one can go back from any page: each makes the cursor longer. */
const PAGES_BACK = 8;

const PURPOSE = 'scim cursor';

/**
 * Cursors of RFC 9865. Nothing is kept for them: a cursor holds, sealed, where its page begins, and is good for the same
 * client and the same question alone.
 */
export interface Cursors {
  readonly seconds: number;
  make(question: string, cursor: Cursor): string;
  /** Throws `ScimError` `invalidCursor`, `expiredCursor`. */
  read(question: string, cursor: string): Cursor;
}

export const createCursors = (secrets: Secrets, clock: Clock, lifetime: number): Cursors => {
  const opened = (cursor: string) => {
    try {
      return inside.parse(JSON.parse(secrets.open(PURPOSE, cursor)));
    } catch {
      throw badRequest('invalidCursor', 'the cursor is none that was given out');
    }
  };

  return {
    seconds: Math.floor(lifetime / 1000),

    make(question, { total, at, before }) {
      const until = clock.now() + lifetime;
      const of = secrets.hash(PURPOSE, question);
      return secrets.seal(PURPOSE, JSON.stringify({ of, until, total, at, before: before.slice(-PAGES_BACK) }));
    },

    read(question, cursor) {
      const { of, until, ...rest } = opened(cursor);
      if (!secrets.matches(PURPOSE, question, of)) {
        throw badRequest('invalidCursor', 'the cursor belongs to another question');
      }
      if (clock.now() >= until) throw badRequest('expiredCursor', 'the cursor has expired: begin anew');
      return rest;
    },
  };
};
