import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { packageVersion } from '../../test/support/directories/packages.ts';
import { sambaFolder, startSamba } from '../../test/support/directories/samba.ts';
import { SAMBA_DOMAIN } from '../../test/support/directories/samba-domain.ts';
import { configureSamba } from '../../test/support/directories/samba-template.ts';
import { fromTemplate } from '../../test/support/directories/template.ts';
import { attributesOf, managerOf, writeEntries } from './large-directory.ts';
import type { Entries, LargeDirectory } from './large-directory.ts';

const run = promisify(execFile);

/** Of what {@link entries} are: another one, when they are something else. */
const RECIPE = '1';
/** Debian's own, which sees Debian's modules. */
const PYTHON = '/usr/bin/python3';
/** An account that needs no password (MS-ADTS section 2.2.16), and so is enabled without one. */
const ENABLED = '544';

const { peopleDn, groupsDn, baseDn, realm, serviceDn, servicePassword } = SAMBA_DOMAIN;

const script = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const database = (folder: string): string => join(folder, 'private/sam.ldb');

const personDn = (n: number): string => `CN=user${String(n)},${peopleDn}`;

const entries: Entries = {
  personDn,
  person: (n) => [
    `dn: ${personDn(n)}`,
    'objectClass: user',
    `sAMAccountName: user${String(n)}`,
    `userPrincipalName: user${String(n)}@${realm.toLowerCase()}`,
    `userAccountControl: ${ENABLED}`,
    ...attributesOf(n),
    `employeeID: ${String(100_000_000 + n)}`,
    `department: ${String(n % 500)}`,
    ...managerOf(n, personDn),
  ],
  group: (n) => [
    `dn: CN=group${String(n)},${groupsDn}`,
    'objectClass: group',
    `cn: group${String(n)}`,
    `sAMAccountName: group${String(n)}`,
  ],
};

const filled = async (folder: string, people: number): Promise<void> => {
  const domain = await sambaFolder();
  // There are sockets among them.
  await run('cp', ['-a', `${domain}/.`, folder]);
  await rm(domain, { recursive: true });
  const configuration = await configureSamba(folder, '127.0.0.1');
  const file = join(folder, 'people.ldif');
  await writeEntries(file, people, entries);
  await run(PYTHON, [script('add_to_samba.py'), configuration, database(folder), file]);
};

/** A domain controller with so many people, in groups of a hundred. Made once, a minute for each 4,000 or so. */
export const largeSamba = async (people: number): Promise<LargeDirectory> => {
  const key = `samba-${String(people)}-people-${await packageVersion('samba')}-${RECIPE}`;
  const folder = await fromTemplate(key, (made) => filled(made, people));
  const { server, configuration, end } = await startSamba(folder, false);
  return {
    section: {
      ...{ dialect: 'active-directory', servers: [server.ldapsUrl], ca: server.caFile, base: baseDn },
      ...{ bindDn: serviceDn, bindPassword: `plain:${servicePassword}` },
      ...{ people: { base: peopleDn }, groups: { base: groupsDn } },
    },
    during: server.admin.during,
    personDn,
    letSeeDeleted: async () => {
      await run(PYTHON, [script('let_see_deleted.py'), configuration, database(folder)]);
    },
    end,
  };
};
