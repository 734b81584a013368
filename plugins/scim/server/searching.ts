import type { Host } from '../../../src/plugin.ts';
import type { Query, Sort } from '../../../src/store/query.ts';
import { everything } from '../../../src/store/query.ts';
import type { ScimConfig } from '../config.ts';
import { mustBeKnown } from '../filter/known.ts';
import { parseFilter } from '../filter/parse.ts';
import { relatedQuestions } from '../filter/related.ts';
import { sortOf } from '../filter/sort.ts';
import { toQuery } from '../filter/translate.ts';
import type { ResourceType } from '../schema/attribute.ts';
import { createCursors } from './cursor.ts';
import { answered } from './handler.ts';
import type { Admitted, Handler } from './handler.ts';
import type { Kind } from './kind.ts';
import { listByCursor, listByIndex, listResponse } from './list.ts';
import type { Part, Question } from './list.ts';
import { createPlaces } from './places.ts';
import { readJson } from './json.ts';
import { requireJson } from './media-type.ts';
import { searchInBody, searchInQuery } from './search.ts';
import type { Search } from './search.ts';
import { shapedBy } from './shape.ts';

/** Bytes of a search: filters are bounded by themselves, lists of attributes are not. */
const LARGEST = 64 * 1024;

/** Lists of one or several kinds, as far as the token is for them, asked for by a query string or by a body. */
export interface Searching {
  byQuery(kinds: readonly Kind[]): Handler;
  byBody(kinds: readonly Kind[]): Handler;
}

const typesOf = (kinds: readonly Kind[]): readonly ResourceType[] => kinds.map(({ type }) => type);

const queryOf = async (kind: Kind, filter: string | undefined, searched: readonly Kind[]): Promise<Query> => {
  if (filter === undefined) return everything;
  const parsed = parseFilter(filter);
  mustBeKnown(parsed, typesOf(searched));
  const questions = relatedQuestions(parsed, kind.type);
  const answers = await Promise.all(questions.map((question) => kind.related(question)));
  return toQuery(parsed, kind.type, {
    unknown: searched.length > 1 ? 'absent' : 'refused',
    related: ({ attribute, value }) =>
      answers[questions.findIndex((one) => one.attribute === attribute && one.value === value)] ?? [],
  });
};

/**
 * Where nothing is asked for, all by index come by their ids, along which the way to a place is short; by cursor, which
 * needs no way, and by a filter as the store has them.
 */
const unasked = ({ filter, cursor }: Search): readonly Sort[] =>
  filter === undefined && cursor === undefined ? [{ path: 'id' }] : [];

const partOf = async (kind: Kind, search: Search, searched: readonly Kind[]): Promise<Part> => {
  const { filter, sortBy, descending } = search;
  const order = descending ? 'descending' : 'ascending';
  return {
    kind,
    query: await queryOf(kind, filter, searched),
    sort: sortBy === undefined ? unasked(search) : sortOf(kind.type, sortBy, order, typesOf(searched)),
    shaped: shapedBy(kind.type, search),
  };
};

export const createSearching = ({ secrets, clock }: Pick<Host, 'secrets' | 'clock'>, config: ScimConfig): Searching => {
  const cursors = createCursors(secrets, clock, config.cursorLifetime);
  const places = createPlaces(clock);

  const list = async (request: Admitted, kinds: readonly Kind[], search: Search) => {
    const { asker } = request;
    const { filter, sortBy, descending, startIndex, cursor } = search;
    const question: Question = {
      asker,
      parts: await Promise.all(kinds.map((kind) => partOf(kind, search, kinds))),
      key: JSON.stringify([asker.client.name, kinds.map(({ type }) => type.name), filter, sortBy, descending]),
      count: Math.min(search.count ?? config.pageSize, config.maxResults),
    };
    const found = await (cursor === undefined
      ? listByIndex(question, startIndex, places)
      : listByCursor(question, cursor, cursors));
    return answered(request, 200, listResponse(found));
  };

  const seen = ({ asker: { client } }: Admitted, kinds: readonly Kind[]): readonly Kind[] =>
    kinds.filter(({ type }) => client.types.has(type.name));

  return {
    byQuery: (kinds) => (request) => list(request, seen(request, kinds), searchInQuery(request.call.query)),
    byBody: (kinds) => async (request) => {
      requireJson(request.call);
      const body = readJson(await request.call.body(LARGEST));
      return list(request, seen(request, kinds), searchInBody(body));
    },
  };
};
