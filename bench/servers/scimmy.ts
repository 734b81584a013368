// Plain scimmy over the same store, with the same people in the same groups: no log, no rates, one token compared as it is.
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';
import SCIMMY from 'scimmy';
import { directoryCollections } from '../../src/directory/directory.ts';
import { groups, membershipId, memberships } from '../../src/directory/group.ts';
import { holdingsOf } from '../../src/directory/memberships.ts';
import { people } from '../../src/directory/person.ts';
import type { Person } from '../../src/directory/person.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { randomId, systemRandom } from '../../src/kernel/random.ts';
import { fold } from '../../src/kernel/text.ts';
import { change, pagesOf } from '../../src/store/port.ts';
import type { Change, Stored } from '../../src/store/port.ts';
import { eq, everything } from '../../src/store/query.ts';
import { openSqlite } from '../../src/store/sqlite/engine.ts';
import { sqliteFolder } from '../../test/support/store-sqlite.ts';
import { fill, record } from '../support/scim-people.ts';

const PREFIX = '/scim/v2';
const folder = await sqliteFolder();
const [clock, collections] = [systemClock, [...directoryCollections]];
const store = await openSqlite({ file: folder.file, collections, migrations: [], clock });
await fill(store, Number(process.env['BENCH_PEOPLE']), clock.now());

interface Given {
  readonly userName?: string;
  readonly externalId?: string;
  readonly displayName?: string;
  readonly name?: Person['name'];
  readonly emails?: readonly { readonly value: string; readonly type?: string; readonly primary?: boolean }[];
  readonly members?: readonly { readonly value: string }[];
}

const metaOf = ({ createdAt, updatedAt }: Pick<Person, 'createdAt' | 'updatedAt'>) => ({
  created: new Date(createdAt),
  lastModified: new Date(updatedAt),
});

const shown = async (persons: readonly Stored<Person>[]): Promise<SCIMMY.Schemas.User[]> => {
  const held = await holdingsOf(
    store,
    persons.map(({ id }) => id),
  );
  return persons.map((person) => ({
    ...{ id: person.id, externalId: person.externalId, userName: person.userName, displayName: person.displayName },
    ...{ name: person.name, emails: person.emails, active: person.active, meta: metaOf(person) },
    groups: (held.get(person.id) ?? []).map(({ group }) => ({ value: group.id, display: group.displayName })),
  })) as unknown as SCIMMY.Schemas.User[];
};

const nothing = (): never => {
  throw new SCIMMY.Types.Error(404, 'invalidValue', 'there is no such resource');
};

const one = async (persons: readonly Stored<Person>[]): Promise<SCIMMY.Schemas.User> =>
  (await shown(persons))[0] ?? nothing();

SCIMMY.Resources.declare(SCIMMY.Resources.User)
  .ingress(async (_resource, instance) => {
    const { userName = '', externalId, displayName, name, emails } = instance as unknown as Given;
    const attributes = {
      userName,
      ...(externalId !== undefined && { externalId }),
      ...(displayName !== undefined && { displayName }),
      ...(name && { name }),
      ...(emails && { emails: emails.map(({ value, type = 'work', primary = false }) => ({ value, type, primary })) }),
    };
    const person = await store.insert(people, record(randomId(systemRandom), attributes, clock.now()));
    return one([person]);
  })
  .egress(async (resource) => {
    if (resource.id !== undefined) {
      const person = await store.get(people, resource.id);
      return one(person ? [person] : []);
    }
    const [filter] = (resource.filter ?? []) as unknown as readonly { readonly userName?: readonly string[] }[];
    const name = filter?.userName?.[1];
    const query = name === undefined ? everything : eq('userNameFolded', fold(name));
    const { count = 100 } = resource.constraints ?? {};
    const { docs } = await store.find(people, query, { limit: count });
    Object.assign(resource.constraints ?? {}, { totalResults: await store.count(people, query) });
    return shown(docs);
  });

const membersOf = async (group: string): Promise<readonly Stored<Person>[]> => {
  const members: Stored<Person>[] = [];
  for await (const page of pagesOf(store, memberships, eq('group', group))) {
    const found = await Promise.all(page.map(({ member }) => store.get(people, member)));
    members.push(...found.filter((person) => person !== undefined));
  }
  return members;
};

const group = async (id: string): Promise<SCIMMY.Schemas.Group> => {
  const { displayName, ...found } = (await store.get(groups, id)) ?? nothing();
  const members = (await membersOf(id)).map((person) => ({ value: person.id, display: person.displayName }));
  return { id, displayName, members, meta: metaOf(found) } as unknown as SCIMMY.Schemas.Group;
};

SCIMMY.Resources.declare(SCIMMY.Resources.Group)
  // All of the members are given, whatever the request was about: what is another is found by comparing.
  .ingress(async ({ id = '' }, instance) => {
    const wanted = new Set(((instance as unknown as Given).members ?? []).map(({ value }) => value));
    const now = new Set((await membersOf(id)).map((person) => person.id));
    const [comers, leavers] = [[...wanted].filter((one) => !now.has(one)), [...now].filter((one) => !wanted.has(one))];
    const changes: readonly Change[] = [
      ...comers.map((member) => {
        const row = { id: membershipId(id, member), group: id, member, memberKind: 'person' as const };
        return change.insert(memberships, { ...row, addedAt: clock.now() });
      }),
      ...leavers.map((member) => change.remove(memberships, membershipId(id, member))),
    ];
    await store.commit(changes);
    return group(id);
  })
  .egress(({ id = '' }) => group(id));

const answer = async (request: IncomingMessage): Promise<{ readonly status: number; readonly body: unknown }> => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://twin.invalid');
  const [type, id] = pathname.slice(PREFIX.length + 1).split('/');
  const Resource = type === 'Users' ? SCIMMY.Resources.User : SCIMMY.Resources.Group;
  if (request.headers.authorization !== `Bearer ${process.env['BENCH_TOKEN'] ?? ''}`) return { status: 401, body: {} };
  switch (request.method) {
    case 'POST':
      return { status: 201, body: await new Resource().write(await json(request)) };
    case 'PATCH': {
      return { status: 200, body: await new Resource(id).patch((await json(request)) as never) };
    }
    default: {
      const { count, ...rest } = Object.fromEntries(searchParams);
      const asked = { ...rest, ...(count !== undefined && { count: Number(count) }) };
      return { status: 200, body: await (id === undefined ? new Resource(asked as never) : new Resource(id)).read() };
    }
  }
};

const server = createServer((request, response) => {
  void answer(request)
    .catch((error: unknown) => ({ status: 500, body: { detail: String(error) } }))
    .then(async ({ status, body }) => {
      await store.durable();
      response.writeHead(status, { 'Content-Type': 'application/scim+json' }).end(JSON.stringify(body));
    });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  process.stdout.write(`${JSON.stringify({ origin: `http://127.0.0.1:${String(port)}` })}\n`);
});
process.once('SIGTERM', () => {
  server.closeAllConnections();
  server.close();
  void store.close().then(() => folder[Symbol.asyncDispose]());
});
