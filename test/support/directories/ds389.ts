import { freePort } from '../free-port.ts';
import { prepareStart, layInstance, placeInstance } from './ds389-configuration.ts';
import { DS389_DIRECTORY, fillDs389 } from './ds389-directory.ts';
import { createDs389Administrator } from './ds389-administrator.ts';
import type { DirectoryServer } from './directory-server.ts';
import { DS389, packageVersion, whyNot } from './packages.ts';
import { runServer } from './running-server.ts';
import type { RunningServer } from './running-server.ts';
import { fromTemplate } from './template.ts';

/** Of what `fillDs389` does: another one, when it does something else. */
const RECIPE = '2';
const HOST = '127.0.0.1';

const start = async (folder: string, kept: boolean): Promise<RunningServer> => {
  const [port, plainPort] = [await freePort(), await freePort()];
  await placeInstance(folder, { port, plainPort });
  return runServer({
    ...{ folder, kept, host: HOST, port, plainPort },
    name: 'ldap.example.test',
    // With a level of debugging it stays in the foreground.
    command: ['ns-slapd', '-D', `${folder}/config`, '-i', `${folder}/run/pid`, '-d', '0'],
    adminDn: DS389_DIRECTORY.adminDn,
    adminPassword: DS389_DIRECTORY.adminPassword,
    prepare: (certificate) => prepareStart(folder, certificate),
  });
};

const make = async (folder: string): Promise<void> => {
  const { adminDn: dn, adminPassword: password } = DS389_DIRECTORY;
  await layInstance(folder, { dn, password });
  const running = await start(folder, true);
  await fillDs389(running.during);
  await running.end();
};

let shared: Promise<DirectoryServer> | undefined;

const startShared = async (): Promise<DirectoryServer> => {
  const folder = await fromTemplate(`ds389-${await packageVersion('389-ds-base')}-${RECIPE}`, make);
  const { during, end: _, ...running } = await start(folder, false);
  const admin = createDs389Administrator({ during, ...DS389_DIRECTORY, bind: running.bind });
  return { kind: 'ds389', ...DS389_DIRECTORY, ...running, admin };
};

/** The one 389 DS of this run, started when first asked for; or why there is none. */
export const ds389ForTests = async (): Promise<DirectoryServer | { readonly pending: string }> => {
  const pending = whyNot(DS389);
  if (pending !== undefined) return { pending };
  shared ??= startShared();
  return shared;
};
