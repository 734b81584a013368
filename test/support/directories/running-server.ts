import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createAuthority } from '../certificate.ts';
import type { Certified } from '../certificate.ts';
import { startGuarded } from '../guarded-process.ts';
import type { Session } from './common-work.ts';
import type { CertificateKind, DirectoryServer } from './directory-server.ts';
import { untilListening } from './loopback.ts';
import { bindAt, connectTo, during } from './sessions.ts';

export interface Launch {
  readonly folder: string;
  /** The folder stays when the server ends. */
  readonly kept: boolean;
  readonly host: string;
  readonly name: string;
  readonly port: number;
  readonly plainPort: number;
  readonly command: readonly string[];
  readonly adminDn: string;
  readonly adminPassword: string;
  /** Called before each start: clears what a killed one left, and lays the certificate where the server reads it. */
  prepare(certificate: Certified, authority: string): Promise<void>;
}

type Told = 'host' | 'name' | 'port' | 'plainPort' | 'ldapsUrl' | 'ldapUrl' | 'caFile' | 'adminDn' | 'adminPassword';
type Done = 'pid' | 'connect' | 'bind' | 'kill' | 'restart';

export interface RunningServer extends Pick<DirectoryServer, Told | Done> {
  /** As the administrator. */
  readonly during: Session;
  /** For good, with the folder when it is not kept. */
  end(): Promise<void>;
}

/** Starts a server that was configured, and resolves once it listens. */
export const runServer = async (launch: Launch): Promise<RunningServer> => {
  const { folder, host, name, port, plainPort, adminDn, adminPassword } = launch;
  const authority = createAuthority(`Authority of the tests for ${String(port)}`);
  const caFile = join(folder, 'authority.pem');
  const log = join(folder, 'output');
  await writeFile(caFile, authority.cert);
  // By the last, proxies in front of it go.
  const names = [name, 'localhost', host, '127.0.0.1'] as const;
  const certificates: Readonly<Record<CertificateKind, () => Certified>> = {
    right: () => authority.issue(names),
    expired: () => authority.issue(names, { expired: true }),
    'another name': () => authority.issue(['elsewhere.example.test']),
    'another authority': () => createAuthority('Somebody else').issue(names),
  };

  const started = async (kind: CertificateKind) => {
    await launch.prepare(certificates[kind](), authority.cert);
    const guarded = await startGuarded(launch.command, launch.kept ? '' : folder, log);
    await untilListening(host, port, true).catch(async (error: unknown) => {
      throw new Error(`${launch.command.join(' ')}: ${await readFile(log, 'utf8')}`, { cause: error });
    });
    return guarded;
  };
  let running = await started('right');
  let isDown = false;
  const kill = async (): Promise<void> => {
    if (isDown) return;
    isDown = true;
    process.kill(running.pid, 'SIGKILL');
    await untilListening(host, port, false);
  };

  const ldapsUrl = `ldaps://${host}:${String(port)}`;
  const place = { ldapsUrl, ca: authority.cert };
  return {
    ...{ host, name, port, plainPort, ldapsUrl, caFile, adminDn, adminPassword },
    ldapUrl: `ldap://${host}:${String(plainPort)}`,
    pid: () => running.pid,
    connect: () => connectTo(place),
    bind: (dn, password) => bindAt(place, dn, password),
    during: (work) =>
      during(connectTo(place), async (client) => {
        await client.bind(adminDn, adminPassword);
        return work(client);
      }),
    kill,
    async restart(kind = 'right') {
      // Two on the same files and address would be the end of both.
      await kill();
      running = await started(kind);
      isDown = false;
    },
    end: () => running.kill(),
  };
};
