// What the import of a directory costs (slapd on this machine, SQLite): everything, everything again, and the changes
// of a hundred people, beside reading the same from the same server without doing anything about it.
// node bench/directory-import.ts [people]
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
import { SLAPD_DIRECTORY } from '../test/support/directories/slapd-template.ts';
import { largeSlapd, personDn } from './support/large-directory.ts';
import { residentMegabytes } from './support/measure.ts';

const PEOPLE = Number(process.argv[2] ?? 100_000);
const CHANGED = 100;

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
const figure = (name: string, value: string, target = ''): void => {
  process.stdout.write(`${name.padEnd(56)} ${value.padStart(24)}   ${target}\n`);
};

interface Taken {
  readonly wall: number;
  readonly cpu: number;
  /** Megabytes. */
  readonly most: number;
}

const taken = async (work: () => Promise<unknown>): Promise<Taken> => {
  let most = residentMegabytes(process.pid);
  const watching = setInterval(() => (most = Math.max(most, residentMegabytes(process.pid))), 100);
  const cpu = process.cpuUsage();
  const began = performance.now();
  await work();
  const wall = performance.now() - began;
  const { user, system } = process.cpuUsage(cpu);
  clearInterval(watching);
  return { wall, cpu: (user + system) / 1000, most };
};

const bareRead = ({ config, dialect, link }: ImportParts): Promise<number> =>
  link.withService(async (connection) => {
    let count = 0;
    const { people, groups } = config;
    const attributes = personAttributes({ config, dialect });
    const asked = [
      { base: people.base, filter: peopleScope(config), attributes },
      { base: groups.base, filter: groupsScope(config), attributes: ['entryUUID', 'cn', 'member'] },
    ];
    for (const search of asked) for await (const page of connection.pages(search)) count += page.length;
    return count;
  });

const folder = await mkdtemp(join(tmpdir(), 'latchkey-bench-'));
const slapd = await largeSlapd(PEOPLE);
try {
  const section = {
    dialect: 'openldap',
    servers: [slapd.ldapsUrl],
    ca: slapd.caFile,
    bindDn: SLAPD_DIRECTORY.serviceDn,
    bindPassword: `plain:${SLAPD_DIRECTORY.servicePassword}`,
    base: SLAPD_DIRECTORY.baseDn,
    people: { base: SLAPD_DIRECTORY.peopleDn },
    groups: { base: SLAPD_DIRECTORY.groupsDn },
  };
  const environment = { LATCHKEY_DATA_DIR: folder, LATCHKEY_PROFILE: 'development' };
  const path = join(folder, 'latchkey.yaml');
  const { writeFile } = await import('node:fs/promises');
  await writeFile(path, JSON.stringify({ plugins: { ldap: { directories: { corp: section } } } }));
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
  await slapd.during(async (client) => {
    for (let n = 0; n < CHANGED; n += 1) {
      await client.modify(personDn(n * 7), change('replace', 'mobile', [`+49 171 ${String(n)}`]));
    }
  });
  // They are here before it is known who is not.
  const last = await foundation.directory.people.byName(`user${String((CHANGED - 1) * 7)}`);
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
  figure(
    'resident memory, before and at most',
    `${before.toFixed(0)}, ${Math.max(full.most, again.most).toFixed(0)} MB`,
    'flat',
  );
  await foundation.close();
} finally {
  await slapd.end();
  await rm(folder, { recursive: true });
}
