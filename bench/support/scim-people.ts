import { storedAttributes } from '../../src/directory/attributes.ts';
import type { Attributes } from '../../src/directory/attributes.ts';
import { groups, membershipId, memberships } from '../../src/directory/group.ts';
import { people } from '../../src/directory/person.ts';
import type { Person } from '../../src/directory/person.ts';
import type { Store } from '../../src/store/port.ts';

const AT_ONCE = 2000;
const GROUPS = 100;
/** Groups that each of the people is in. */
const HELD = 3;

export const named = (number: number): string => `p${String(number).padStart(7, '0')}`;

/** A record as the directory makes it of these attributes. */
export const record = (id: string, attributes: Omit<Attributes, 'active'>, now: number): Person => ({
  ...storedAttributes({ ...attributes, active: true }),
  id,
  ...{ kind: 'person', authority: 'local', adminRoles: [], epoch: 1, source: 'scim:bench' },
  ...{ createdAt: now, updatedAt: now },
});

const personOf = (number: number, now: number): Person =>
  record(
    named(number),
    {
      userName: named(number),
      externalId: `external-${named(number)}`,
      displayName: `Person ${String(number)}`,
      name: { givenName: 'Person', familyName: String(number) },
      emails: [{ value: `${named(number)}@example.test`, type: 'work', primary: true }],
      department: `Department ${String(number % 50)}`,
    },
    now,
  );

const membershipsOf = (number: number, now: number) =>
  Array.from({ length: HELD }, (_, nth) => {
    const [group, member] = [`g${String((number + nth * 31) % GROUPS)}`, named(number)];
    return { id: membershipId(group, member), group, member, memberKind: 'person' as const, addedAt: now };
  });

/** Fills a store with people, each in three of a hundred groups. */
export const fill = async (store: Store, many: number, now: number): Promise<void> => {
  await store.insertMany(
    groups,
    Array.from({ length: GROUPS }, (_, number) => ({
      ...{ id: `g${String(number)}`, displayName: `Group ${String(number)}` },
      ...{ displayNameFolded: `group ${String(number)}`, foldVersion: 1, source: 'scim:bench' },
      ...{ createdAt: now, updatedAt: now },
    })),
  );
  for (let begin = 0; begin < many; begin += AT_ONCE) {
    const numbers = Array.from({ length: Math.min(AT_ONCE, many - begin) }, (_, at) => begin + at);
    await store.insertMany(
      people,
      numbers.map((number) => personOf(number, now)),
    );
    await store.insertMany(
      memberships,
      numbers.flatMap((number) => membershipsOf(number, now)),
    );
  }
};
