import { execFile } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createAuthority } from '../certificate.ts';
import { startGuarded } from '../guarded-process.ts';
import type { GuardedProcess } from '../guarded-process.ts';
import type { SambaServer } from './directory-server.ts';
import { freeAddress, untilListening } from './loopback.ts';
import { SAMBA, whyNot } from './packages.ts';
import { createSambaAdministrator } from './samba-administrator.ts';
import { prepare, SAMBA_DOMAIN, UNITS } from './samba-domain.ts';
import { ADMIN_PASSWORD, configureSamba, HOST_NAME, provision, REALM } from './samba-template.ts';
import { bindAt, connectTo, during } from './sessions.ts';
import { fromTemplate } from './template.ts';

const run = promisify(execFile);

/** Of what `prepare` does: another one, when it does something else. */
const RECIPE = '1';
const PORT = 636;
const PLAIN_PORT = 389;
const PORTS = [PLAIN_PORT, PORT, 3268, 3269];

interface Started {
  readonly server: SambaServer;
  readonly process: () => GuardedProcess;
  readonly configuration: string;
}

/** @param kept the folder stays when the server ends */
const start = async (folder: string, kept = false): Promise<Started> => {
  const host = await freeAddress(PORTS);
  const authority = createAuthority('Authority of the test domain');
  const name = `${HOST_NAME}.${REALM.toLowerCase()}`;
  const configuration = await configureSamba(folder, host, authority.issue([name, 'localhost', host]));
  const caFile = join(folder, 'ca.pem');
  await writeFile(caFile, authority.cert);

  const launch = async (owned: string): Promise<GuardedProcess> => {
    // One that was killed leaves it, and it stops the next.
    await rm(join(folder, 'pid/samba.pid'), { force: true });
    const launched = await startGuarded(['samba', '-s', configuration, '-F', '-M', 'single'], owned);
    await untilListening(host, PORT, true);
    return launched;
  };
  let running = await launch(kept ? '' : folder);

  const ldapsUrl = `ldaps://${host}:${String(PORT)}`;
  const place = { ldapsUrl, ca: authority.cert };
  const bind = (dn: string, password: string) => bindAt(place, dn, password);
  const server: SambaServer = {
    kind: 'samba',
    host,
    name,
    port: PORT,
    plainPort: PLAIN_PORT,
    ldapsUrl,
    ldapUrl: `ldap://${host}:${String(PLAIN_PORT)}`,
    caFile,
    get pid() {
      return running.pid;
    },
    ...SAMBA_DOMAIN,
    adminPassword: ADMIN_PASSWORD,
    admin: createSambaAdministrator({
      during: (work) =>
        during(connectTo(place), async (client) => {
          await client.bind(SAMBA_DOMAIN.adminDn, ADMIN_PASSWORD);
          return work(client);
        }),
      folder,
      configuration,
      baseDn: SAMBA_DOMAIN.baseDn,
      peopleDn: SAMBA_DOMAIN.peopleDn,
      units: UNITS,
      emptied: [SAMBA_DOMAIN.peopleDn, SAMBA_DOMAIN.groupsDn, SAMBA_DOMAIN.outsideDn],
      bind,
    }),
    connect: () => connectTo(place),
    bind,
    async kill() {
      process.kill(running.pid, 'SIGKILL');
      await untilListening(host, PORT, false);
    },
    async restart() {
      running = await launch('');
    },
  };
  return { server, configuration, process: () => running };
};

const make = async (folder: string): Promise<void> => {
  await provision(folder);
  const { server, configuration, process } = await start(folder, true);
  await prepare(server, configuration, folder);
  await process().kill();
};

let shared: Promise<SambaServer> | undefined;

const startShared = async (): Promise<SambaServer> => {
  const { stdout } = await run('samba', ['--version']);
  const version = /[\d.]+/.exec(stdout)?.[0] ?? 'unknown';
  const folder = await fromTemplate(`samba-${version}-${RECIPE}`, make);
  return (await start(folder)).server;
};

/** The one Samba of this run, started when first asked for; or why there is none. */
export const sambaForTests = async (): Promise<SambaServer | { readonly pending: string }> => {
  const pending = whyNot(SAMBA);
  if (pending !== undefined) return { pending };
  shared ??= startShared();
  return shared;
};
