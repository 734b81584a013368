import { expect } from 'chai';
import fc from 'fast-check';
import { z } from 'zod';
import { registrations } from '../../plugins/sspr/collections.ts';
import { previewPolicies } from '../../plugins/sspr/commands/policy-preview.ts';
import { ssprConfig } from '../../plugins/sspr/config.ts';
import type { Methods } from '../../plugins/sspr/methods/list.ts';
import type { Method } from '../../plugins/sspr/methods/method.ts';
import { createPolicies } from '../../plugins/sspr/policy.ts';
import type { Policies } from '../../plugins/sspr/policy.ts';
import { nothingRegistered, registrationOf } from '../../plugins/sspr/registrations.ts';
import { standingOf, waysOf } from '../../plugins/sspr/standing.ts';
import { membershipId, memberships } from '../../src/directory/group.ts';
import { people } from '../../src/directory/person.ts';
import type { Account } from '../../src/plugin.ts';
import { everything } from '../../src/store/query.ts';
import { onEveryEngine } from '../support/engines.ts';
import { rooms } from '../support/rooms.ts';
import type { Rooms } from '../support/rooms.ts';

const shape = z.strictObject({ shows: z.array(z.string()) });

/** Of a method a preview asks for nothing but this. */
const method = (name: string, lasting: boolean): Method<z.infer<typeof shape>> => ({
  name,
  guessable: true,
  most: 1,
  ...(lasting ? { secondFactor: { amr: [name] } } : {}),
  data: shape,
  describe: () => ({}),
  proves: ({ shows }) => shows,
  proof: { form: z.strictObject({}), sends: false, page: () => ({}), check: () => Promise.resolve(undefined) },
});

const all = [method('email', false), method('questions', false), method('sms', true), method('totp', true)];
const methods = Object.fromEntries(all.map((one) => [one.name, one])) as unknown as Methods;

const NAMES = ['Staff', 'Lab', 'Guests', 'All'];
const METHODS = ['email', 'sms', 'totp'];

const section = fc.record({
  scope: fc.constantFrom('all' as const, 'all' as const, 'selected' as const, 'none' as const),
  include: fc.subarray(NAMES, { minLength: 1 }),
  exclude: fc.subarray(NAMES, { maxLength: 1 }),
  policies: fc.array(
    fc.record({
      groups: fc.subarray(NAMES, { minLength: 1 }),
      exclude: fc.subarray(NAMES, { maxLength: 1 }),
      methods: fc.subarray(METHODS, { minLength: 2 }),
      gates: fc.constantFrom(1 as const, 2 as const),
    }),
    { minLength: 1, maxLength: 3 },
  ),
});

/** Each with a name of its own, and none but the last for everybody. */
const policies = fc.tuple(section, fc.boolean()).map(([given, everybody]) => ({
  ...given,
  policies: given.policies.map((one, at) => ({
    ...one,
    name: `policy ${String(at)}`,
    ...(everybody && at === given.policies.length - 1 ? { groups: [] } : {}),
  })),
}));

const registered = fc.record({
  method: fc.constantFrom('email', 'questions', 'sms', 'totp', 'gone'),
  dead: fc.constantFrom(false, false, true),
  // Two methods that show one thing are one gate.
  shows: fc.subarray(['phone', 'browser']),
});

const directory = fc.array(
  fc.record({
    groups: fc.subarray(NAMES.slice(0, 3)),
    active: fc.constantFrom(true, true, true, false),
    administrator: fc.boolean(),
    registered: fc.array(registered, { maxLength: 3 }),
  }),
  { maxLength: 12 },
);

type Directory = typeof directory extends fc.Arbitrary<infer T> ? T : never;

onEveryEngine('the preview of a policy', (engine) => {
  const groups = new Map<string, string>();
  let r: Rooms;
  beforeEach(async () => {
    r = await rooms(undefined, [registrations], engine);
    for (const displayName of NAMES) {
      const made = r.directory.groups.creating({ displayName }, { actor: 'cli' });
      await r.commit(made.changes);
      groups.set(displayName, made.group.id);
    }
    const [outer, inner] = [await groupNamed('All'), await groupNamed('Lab')];
    await r.commit(await r.directory.groups.nesting(outer, inner, { actor: 'cli' }));
  });
  afterEach(async () => {
    await r[Symbol.asyncDispose]();
  });

  const groupNamed = async (name: string) => {
    const found = await r.directory.groups.byId(groups.get(name) ?? '');
    if (!found) throw new Error(`no group ${name}`);
    return found;
  };

  const fill = async (given: Directory): Promise<readonly string[]> => {
    await r.store.removeAll(people, everything);
    await r.store.removeAll(registrations, everything);
    // Memberships of the people of earlier rounds stay, as those of deleted people do for a while.
    const made = given.map(({ active, administrator }, n) => {
      const { person } = r.directory.people.creating({ userName: `p${String(n)}`, active }, { actor: 'cli' });
      return { ...person, adminRoles: administrator ? ['owner'] : [] };
    });
    await r.store.insertMany(people, made);
    for (const [n, { id: member }] of made.entries()) {
      const { groups: held = [], registered: has = [] } = given[n] ?? {};
      const joined = held.map((name) => groups.get(name) ?? '');
      await r.store.insertMany(
        memberships,
        joined.map((group) => ({
          id: membershipId(group, member),
          group,
          member,
          memberKind: 'person' as const,
          addedAt: 0,
        })),
      );
      if (has.length === 0) continue;
      const list = has.map(({ method: name, dead, shows }, at) => ({
        id: String(at),
        method: name,
        addedAt: 0,
        data: { shows },
        ...(dead ? { stale: { at: 0, reason: 'changed' as const, dead } } : {}),
      }));
      await r.store.insert(registrations, { ...nothingRegistered(member), methods: list });
    }
    return made.map(({ id }) => id);
  };

  const canReset = async (account: Account, under: Policies): Promise<boolean> => {
    const policy = under.of(account);
    if (!policy) return false;
    const registration = await registrationOf(r.store, account.id);
    return standingOf(policy, waysOf(methods, policy, registration, r.clock.now())).missing.reset === 0;
  };

  const oneByOne = async (ids: readonly string[], before: Policies, after: Policies) => {
    const told = { people: 0, before: 0, after: 0, lost: [] as string[], gained: [] as string[] };
    const byGroup = new Map<string, number>();
    for (const id of ids) {
      const account = await r.directory.accounts.byId(id);
      if (!account?.active) continue;
      const [was, would] = [await canReset(account, before), await canReset(account, after)];
      told.people += 1;
      if (was) told.before += 1;
      if (would) told.after += 1;
      if (was === would) continue;
      told[was ? 'lost' : 'gained'].push(id);
      for (const name of account.groups.length > 0 ? account.groups : ['']) {
        byGroup.set(name, (byGroup.get(name) ?? 0) + 1);
      }
    }
    return { ...told, lost: told.lost.sort(), gained: told.gained.sort(), byGroup: Object.fromEntries(byGroup) };
  };

  it('tells of random people what one look at each tells', async () => {
    await fc.assert(
      fc.asyncProperty(directory, policies, policies, async (everybody, now, then) => {
        const ids = await fill(everybody);
        const [before, after] = [now, then].map((given) => createPolicies(ssprConfig.parse(given)));
        if (!before || !after) throw new Error('two configurations');
        const host = { accounts: r.directory.accounts, store: r.store, clock: r.clock };
        const { preview, list } = await previewPolicies(host, { before, after, methods }, true);
        const idsOf = (change: 'lost' | 'gained') =>
          list.flatMap((one) => (one.change === change ? [one.id] : [])).sort();
        const [lost, gained] = [idsOf('lost'), idsOf('gained')];
        const { people: counted, canReset: can } = preview;
        const byGroup = [...preview.byGroup].map(([name, shift]) => [name, shift.lost + shift.gained] as const);
        expect({ people: counted, ...can, lost, gained, byGroup: Object.fromEntries(byGroup) }).to.deep.equal(
          await oneByOne(ids, before, after),
        );
        expect(preview.reset).to.deep.equal({ lost: lost.length, gained: gained.length });
      }),
      { numRuns: 15 },
    );
  });
});
