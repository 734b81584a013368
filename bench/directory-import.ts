// What the import of a directory costs (slapd or a Samba domain controller on this machine, SQLite): everything,
// everything again, the changes of a hundred people and the end of ten, beside reading the same from the same server
// without doing anything about it. With `collected`, garbage is collected every second, and what is held besides is told.
// node bench/directory-import.ts [people] [openldap | active-directory] [collected]
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { LdapOpened } from '../plugins/ldap/index.ts';
import { ldap } from '../plugins/ldap/index.ts';
import { importDirectory } from '../plugins/ldap/import/import.ts';
import type { ImportOptions } from '../plugins/ldap/import/import.ts';
import { importParts } from '../plugins/ldap/import/parts.ts';
import type { ImportParts } from '../plugins/ldap/import/parts.ts';
import { personAttributes } from '../plugins/ldap/import/read-person.ts';
import { groupsScope, peopleScope } from '../plugins/ldap/import/scope.ts';
import { plugins, serverCollections } from '../src/app.ts';
import { commandHost } from '../src/command-host.ts';
import { loadConfig } from '../src/config/load.ts';
import { openFoundation } from '../src/foundation.ts';
import { change } from '../test/support/directories/common-work.ts';
import { largeSamba } from './support/large-samba.ts';
import { largeSlapd } from './support/large-slapd.ts';
import { residentMegabytes } from './support/measure.ts';

const PEOPLE = Number(process.argv[2] ?? 100_000);
const CHANGED = 100;
/** Those who change stand that far apart. */
const STEP = 7;
const DELETED = 10;

const large = { openldap: largeSlapd, 'active-directory': largeSamba };
const isDialect = (text: string): text is keyof typeof large => Object.hasOwn(large, text);
const dialect = process.argv[3] ?? 'openldap';
/** Otherwise V8 lets garbage lie for as long as it may: so it is resident in a server that imports. */
const COLLECTED = process.argv[4] === 'collected';
if (!isDialect(dialect)) throw new Error(`no directory of the kind ${dialect}`);

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
const figure = (name: string, value: string, target = ''): void => {
  process.stdout.write(`${name.padEnd(56)} ${value.padStart(24)}   ${target}\n`);
};

interface Taken {
  readonly wall: number;
  readonly cpu: number;
  /** Resident, in megabytes. */
  readonly most: number;
  /** What could not be collected, in megabytes, of what is on the heap and beside it. */
  readonly held: number;
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const heldMegabytes = (): number => {
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 1024 / 1024;
};

const taken = async (work: () => Promise<unknown>): Promise<Taken> => {
  let most = residentMegabytes(process.pid);
  let held = heldMegabytes();
  const watching = setInterval(() => (most = Math.max(most, residentMegabytes(process.pid))), 100);
  const collecting = COLLECTED ? setInterval(() => (held = Math.max(held, heldMegabytes())), 1000) : undefined;
  const cpu = process.cpuUsage();
  const began = performance.now();
  await work();
  const wall = performance.now() - began;
  const { user, system } = process.cpuUsage(cpu);
  clearInterval(watching);
  clearInterval(collecting);
  return { wall, cpu: (user + system) / 1000, most, held: Math.max(held, heldMegabytes()) };
};

const bareRead = ({ config, dialect, link }: ImportParts): Promise<number> =>
  link.withService(async (connection) => {
    let count = 0;
    const { people, groups } = config;
    const attributes = personAttributes({ config, dialect });
    const asked = [
      { base: people.base, filter: peopleScope(config), attributes },
      {
        base: groups.base,
        filter: groupsScope(config),
        attributes: [people.attributes.id, groups.name, groups.member],
      },
    ];
    for (const search of asked) for await (const page of connection.pages(search)) count += page.length;
    return count;
  });

const server = await large[dialect](PEOPLE);

const changeSome = (time: number): Promise<void> =>
  server.during(async (client) => {
    for (let n = 0; n < CHANGED; n += 1) {
      const mobile = `+49 17${String(time)} ${String(n)}`;
      await client.modify(server.personDn(n * STEP), change('replace', 'mobile', [mobile]));
    }
  });

/** From the end, where nobody has others who report to them. */
const deleteSome = (from: number): Promise<void> =>
  server.during(async (client) => {
    for (let n = from; n < from + DELETED; n += 1) await client.del(server.personDn(PEOPLE - 1 - n));
  });

const folder = await mkdtemp(join(tmpdir(), 'latchkey-bench-'));
try {
  const environment = { LATCHKEY_DATA_DIR: folder, LATCHKEY_PROFILE: 'development' };
  const path = join(folder, 'latchkey.yaml');
  await writeFile(path, JSON.stringify({ plugins: { ldap: { directories: { corp: server.section } } } }));
  const config = await loadConfig({ ...environment, LATCHKEY_CONFIG: path }, plugins);
  const foundation = await openFoundation(config, plugins, serverCollections);
  const { directories } = foundation.opened.of(ldap) as LdapOpened;
  const corp = directories.get('corp');
  if (!corp) throw new Error('the directory is called corp');
  const parts = importParts(commandHost(foundation, plugins), corp);
  const imported = async (name: string, target: string, options: ImportOptions = {}): Promise<Taken> => {
    let said = '';
    const took = await taken(async () => {
      const done = await importDirectory(parts, options);
      said = JSON.stringify(done);
    });
    figure(name, `${seconds(took.wall)}, ${seconds(took.cpu)} CPU`, target);
    if (process.env['LATCHKEY_BENCH_SAID']) process.stdout.write(`${said}\n`);
    return took;
  };

  const before = residentMegabytes(process.pid);
  const heldBefore = heldMegabytes();
  const bare = await taken(() => bareRead(parts));
  figure(
    `bare read of ${PEOPLE.toLocaleString('en')} people and their groups`,
    `${seconds(bare.wall)}, ${seconds(bare.cpu)} CPU`,
  );
  const full = await imported('first import', 'within 300 s');
  figure('  as a multiple of the bare read', (full.wall / bare.wall).toFixed(1));
  const again = await imported('full import of what is here', '', { full: true });
  figure('  as a multiple of the bare read', (again.wall / bare.wall).toFixed(1));
  await imported('nothing has changed', 'within 2 s');
  await changeSome(1);
  // They are here before it is known who is not.
  const last = await foundation.directory.people.byName(`user${String((CHANGED - 1) * STEP)}`);
  const began = performance.now();
  let here = 0;
  const looking = foundation.store.watch([{ name: 'people' }], () => {
    void foundation.directory.people.byId(last?.id ?? '').then((now) => {
      if (here === 0 && now && now.version !== last?.version) here = performance.now() - began;
    });
  });
  await imported(`${String(CHANGED)} people have changed`, 'within 2 s');
  looking();
  figure('  until their changes are here', seconds(here), 'within 2 s');
  await deleteSome(0);
  await imported(`${String(DELETED)} people were deleted`, 'within 2 s');
  if (server.letSeeDeleted) {
    await server.letSeeDeleted();
    await imported('who was deleted is shown: nothing has changed', 'within 2 s');
    await changeSome(2);
    await deleteSome(DELETED);
    await imported(`  ${String(CHANGED)} changed, ${String(DELETED)} deleted`, 'within 2 s');
  }
  figure(
    'resident memory, before and at most',
    `${before.toFixed(0)}, ${Math.max(full.most, again.most).toFixed(0)} MB`,
    'flat',
  );
  figure(
    'held, before and at most',
    `${heldBefore.toFixed(1)}, ${Math.max(full.held, again.held).toFixed(1)} MB`,
    'flat',
  );
  await foundation.close();
} finally {
  await server.end();
  await rm(folder, { recursive: true });
}
