import type { SambaServer } from './directory-server.ts';
import { freeAddress } from './loopback.ts';
import { packageVersion, SAMBA, whyNot } from './packages.ts';
import { runServer } from './running-server.ts';
import { createSambaAdministrator } from './samba-administrator.ts';
import { prepareDomain, SAMBA_DOMAIN } from './samba-domain.ts';
import { ADMIN_PASSWORD, configureSamba, HOST_NAME, prepareStart, provision, REALM } from './samba-template.ts';
import { fromTemplate } from './template.ts';

/** Of what `prepareDomain` does: another one, when it does something else. */
const RECIPE = '1';
const PORT = 636;
const PLAIN_PORT = 389;
const PORTS = [PLAIN_PORT, PORT, 3268, 3269];

export interface StartedSamba {
  readonly server: SambaServer;
  /** Path of its smb.conf. */
  readonly configuration: string;
  end(): Promise<void>;
}

/** @param folder one that was provisioned, which stays when the server ends if it is to be kept */
export const startSamba = async (folder: string, kept: boolean): Promise<StartedSamba> => {
  const host = await freeAddress(PORTS);
  const configuration = await configureSamba(folder, host);
  const { during, end, ...running } = await runServer({
    ...{ folder, kept, host, port: PORT, plainPort: PLAIN_PORT },
    name: `${HOST_NAME}.${REALM.toLowerCase()}`,
    command: ['samba', '-s', configuration, '-F', '-M', 'single'],
    adminDn: SAMBA_DOMAIN.adminDn,
    adminPassword: ADMIN_PASSWORD,
    prepare: (certificate) => prepareStart(folder, certificate),
  });
  const admin = createSambaAdministrator({ during, folder, configuration, ...SAMBA_DOMAIN, bind: running.bind });
  return { server: { kind: 'samba', ...SAMBA_DOMAIN, ...running, admin }, configuration, end };
};

const make = async (folder: string): Promise<void> => {
  await provision(folder);
  const { server, configuration, end } = await startSamba(folder, true);
  await prepareDomain(server, configuration, folder);
  await end();
};

let shared: Promise<SambaServer> | undefined;

/** A folder of this run's own with the domain of the tests, to be started from. */
export const sambaFolder = async (): Promise<string> =>
  fromTemplate(`samba-${await packageVersion('samba')}-${RECIPE}`, make);

const startShared = async (): Promise<SambaServer> => (await startSamba(await sambaFolder(), false)).server;

/** The one Samba of this run, started when first asked for; or why there is none. */
export const sambaForTests = async (): Promise<SambaServer | { readonly pending: string }> => {
  const pending = whyNot(SAMBA);
  if (pending !== undefined) return { pending };
  shared ??= startShared();
  return shared;
};
