import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { runServer } from '../../test/support/directories/running-server.ts';
import {
  configureSlapd,
  layCertificate,
  provisionSlapd,
  SLAPD_DIRECTORY,
} from '../../test/support/directories/slapd-template.ts';
import { freePort } from '../../test/support/free-port.ts';
import { roomyFolder } from '../../test/support/roomy-folder.ts';
import { attributesOf, managerOf, writeEntries } from './large-directory.ts';
import type { Entries, LargeDirectory } from './large-directory.ts';

const run = promisify(execFile);

const HOST = '127.0.0.1';

const { peopleDn, groupsDn, baseDn, adminDn, adminPassword, serviceDn, servicePassword } = SLAPD_DIRECTORY;

const personDn = (n: number): string => `uid=user${String(n)},${peopleDn}`;

const BEGINNING = Date.UTC(2026, 0, 1);
const MINUTE = 60_000;

/** One change a minute: what changed within minutes of the last one is read again, for replicas that are late. */
const longAgo = (n: number): readonly string[] => {
  const time = new Date(BEGINNING + n * MINUTE).toISOString().replaceAll(/[-:T]|\.\d+/g, '');
  return [`createTimestamp: ${time}`, `modifyTimestamp: ${time}`];
};

const entries: Entries = {
  personDn,
  person: (n) => [
    `dn: ${personDn(n)}`,
    'objectClass: inetOrgPerson',
    `uid: user${String(n)}`,
    ...attributesOf(n),
    `employeeNumber: ${String(100_000_000 + n)}`,
    `departmentNumber: ${String(n % 500)}`,
    ...longAgo(n),
    ...managerOf(n, personDn),
  ],
  group: (n) => [
    `dn: cn=group${String(n)},${groupsDn}`,
    'objectClass: groupOfNames',
    `cn: group${String(n)}`,
    ...longAgo(n),
  ],
};

/** As docs/directories.md has it for directories that are imported; in tests both are as small as they can be. */
const asDocumented = async (configuration: string): Promise<void> => {
  const text = await readFile(configuration, 'utf8');
  const documented = text
    .replace('syncprov-sessionlog 10', 'syncprov-sessionlog 10000')
    .replace('entryUUID,entryCSN eq', 'entryUUID,entryCSN,modifyTimestamp eq');
  await writeFile(configuration, documented);
};

/** A slapd with so many people, in groups of a hundred. */
export const largeSlapd = async (people: number): Promise<LargeDirectory> => {
  const folder = await roomyFolder('slapd');
  await provisionSlapd(folder);
  const configuration = await configureSlapd(folder);
  await asDocumented(configuration);
  const file = join(folder, 'people.ldif');
  await writeEntries(file, people, entries);
  await run('/usr/sbin/slapadd', ['-q', '-f', configuration, '-l', file]);
  const [port, plainPort] = [await freePort(), await freePort()];
  const listening = `ldap://${HOST}:${String(plainPort)} ldaps://${HOST}:${String(port)}`;
  const server = await runServer({
    ...{ folder, kept: false, host: HOST, port, plainPort, adminDn, adminPassword },
    name: 'ldap.example.test',
    command: ['/usr/sbin/slapd', '-f', configuration, '-h', listening, '-d', '0'],
    prepare: (certificate, authority) => layCertificate(folder, certificate, authority),
  });
  return {
    section: {
      ...{ dialect: 'openldap', servers: [server.ldapsUrl], ca: server.caFile, base: baseDn },
      ...{ bindDn: serviceDn, bindPassword: `plain:${servicePassword}` },
      ...{ people: { base: peopleDn }, groups: { base: groupsDn } },
    },
    during: server.during,
    personDn,
    end: server.end,
  };
};
