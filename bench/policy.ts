// What a preview of a changed policy costs with 100,000 people, each in three of fifty groups and most of them with
// two methods: wall time, CPU and memory of `latchkey policy preview` on an open store (SQLite).
// node bench/policy.ts [people]
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { previewPolicies } from '../plugins/sspr/commands/policy-preview.ts';
import { registrations } from '../plugins/sspr/collections.ts';
import { ssprConfig } from '../plugins/sspr/config.ts';
import { createMethods } from '../plugins/sspr/methods/list.ts';
import { createPolicies } from '../plugins/sspr/policy.ts';
import { nothingRegistered } from '../plugins/sspr/registrations.ts';
import { plugins, serverCollections } from '../src/app.ts';
import { commandHost } from '../src/command-host.ts';
import { loadConfig } from '../src/config/load.ts';
import { groups, membershipId, memberships } from '../src/directory/group.ts';
import { people } from '../src/directory/person.ts';
import { openFoundation } from '../src/foundation.ts';
import type { Foundation } from '../src/foundation.ts';
import { median, residentMegabytes } from './support/measure.ts';

const PEOPLE = Number(process.argv[2] ?? 100_000);
const GROUPS = 50;
const AT_ONCE = 1000;
const ROUNDS = 5;
const BY = { actor: 'bench' };

const figure = (name: string, value: string, target: string): void => {
  process.stdout.write(`${name.padEnd(56)} ${value.padStart(12)}   ${target}\n`);
};

const registrationOf = (id: string, n: number) => ({
  ...nothingRegistered(id),
  methods: [
    { id: `${id}e`, method: 'email', addedAt: 0, data: { address: `${id}@elsewhere.example` } },
    ...(n % 3 === 0
      ? []
      : [
          {
            id: `${id}q`,
            method: 'questions',
            addedAt: 0,
            data: {
              round: 0,
              answers: [1, 2, 3, 4, 5].map((at) => ({ question: `q${String(at)}`, hash: 'h'.repeat(90) })),
            },
          },
        ]),
  ],
});

const fill = async ({ store, directory }: Foundation): Promise<void> => {
  const made = Array.from(
    { length: GROUPS },
    (_, n) => directory.groups.creating({ displayName: `Group ${String(n)}` }, BY).group,
  );
  await store.insertMany(groups, made);
  for (let from = 0; from < PEOPLE; from += AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, PEOPLE - from) }, (_, offset) => {
      const userName = `user${String(from + offset)}`;
      const mail = [{ value: `${userName}@example.org`, primary: true }];
      return directory.people.creating({ userName, displayName: `User ${userName}`, emails: mail }, BY).person;
    });
    await store.insertMany(people, some);
    const rows = some.flatMap(({ id: member }, offset) =>
      [1, 7, 13].flatMap((step) => {
        const held = made[(from + offset * step) % GROUPS]?.id ?? '';
        return { id: membershipId(held, member), group: held, member, memberKind: 'person' as const, addedAt: 0 };
      }),
    );
    await store.insertMany(memberships, [...new Map(rows.map((row) => [row.id, row])).values()]);
    const registered = some.flatMap(({ id }, offset) => (offset % 10 === 0 ? [] : [registrationOf(id, from + offset)]));
    await store.insertMany(registrations, registered);
  }
};

const configs = {
  before: ssprConfig.parse({}),
  after: ssprConfig.parse({
    exclude: ['Group 49'],
    policies: [
      { name: 'strict', groups: ['Group 1', 'Group 2'], gates: 2, methods: ['email', 'questions'] },
      { name: 'contractors', groups: ['Group 3'], exclude: ['Group 4'], methods: ['email'] },
      { name: 'everybody else', methods: ['email'] },
    ],
  }),
};

const folder = await mkdtemp(join(tmpdir(), 'latchkey-bench-'));
try {
  const config = await loadConfig({ LATCHKEY_DATA_DIR: folder }, plugins);
  const filling = await openFoundation(config, plugins, serverCollections);
  await fill(filling);
  await filling.store.close();
  // Opened again, so that what is measured does not read through the log of the filling.
  const rooms = await openFoundation(config, plugins, serverCollections);
  const host = commandHost(rooms, plugins);
  const change = {
    before: createPolicies(configs.before),
    after: createPolicies(configs.after),
    methods: createMethods(host, configs.before),
  };
  const walls: number[] = [];
  const cpus: number[] = [];
  const before = residentMegabytes(process.pid);
  let most = before;
  let lost = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const cpu = process.cpuUsage();
    const began = performance.now();
    const watching = setInterval(() => (most = Math.max(most, residentMegabytes(process.pid))), 50);
    lost = (await previewPolicies(host, change, false)).preview.reset.lost;
    clearInterval(watching);
    walls.push(performance.now() - began);
    const { user, system } = process.cpuUsage(cpu);
    cpus.push((user + system) / 1000);
    await pause(50);
  }
  await rooms.store.close();
  process.stdout.write(
    `${PEOPLE.toLocaleString('en')} people, of whom ${lost.toLocaleString('en')} could no longer reset\n`,
  );
  figure('preview of a changed policy', `${median(walls).toFixed(0)} ms`, 'within 2,000 ms');
  figure('CPU of it', `${median(cpus).toFixed(0)} ms`, '');
  figure('resident memory, before and at most', `${before.toFixed(0)}, ${most.toFixed(0)} MB`, 'flat');
} finally {
  await rm(folder, { recursive: true });
}
