import { expect } from 'chai';
import fc from 'fast-check';
import { z } from 'zod';
import { registrations } from '../../plugins/sspr/collections.ts';
import type { Registration } from '../../plugins/sspr/collections.ts';
import { previewPolicies } from '../../plugins/sspr/commands/policy-preview.ts';
import { ssprConfig } from '../../plugins/sspr/config.ts';
import type { Methods } from '../../plugins/sspr/methods/list.ts';
import type { Method } from '../../plugins/sspr/methods/method.ts';
import { createPolicies } from '../../plugins/sspr/policy.ts';
import type { Policies } from '../../plugins/sspr/policy.ts';
import { nothingRegistered, registrationOf } from '../../plugins/sspr/registrations.ts';
import { emptyPreview, previewing, registering } from '../../plugins/sspr/preview.ts';
import type { Change } from '../../plugins/sspr/preview.ts';
import { isLastingFactor, standingOf, waysOf } from '../../plugins/sspr/standing.ts';
import { membershipId, memberships } from '../../src/directory/group.ts';
import { people } from '../../src/directory/person.ts';
import type { Account } from '../../src/plugin.ts';
import { everything } from '../../src/store/query.ts';
import { onEveryEngine } from '../support/engines.ts';
import { rooms } from '../support/rooms.ts';
import type { Rooms } from '../support/rooms.ts';
import { accountOf, START } from './flow-samples.ts';

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

/** Guests come from a directory, so that rules may call them by that as well. */
const NAMES = ['Staff', 'Lab', 'Guests', 'All'];
const BROUGHT = { name: 'Guests', source: 'ldap:corp' };
const RULED = [...NAMES, `${BROUGHT.source}/${BROUGHT.name}`];
const METHODS = ['email', 'sms', 'totp'];

const section = fc.record({
  scope: fc.constantFrom('all' as const, 'all' as const, 'selected' as const, 'none' as const),
  include: fc.subarray(RULED, { minLength: 1 }),
  exclude: fc.subarray(RULED, { maxLength: 1 }),
  excludeAttributes: fc.constantFrom({}, {}, { department: ['Sales'] }),
  policies: fc.array(
    fc.record({
      groups: fc.subarray(RULED, { minLength: 1 }),
      exclude: fc.subarray(RULED, { maxLength: 1 }),
      methods: fc.subarray(METHODS, { minLength: 2 }),
      gates: fc.constantFrom(1 as const, 2 as const),
      unlockGates: fc.constantFrom(1 as const, 2 as const),
      secondFactor: fc.constantFrom('off' as const, 'registered' as const, 'required' as const),
    }),
    { minLength: 1, maxLength: 3 },
  ),
});

/** Each with a name of its own, with two gates where a second factor is required, and none but the last for everybody. */
const policies = fc.tuple(section, fc.boolean()).map(([given, everybody]) => ({
  ...given,
  policies: given.policies.map((one, at) => ({
    ...one,
    name: `policy ${String(at)}`,
    ...(one.secondFactor === 'required' ? { gates: 2 as const } : {}),
    ...(everybody && at === given.policies.length - 1 ? { groups: [] } : {}),
  })),
}));

const registered = fc.record({
  method: fc.constantFrom('email', 'email', 'sms', 'sms', 'totp', 'totp', 'questions', 'gone'),
  dead: fc.constantFrom(false, false, false, false, true),
  // No second factor before that time.
  aloneUntil: fc.constantFrom(0, 0, 0, Number.MAX_SAFE_INTEGER),
  // Two methods that show one thing are one gate.
  shows: fc.constantFrom<string[]>([], ['phone'], ['browser'], ['phone', 'browser']),
});

const directory = (most: number) =>
  fc.array(
    fc.record({
      groups: fc.subarray(NAMES.slice(0, 3)),
      active: fc.constantFrom(true, true, true, false),
      kind: fc.constantFrom('person' as const, 'person' as const, 'person' as const, 'service' as const),
      department: fc.constantFrom('Sales', 'Development'),
      administrator: fc.boolean(),
      registered: fc.array(registered, { maxLength: 3, size: 'max' }),
    }),
    { minLength: most / 2, maxLength: most },
  );

type Directory = ReturnType<typeof directory> extends fc.Arbitrary<infer T> ? T : never;

/** What somebody can do, worked out for them alone. */
const abilities = (account: Account, registration: Registration, under: Policies, now: number) => {
  const policy = under.of(account);
  if (!policy) return { reset: false, unlock: false, secondFactor: true, asked: false };
  const ways = waysOf(methods, policy, registration, now);
  const { missing, passesSecondFactor } = standingOf(policy, ways);
  const hasOne = ways.some(({ method: name }) => isLastingFactor(methods[name]));
  return {
    reset: missing.reset === 0,
    unlock: missing.unlock === 0,
    secondFactor: passesSecondFactor,
    asked: policy.secondFactor !== 'off' && hasOne,
  };
};

interface Known {
  readonly account: Account;
  readonly registration: Registration;
}

const oneByOne = (known: readonly Known[], before: Policies, after: Policies, now: number) => {
  const preview = emptyPreview();
  const list: { id: string; change: 'lost' | 'gained' }[] = [];
  for (const { account, registration } of known) {
    if (account.kind !== 'person' || !account.active) continue;
    const was = abilities(account, registration, before, now);
    const would = abilities(account, registration, after, now);
    preview.people += 1;
    if (was.reset) preview.canReset.before += 1;
    if (would.reset) preview.canReset.after += 1;
    for (const what of ['reset', 'unlock', 'secondFactor', 'asked'] as const) {
      if (was[what] !== would[what]) preview[what][was[what] ? 'lost' : 'gained'] += 1;
    }
    if (was.reset === would.reset) continue;
    const change = was.reset ? 'lost' : 'gained';
    list.push({ id: account.id, change });
    for (const name of account.groups.length > 0 ? account.groups : ['']) {
      const shift = preview.byGroup.get(name) ?? { lost: 0, gained: 0 };
      preview.byGroup.set(name, { ...shift, [change]: shift[change] + 1 });
    }
  }
  return { preview, list };
};

const twoOf = (given: readonly unknown[]): Pick<Change, 'before' | 'after'> => {
  const [before, after] = given.map((one) => createPolicies(ssprConfig.parse(one)));
  if (!before || !after) throw new Error('two configurations');
  return { before, after };
};

const registeredBy = (id: string, has: Directory[number]['registered']): Registration => ({
  ...nothingRegistered(id),
  methods: has.map(({ method: name, dead, shows, aloneUntil }, at) => ({
    id: String(at),
    method: name,
    addedAt: 0,
    aloneUntil,
    data: { shows },
    ...(dead ? { stale: { at: 0, reason: 'changed' as const, dead } } : {}),
  })),
});

describe('the judgement of a preview', () => {
  it('is for people who have the like registered what it is for each by themselves', () => {
    fc.assert(
      fc.property(directory(100), policies, (everybody, then) => {
        // What holds for everybody and asks for two gates lets each likeness count.
        const { before, after } = twoOf([{ policies: [{ name: 'all', methods: METHODS, gates: 2 }] }, then]);
        const known = everybody.map(({ groups, active, kind, department, administrator, registered: has }, n) => ({
          account: {
            ...accountOf(`p${String(n)}`),
            ...{ groups, active, kind, administrator },
            attributes: { department: [department] },
          },
          registration: registeredBy(`p${String(n)}`, has),
        }));
        const preview = emptyPreview();
        const look = previewing({ before, after, methods }, preview);
        const ways = registering(methods, START);
        for (const { account, registration } of known) look(account, ways(registration));
        expect(preview).to.deep.equal(oneByOne(known, before, after, START).preview);
      }),
      { numRuns: 200 },
    );
  });
});

onEveryEngine('the preview of a policy', (engine) => {
  const groups = new Map<string, string>();
  let r: Rooms;
  beforeEach(async () => {
    r = await rooms(undefined, [registrations], engine);
    for (const displayName of NAMES) {
      const made = r.directory.groups.creating(
        { displayName, ...(displayName === BROUGHT.name ? { source: BROUGHT.source } : {}) },
        { actor: 'cli' },
      );
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

  const fill = async (everybody: Directory): Promise<readonly string[]> => {
    await r.store.removeAll(people, everything);
    await r.store.removeAll(registrations, everything);
    // Memberships of the people of earlier rounds stay, as those of deleted people do for a while.
    const made = everybody.map(({ active, kind, department, administrator }, n) => {
      const adminRoles = administrator ? ['owner'] : [];
      const given = { userName: `p${String(n)}`, active, kind, department, adminRoles };
      return r.directory.people.creating(given, { actor: 'cli' }).person;
    });
    await r.store.insertMany(people, made);
    for (const [n, { id: member }] of made.entries()) {
      const { groups: held = [], registered: has = [] } = everybody[n] ?? {};
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
      await r.store.insert(registrations, registeredBy(member, has));
    }
    return made.map(({ id }) => id);
  };

  const known = async (id: string): Promise<Known> => {
    const account = await r.directory.accounts.byId(id);
    if (!account) throw new Error(`nobody has the id ${id}`);
    return { account, registration: await registrationOf(r.store, id) };
  };

  it('tells of random people what one look at each tells', async () => {
    await fc.assert(
      fc.asyncProperty(directory(12), policies, policies, async (everybody, now, then) => {
        const ids = await fill(everybody);
        const { before, after } = twoOf([now, then]);
        const host = { accounts: r.directory.accounts, store: r.store, clock: r.clock };
        const { preview, list } = await previewPolicies(host, { before, after, methods }, true);
        const plain = oneByOne(await Promise.all(ids.map(known)), before, after, r.clock.now());
        expect(preview, 'with a list').to.deep.equal(plain.preview);
        const counted = await previewPolicies(host, { before, after, methods }, false);
        expect(counted, 'without one').to.deep.equal({ preview: plain.preview, list: [] });
        expect(list.map(({ id, change }) => ({ id, change }))).to.have.deep.members(plain.list);
      }),
      { numRuns: 15 },
    );
  });
});
