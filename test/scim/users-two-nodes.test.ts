import { expect } from 'chai';
import { auditEvents } from '../../plugins/scim/audit-events.ts';
import type { Asker } from '../../plugins/scim/clients/client.ts';
import { collections } from '../../plugins/scim/collections.ts';
import { createUsers } from '../../plugins/scim/people/users.ts';
import { resourceTypes } from '../../plugins/scim/schema/resource-types.ts';
import type { Kind, Resource } from '../../plugins/scim/server/kind.ts';
import { hostEvents } from '../../src/audit/catalogue.ts';
import { createAudit } from '../../src/audit/log.ts';
import { sweepingJob } from '../../src/directory/sweeping.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import { onEveryEngine } from '../support/engines.ts';
import { rooms } from '../support/rooms.ts';
import type { Rooms } from '../support/rooms.ts';
import { USER } from '../support/scim.ts';

const type = resourceTypes().User;
const asker: Asker = { client: { name: 'entra', access: 'write', types: new Set(['User']) }, by: {} };
const all = (): boolean => true;

onEveryEngine('people over SCIM, written by two nodes', (engine) => {
  let r: Rooms;
  let nodes: readonly [Kind, Kind];
  before(async () => {
    r = await rooms(undefined, collections, engine);
    const { directory, store, clock, secrets } = r;
    const nothing = () => Promise.resolve([]);
    const judgedPassword = () => Promise.resolve({ faults: [], changes: [] });
    const access = { ...directory, passwordSet: nothing, unlockFound: nothing, restored: nothing, judgedPassword };
    const audit = createAudit({ ...hostEvents, ...auditEvents }, clock, systemRandom, secrets);
    const node = () =>
      createUsers({ ...directory, store, clock, secrets, audit }, access, { passwords: false }, type, 'https://x.test');
    nodes = [node(), node()];
  });
  after(() => r[Symbol.asyncDispose]());

  const at = (count: number): Kind => nodes[count % 2 === 0 ? 0 : 1];
  const idOf = (resource: Resource | undefined): string => {
    const id = resource?.['id'];
    if (typeof id !== 'string') throw new Error('a resource without an id');
    return id;
  };
  const create = (count: number, given: Readonly<Record<string, unknown>>): Promise<Resource> =>
    at(count).create(asker, { schemas: [USER], ...given }, all);

  it('lose none of the changes that come to both at once', async () => {
    const id = idOf(await create(0, { userName: 'ada' }));
    await Promise.all(
      Array.from({ length: 12 }, (_, count) => {
        const operations = [{ op: 'add', path: 'roles', value: [{ value: `role${String(count)}` }] }] as const;
        return at(count).modify(asker, id, operations, {}, all);
      }),
    );
    expect((await at(0).get(asker, id, all))?.['roles']).to.have.length(12);
  });

  it('are created once for each external id, and come back once', async () => {
    const created = await Promise.allSettled(
      Array.from({ length: 8 }, (_, count) => create(count, { userName: `bea${String(count)}`, externalId: 'b' })),
    );
    const won = created.filter((each) => each.status === 'fulfilled');
    expect(won).to.have.length(1);
    const id = idOf(won[0]?.value);
    await at(1).remove(asker, id, {});
    while (await sweepingJob(r.store, r.clock).run());
    const back = await Promise.allSettled(
      Array.from({ length: 8 }, (_, count) => create(count, { userName: `bea${String(count)}`, externalId: 'b' })),
    );
    const returned = back.filter((each) => each.status === 'fulfilled');
    expect(returned.map(({ value }) => value['id'])).to.deep.equal([id]);
  });
});
