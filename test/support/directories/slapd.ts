import { dirname } from 'node:path';
import { freePort } from '../free-port.ts';
import type { DirectoryServer } from './directory-server.ts';
import { packageVersion, SLAPD, whyNot } from './packages.ts';
import { runServer } from './running-server.ts';
import { createSlapdAdministrator } from './slapd-administrator.ts';
import { configureSlapd, layCertificate, provisionSlapd, SLAPD_DIRECTORY } from './slapd-template.ts';
import { roomyFolder } from '../roomy-folder.ts';
import { fromTemplate } from './template.ts';

const PROGRAM = '/usr/sbin/slapd';
/** Of what `provisionSlapd` does: another one, when it does something else. */
const RECIPE = '1';
const HOST = '127.0.0.1';

const start = async (folder: string, of?: string): Promise<DirectoryServer> => {
  const [port, plainPort] = [await freePort(), await freePort()];
  const configuration = await configureSlapd(folder, of === undefined ? {} : { of });
  const listening = `ldap://${HOST}:${String(plainPort)} ldaps://${HOST}:${String(port)}`;
  const {
    during,
    end: _,
    ...running
  } = await runServer({
    ...{ folder, kept: false, host: HOST, port, plainPort },
    name: 'ldap.example.test',
    // With a level of debugging it stays in the foreground.
    command: [PROGRAM, '-f', configuration, '-h', listening, '-d', '0'],
    adminDn: SLAPD_DIRECTORY.adminDn,
    adminPassword: SLAPD_DIRECTORY.adminPassword,
    prepare: (certificate, authority) => layCertificate(folder, certificate, authority),
  });
  const admin = createSlapdAdministrator({ during, ...SLAPD_DIRECTORY, bind: running.bind });
  return { kind: 'slapd', ...SLAPD_DIRECTORY, ...running, admin };
};

let shared: Promise<DirectoryServer> | undefined;

const startShared = async (): Promise<DirectoryServer> => {
  const version = await packageVersion('slapd');
  return start(await fromTemplate(`slapd-${version}-${RECIPE}`, provisionSlapd));
};

/** One more with the same base, which knows nothing of the first. Its caller kills it. */
export const anotherSlapd = (): Promise<DirectoryServer> => startShared();

/** One that shows what another has, at any moment, and takes no writes: 53. Its caller kills it. */
export const readOnlySlapd = async (of: DirectoryServer): Promise<DirectoryServer> =>
  start(await roomyFolder('slapd'), dirname(of.caFile));

/** The one slapd of this run, started when first asked for; or why there is none. */
export const slapdForTests = async (): Promise<DirectoryServer | { readonly pending: string }> => {
  const pending = whyNot(SLAPD);
  if (pending !== undefined) return { pending };
  shared ??= startShared();
  return shared;
};
