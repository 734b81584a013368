import type { Query, Sort } from '../../../src/store/query.ts';
import type { Asker } from '../clients/client.ts';
import type { Cursors, Place } from './cursor.ts';
import type { Kind, Resource } from './kind.ts';
import type { Places } from './places.ts';
import type { Shaped } from './shape.ts';

/** A kind of resource in a list, with the question as it is for this kind. */
export interface Part {
  readonly kind: Kind;
  readonly query: Query;
  readonly sort: readonly Sort[];
  readonly shaped: Shaped;
}

/** What a list asks: the kinds one after the other. */
export interface Question {
  readonly asker: Asker;
  readonly parts: readonly Part[];
  /** All that a place in the list depends on. */
  readonly key: string;
  /** Resources of a page; with 0 only their total is told. */
  readonly count: number;
}

export interface List {
  readonly resources: readonly Resource[];
  readonly total: number;
  /** Absent with a cursor. */
  readonly startIndex?: number;
  readonly nextCursor?: string;
  readonly previousCursor?: string;
}

const FIRST: Place = { kind: 0 };

const totalsOf = ({ asker, parts }: Question): Promise<readonly number[]> =>
  Promise.all(parts.map(({ kind, query }) => kind.count(asker, query)));

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

/** A page from a place on, and where the next one begins. */
const read = async (
  { asker, parts, count }: Question,
  from: Place | undefined,
): Promise<{ readonly resources: readonly Resource[]; readonly next?: Place }> => {
  const resources: Resource[] = [];
  let at = from;
  while (at && resources.length < count) {
    const { kind: position, after }: Place = at;
    const part = parts[position];
    if (!part) return { resources };
    const page = {
      sort: part.sort,
      limit: count - resources.length,
      ...(after !== undefined && { cursor: after }),
    };
    const found = await part.kind.find(asker, part.query, page, part.shaped.wanted);
    resources.push(...found.docs.map((resource) => part.shaped.project(resource)));
    if (found.next !== undefined) at = { kind: position, after: found.next };
    else at = position + 1 < parts.length ? { kind: position + 1 } : undefined;
  }
  return { resources, ...(at && { next: at }) };
};

/** Where the resource of that index stands, from 0; undefined past the end. */
const placeAt = async ({ asker, parts }: Question, index: number, totals: readonly number[]) => {
  let left = index;
  for (const [position, { kind, query, sort }] of parts.entries()) {
    const total = totals[position] ?? 0;
    if (left === 0) return { kind: position };
    if (left < total) {
      const after = await kind.skip(asker, query, sort, left);
      return after === undefined ? undefined : { kind: position, after };
    }
    left -= total;
  }
  return undefined;
};

/**
 * A page by index (RFC 7644 section 3.4.2.4). The store has no way to the middle of a list but along it, so a page costs
 * what lies before it, unless it follows one that was just read.
 */
export const listByIndex = async (question: Question, startIndex: number, places: Places): Promise<List> => {
  if (question.count === 0) return { resources: [], total: sum(await totalsOf(question)), startIndex };
  if (startIndex === 1) {
    const { resources, next } = await read(question, FIRST);
    if (next) places.note(question.key, 1 + resources.length, next);
    // What fits one page was counted by reading it.
    return { resources, total: next ? sum(await totalsOf(question)) : resources.length, startIndex };
  }
  const totals = await totalsOf(question);
  const known = places.of(question.key, startIndex);
  const from = known ?? (await placeAt(question, startIndex - 1, totals));
  const { resources, next } = await read(question, from);
  if (next) places.note(question.key, startIndex + resources.length, next);
  return { resources, total: sum(totals), startIndex };
};

/** A page by cursor (RFC 9865), the first one by an empty cursor: it costs the same at any depth. */
export const listByCursor = async (question: Question, cursor: string, cursors: Cursors): Promise<List> => {
  const { key, count } = question;
  const begun = cursor === '' ? undefined : cursors.read(key, cursor);
  const { at, before } = begun ?? { at: FIRST, before: [] };
  const { resources, next } = await read(question, count === 0 ? undefined : at);
  const whole = begun === undefined && next === undefined && count > 0;
  // As it was when the first page was read: counting anew for each could cost more than the page.
  const total = begun?.total ?? (whole ? resources.length : sum(await totalsOf(question)));
  const earlier = before.at(-1);
  return {
    resources,
    total,
    ...(next && { nextCursor: cursors.make(key, { total, at: next, before: [...before, at] }) }),
    ...(earlier && { previousCursor: cursors.make(key, { total, at: earlier, before: before.slice(0, -1) }) }),
  };
};

const LIST = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';

export const listResponse = ({ resources, total, startIndex, ...cursors }: List): Resource => ({
  schemas: [LIST],
  totalResults: total,
  ...(startIndex !== undefined && { startIndex }),
  itemsPerPage: resources.length,
  ...cursors,
  Resources: resources,
});
