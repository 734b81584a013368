import type { Clock } from '../../../src/kernel/clock.ts';
import type { DoctorContext, Finding } from '../../../src/plugin.ts';
import type { DirectoryAuthority } from '../authority/authority.ts';
import type { LdapConfig } from '../config.ts';
import { LdapFailure } from '../connection/failure.ts';
import type { Ldap } from '../connection/ldap.ts';
import type { LdapOpened } from '../index.ts';
import { strayFindings, unexplainedFindings } from './findings/left-over.ts';
import { importFindings, placeFindings, writebackFindings } from './findings/people.ts';
import { readOnlyFindings } from './findings/read-only.ts';
import { serverFindings } from './findings/servers.ts';
import { askingFinding, clockFinding, rightsFinding } from './findings/service-account.ts';

const policyFindings = async (about: string, directory: DirectoryAuthority): Promise<readonly Finding[]> => {
  const { policy, resetsObeyHistory } = await directory.describe();
  const found: Finding[] = [];
  if (policy.unreadable) {
    found.push({
      ...{ level: 'warning', about, text: 'Its password policy cannot be read: rules are not shown before submit.' },
      advice: 'Let the service account read it.',
    });
  }
  found.push(
    resetsObeyHistory
      ? { level: 'ok', about, text: 'Resets are held to its history and minimum age.' }
      : {
          level: 'warning',
          about,
          text: 'History is not enforced on resets: the server has no control for policy hints. Changes are held to it.',
          advice: 'Windows Server 2012 and later have it; Samba 4.17 has not. Nothing here can make up for that.',
        },
  );
  return found;
};

/** What the service account sees. Where nothing is where it should be, there is no more to ask. */
const ofAccount = async (
  about: string,
  ldap: Ldap,
  directory: DirectoryAuthority,
  clock: Clock,
): Promise<readonly Finding[]> => {
  const bound = { level: 'ok', about, text: `${directory.config.bindDn} can bind.` } as const;
  const seen = [bound, ...(await clockFinding(about, ldap, clock)), ...(await placeFindings(about, ldap, directory))];
  if (seen.some(({ level }) => level === 'error')) return seen;
  return [...seen, ...(await rightsFinding(about, ldap, directory))];
};

const ofDirectory = async ({ host }: DoctorContext, directory: DirectoryAuthority): Promise<readonly Finding[]> => {
  const about = `directory ${directory.name}`;
  const { clock } = host;
  const servers = await serverFindings(directory, clock, about);
  if (servers.every(({ level }) => level === 'error')) return servers;
  try {
    const asked = await directory.link.withService((ldap) => ofAccount(about, ldap, directory, clock));
    const seen = [...servers, ...asked];
    if (asked.some(({ level }) => level === 'error')) return seen;
    return [
      ...seen,
      ...(await readOnlyFindings(about, directory)),
      ...(await policyFindings(about, directory)),
      ...(await importFindings(about, host, directory)),
      ...(await writebackFindings(about, host, directory)),
    ];
  } catch (error) {
    if (!(error instanceof LdapFailure)) throw error;
    return [...servers, askingFinding(about, directory, error)];
  }
};

/** What `latchkey doctor` tells of each directory. */
export const doctor = async (context: DoctorContext<LdapConfig, LdapOpened>): Promise<readonly Finding[]> => {
  const { directories } = context.opened;
  const found = await Promise.all([
    ...[...directories.values()].map((directory) => ofDirectory(context, directory)),
    ...[...directories.keys()].map((name) => unexplainedFindings(`directory ${name}`, context.host, name)),
    strayFindings(context.host, directories.keys()),
  ]);
  return found.flat();
};
