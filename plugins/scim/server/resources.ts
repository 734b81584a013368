import type { Reply } from '../../../src/plugin.ts';
import { operationsOf } from '../patch/operation.ts';
import { noResource } from '../people/refusals.ts';
import { namedInPatch, namedInResource } from '../resource/named.ts';
import type { Named } from '../resource/named.ts';
import { mustSee, mustWrite } from './admission.ts';
import { isKnown, metaOf, versionOf } from './etag.ts';
import { answered } from './handler.ts';
import type { Admitted, Handler, Handlers } from './handler.ts';
import { readJson } from './json.ts';
import type { Conditions, Kind, Resource } from './kind.ts';
import { requireJson } from './media-type.ts';
import { shapeInQuery } from './search.ts';
import { shapedBy } from './shape.ts';
import type { Shaped } from './shape.ts';
import type { Endpoint } from './table.ts';
import type { Searching } from './searching.ts';

/** Bytes of one resource or PATCH: a group of 10,000 members has 1 MB. */
const LARGEST = 8 * 1024 * 1024;

export const bodyOf = async ({ call }: Admitted, largest = LARGEST): Promise<unknown> => {
  requireJson(call);
  return readJson(await call.body(largest));
};

const conditionsOf = ({ call }: Admitted): Conditions => {
  const ifMatch = call.header('if-match');
  return ifMatch === undefined ? {} : { ifMatch };
};

const headersOf = (resource: Resource): Readonly<Record<string, string>> => {
  const version = versionOf(resource);
  const location = metaOf(resource, 'location');
  return {
    ...(version !== undefined && { ETag: version }),
    // RFC 7643 section 3.1 has `meta.location` equal to Content-Location, RFC 7644 section 3.11 to Location.
    ...(location !== undefined && { Location: location, 'Content-Location': location }),
  };
};

const told = (request: Admitted, status: number, resource: Resource, shaped: Shaped, written?: Named): Reply =>
  answered(request, status, shaped.project(resource, written), headersOf(resource));

const writing = (kind: Kind, handle: (request: Admitted, shaped: Shaped) => Promise<Reply>) => (request: Admitted) => {
  const { client } = request.asker;
  mustSee(client, kind.type.name);
  mustWrite(client);
  return handle(request, shapedBy(kind.type, shapeInQuery(request.call.query)));
};

const seeing =
  (kind: Kind, handle: Handler): Handler =>
  (request) => {
    mustSee(request.asker.client, kind.type.name);
    return handle(request);
  };

/** One resource, whose id is the rest of the path. */
export const reading = (kind: Kind) => async (request: Admitted) => {
  const { asker, call } = request;
  const [id = ''] = request.rest;
  const shaped = shapedBy(kind.type, shapeInQuery(call.query));
  const resource = await kind.get(asker, id, shaped.wanted);
  if (!resource) throw noResource();
  const version = versionOf(resource);
  if (version !== undefined && isKnown(call.header('if-none-match'), version)) {
    return { status: 304, headers: headersOf(resource) };
  }
  return told(request, 200, resource, shaped);
};

/**
 * A PATCH is answered with the resource, or with nothing where nobody asked for any of it (RFC 7644 section 3.5.2): one
 * more member of a hundred thousand is not worth telling all of them.
 */
const isSilent = ({ type }: Kind, { call }: Admitted): boolean => {
  const { attributes, excludedAttributes } = shapeInQuery(call.query);
  return type.name === 'Group' && !attributes && !excludedAttributes;
};

const one = (kind: Kind): Handlers => ({
  GET: seeing(kind, reading(kind)),
  PUT: writing(kind, async (request, shaped) => {
    const { asker, rest } = request;
    const given = await bodyOf(request);
    const resource = await kind.replace(asker, rest[0] ?? '', given, conditionsOf(request), shaped.wanted);
    return told(request, 200, resource, shaped, namedInResource(given));
  }),
  PATCH: writing(kind, async (request, shaped) => {
    const { asker, rest } = request;
    const operations = operationsOf(await bodyOf(request));
    const conditions = conditionsOf(request);
    if (isSilent(kind, request)) {
      const resource = await kind.modify(asker, rest[0] ?? '', operations, conditions, () => false);
      return { status: 204, headers: headersOf(resource) };
    }
    const resource = await kind.modify(asker, rest[0] ?? '', operations, conditions, shaped.wanted);
    return told(request, 200, resource, shaped, namedInPatch(operations));
  }),
  DELETE: writing(kind, async (request) => {
    await kind.remove(request.asker, request.rest[0] ?? '', conditionsOf(request));
    return { status: 204 };
  }),
});

/** All that is served of one kind of resource. */
export const resourceEndpoint = (kind: Kind, { byQuery, byBody }: Searching): Endpoint => ({
  handlers: {
    GET: seeing(kind, byQuery([kind])),
    POST: writing(kind, async (request, shaped) => {
      const given = await bodyOf(request);
      const resource = await kind.create(request.asker, given, shaped.wanted);
      return told(request, 201, resource, shaped, namedInResource(given));
    }),
  },
  below: (segment) => (segment === '.search' ? { POST: seeing(kind, byBody([kind])) } : one(kind)),
});
