// A server with many people, each in three groups, and one client of SCIM whose token the bench knows.
import { scimTokens } from '../../plugins/scim/clients/tokens.ts';
import { startApp } from '../../src/app.ts';
import { groups, membershipId, memberships } from '../../src/directory/group.ts';
import { people } from '../../src/directory/person.ts';
import { installation } from '../support/installation.ts';

const AT_ONCE = 2000;
const GROUPS = 100;

const [many, token] = [Number(process.env['BENCH_PEOPLE']), process.env['BENCH_TOKEN'] ?? ''];
const { config, origin, remove } = await installation({ plugins: { scim: { requestsPerMinute: 100_000_000 } } });

const app = await startApp(config);
const { store, secrets, directory, clock } = app.foundation;
const createdAt = clock.now();

const named = (number: number): string => `p${String(number).padStart(7, '0')}`;

const personOf = (number: number) =>
  directory.people.creating(
    {
      userName: named(number),
      id: named(number),
      externalId: `external-${named(number)}`,
      displayName: `Person ${String(number)}`,
      name: { givenName: 'Person', familyName: String(number) },
      emails: [{ value: `${named(number)}@example.test`, type: 'work', primary: true }],
      department: `Department ${String(number % 50)}`,
      source: 'scim:bench',
    },
    {},
  ).person;

await store.insertMany(
  groups,
  Array.from({ length: GROUPS }, (_, number) => ({
    ...{
      id: `g${String(number)}`,
      displayName: `Group ${String(number)}`,
      displayNameFolded: `group ${String(number)}`,
    },
    ...{ foldVersion: 1, source: 'scim:bench', createdAt, updatedAt: createdAt },
  })),
);
for (let begin = 0; begin < many; begin += AT_ONCE) {
  const numbers = Array.from({ length: Math.min(AT_ONCE, many - begin) }, (_, at) => begin + at);
  await store.insertMany(people, numbers.map(personOf));
  await store.insertMany(
    memberships,
    numbers.flatMap((number) =>
      [0, 1, 2].map((nth) => {
        const [group, member] = [`g${String((number + nth * 31) % GROUPS)}`, named(number)];
        return { id: membershipId(group, member), group, member, memberKind: 'person' as const, addedAt: createdAt };
      }),
    ),
  );
}
await store.insert(scimTokens, {
  id: 'bench.1',
  hash: secrets.hash('scim token', token),
  name: 'bench',
  access: 'write',
  types: ['User', 'Group'],
  createdAt,
});
process.stdout.write(`${JSON.stringify({ origin })}\n`);
process.once('SIGTERM', () => {
  void app.stop().then(remove);
});
