import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ldapConfig } from '../../plugins/ldap/config.ts';
import type { DirectoryConfig } from '../../plugins/ldap/config.ts';
import { LdapFailure } from '../../plugins/ldap/connection/failure.ts';
import type { Link } from '../../plugins/ldap/connection/link.ts';
import { openLink } from '../../plugins/ldap/connection/open-link.ts';
import { Confidential } from '../../src/kernel/confidential.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import { LOCALHOST } from '../support/certificate.ts';
import { testClock } from '../support/clock.ts';
import type { TestClock } from '../support/clock.ts';
import type { DirectoryServer, ServerKind } from '../support/directories/directory-server.ts';

const DIALECTS = { samba: 'active-directory', slapd: 'openldap', ds389: 'ds389' } as const satisfies Record<
  ServerKind,
  DirectoryConfig['dialect']
>;

/** Options of one directory as its section has them, secrets read. */
export const directoryOptions = (section: Readonly<Record<string, unknown>>): DirectoryConfig => {
  const written = { dialect: 'openldap', bindDn: 'cn=service', base: 'dc=test', bindPassword: 'plain:', ...section };
  const options = ldapConfig.parse({ directories: { corp: written } }).directories['corp'];
  if (!options) throw new Error('the directory is called corp');
  const password = options.bindPassword.reveal().replace(/^plain:/, '');
  return { ...options, bindPassword: new Confidential(password) };
};

/** Options that a real server is reached by. */
export const optionsFor = (server: DirectoryServer, others: Readonly<Record<string, unknown>> = {}): DirectoryConfig =>
  directoryOptions({
    dialect: DIALECTS[server.kind],
    servers: [server.ldapsUrl],
    ca: server.caFile,
    bindDn: server.serviceDn,
    bindPassword: `plain:${server.servicePassword}`,
    base: server.baseDn,
    ...others,
  });

export interface LoggedLine {
  readonly level: string;
  readonly facts: Record<string, unknown>;
  readonly message: string;
}

export interface TestLink extends Link, Disposable {
  readonly clock: TestClock;
  readonly lines: readonly LoggedLine[];
}

/** A link that is closed with the block it was made in. Milliseconds that are shorter than options can say are given last. */
export const linkBy = (options: DirectoryConfig, timeouts: Partial<DirectoryConfig['timeouts']> = {}): TestLink => {
  const clock = testClock();
  const lines: LoggedLine[] = [];
  const level = (name: string) => (facts: Record<string, unknown>, message: string) => {
    lines.push({ level: name, facts, message });
  };
  const log = { debug: level('debug'), info: level('info'), warn: level('warn'), error: level('error') };
  const whole = { ...options, timeouts: { ...options.timeouts, ...timeouts } };
  const link = openLink('corp', whole, { clock, random: systemRandom, log });
  return { ...link, clock, lines, [Symbol.dispose]: () => link.close() };
};

/** What the work failed with, which it has to. */
export const failureOf = async (work: Promise<unknown>): Promise<LdapFailure> => {
  const failed = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (failed instanceof LdapFailure) return failed;
  throw new Error('it did not fail, or not by the directory', { cause: failed });
};

let ca: string | undefined;

/** Path of a file with the certificate of servers that the tests run as `localhost`. */
export const localhostCa = (): string => {
  if (ca !== undefined) return ca;
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-'));
  process.once('exit', () => rmSync(folder, { recursive: true }));
  ca = join(folder, 'ca.pem');
  writeFileSync(ca, LOCALHOST.cert);
  return ca;
};

/** Options for servers that a test scripts. */
export const scriptedOptions = (urls: readonly string[], others: Readonly<Record<string, unknown>> = {}) =>
  directoryOptions({ servers: urls, ca: localhostCa(), bindPassword: 'plain:service', ...others });

/** After whatever the sockets of this process have to say by now. */
export const soon = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
