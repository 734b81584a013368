import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { runServer } from '../../test/support/directories/running-server.ts';
import type { RunningServer } from '../../test/support/directories/running-server.ts';
import {
  configureSlapd,
  layCertificate,
  provisionSlapd,
  SLAPD_DIRECTORY,
} from '../../test/support/directories/slapd-template.ts';
import { freePort } from '../../test/support/free-port.ts';
import { roomyFolder } from '../../test/support/roomy-folder.ts';

const run = promisify(execFile);

const HOST = '127.0.0.1';
/** Everybody is in two of them, of a hundred each. */
export const IN_EACH = 100;
const TIMES_IN = 2;

const { peopleDn, groupsDn, adminDn, adminPassword } = SLAPD_DIRECTORY;

export const personDn = (n: number): string => `uid=user${String(n)},${peopleDn}`;

const BEGINNING = Date.UTC(2026, 0, 1);
const MINUTE = 60_000;

/** One change a minute: what changed within minutes of the last one is read again, for replicas that are late. */
const longAgo = (n: number): readonly string[] => {
  const time = new Date(BEGINNING + n * MINUTE).toISOString().replaceAll(/[-:T]|\.\d+/g, '');
  return [`createTimestamp: ${time}`, `modifyTimestamp: ${time}`];
};

const personLdif = (n: number): string =>
  [
    `dn: ${personDn(n)}`,
    'objectClass: inetOrgPerson',
    `uid: user${String(n)}`,
    `cn: User Number ${String(n)}`,
    `sn: Number ${String(n)}`,
    'givenName: User',
    `displayName: User Number ${String(n)}`,
    `mail: user${String(n)}@corp.example`,
    `mobile: +49 170 ${String(1_000_000 + n)}`,
    `telephoneNumber: +49 30 ${String(1_000_000 + n)}`,
    `employeeNumber: ${String(100_000_000 + n)}`,
    `departmentNumber: ${String(n % 500)}`,
    'title: Engineer',
    ...longAgo(n),
    ...(n === 0 ? [] : [`manager: ${personDn(Math.floor(n / 10))}`]),
    '',
    '',
  ].join('\n');

const groupLdif = (n: number, people: number): string =>
  [
    `dn: cn=group${String(n)},${groupsDn}`,
    'objectClass: groupOfNames',
    `cn: group${String(n)}`,
    ...longAgo(n),
    ...Array.from({ length: Math.min(IN_EACH, people) }, (_, at) => `member: ${personDn((n * 50 + at) % people)}`),
    '',
    '',
  ].join('\n');

function* ldif(people: number): Generator<string> {
  for (let n = 0; n < people; n += 1) yield personLdif(n);
  for (let n = 0; n < (people * TIMES_IN) / IN_EACH; n += 1) yield groupLdif(n, people);
}

/** A slapd with so many people, in groups of a hundred. */
export const largeSlapd = async (people: number): Promise<RunningServer> => {
  const folder = await roomyFolder('slapd');
  await provisionSlapd(folder);
  const configuration = await configureSlapd(folder);
  const file = join(folder, 'people.ldif');
  await pipeline(ldif(people), createWriteStream(file));
  await run('/usr/sbin/slapadd', ['-q', '-f', configuration, '-l', file]);
  const [port, plainPort] = [await freePort(), await freePort()];
  const listening = `ldap://${HOST}:${String(plainPort)} ldaps://${HOST}:${String(port)}`;
  return runServer({
    ...{ folder, kept: false, host: HOST, port, plainPort, adminDn, adminPassword },
    name: 'ldap.example.test',
    command: ['/usr/sbin/slapd', '-f', configuration, '-h', listening, '-d', '0'],
    prepare: (certificate, authority) => layCertificate(folder, certificate, authority),
  });
};
