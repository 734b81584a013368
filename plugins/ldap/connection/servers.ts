import { resolveSrv as systemSrv } from 'node:dns/promises';
import type { SrvRecord } from 'node:dns';
import { MINUTE } from '../../../src/kernel/clock.ts';
import type { Random } from '../../../src/kernel/random.ts';
import type { DirectoryConfig } from '../config.ts';
import { LdapFailure } from './failure.ts';
import type { LdapServer } from './ldap.ts';
import type { LinkHost } from './link.ts';

/** How long an answer of the DNS is used. */
const REMEMBERED = 5 * MINUTE;

const PORTS = { 'ldap:': 389, 'ldaps:': 636 } as const;

export const serverAt = (address: string, plain: boolean): LdapServer => {
  const url = new URL(address);
  const protocol = url.protocol === 'ldaps:' ? 'ldaps:' : 'ldap:';
  const port = url.port === '' ? PORTS[protocol] : Number(url.port);
  const withoutTls = plain ? 'none' : 'starttls';
  return {
    url: `${protocol}//${url.hostname}:${port}`,
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port,
    security: protocol === 'ldaps:' ? 'tls' : withoutTls,
  };
};

/** By priority, and within one at random by weight (RFC 2782). */
const inOrder = (records: readonly SrvRecord[], random: Random): readonly SrvRecord[] => {
  // Efraimidis and Spirakis: the largest of u^(1/weight) is drawn with a chance that is proportional to its weight.
  const drawn = (weight: number): number => Math.log((random.below(1_000_000) + 1) / 1_000_001) / (weight + 0.001);
  return records
    .map((record) => ({ record, key: drawn(record.weight) }))
    .toSorted((one, other) => one.record.priority - other.record.priority || other.key - one.key)
    .map(({ record }) => record);
};

const domainName = (name: string): string => name.toLowerCase().replace(/\.$/, '');

type Finding = Omit<LinkHost, 'log' | 'timer'>;

const lookUp = async (config: DirectoryConfig, srv: string, { random, resolveSrv = systemSrv }: Finding) => {
  const name = config.dialect === 'active-directory' ? `_ldap._tcp.dc._msdcs.${srv}` : `_ldap._tcp.${srv}`;
  const records = await resolveSrv(name);
  // Whoever forges an answer of the DNS could else name a host of theirs, for which they have a good certificate.
  const own = records.filter((record) => domainName(record.name).endsWith(`.${domainName(srv)}`));
  return inOrder(own, random).map((record) =>
    serverAt(`ldap://${domainName(record.name)}:${record.port}`, config.plain === true),
  );
};

/** The servers of a directory in the order to try them. Throws {@link LdapFailure}. */
export const serverList = (name: string, config: DirectoryConfig, finding: Finding) => {
  const fixed = config.servers?.map((address) => serverAt(address, config.plain === true));
  let found: readonly LdapServer[] = [];
  let until = 0;

  return async (): Promise<readonly LdapServer[]> => {
    if (fixed) return fixed;
    if (finding.clock.now() < until) return found;
    try {
      found = await lookUp(config, config.srv ?? '', finding);
      until = finding.clock.now() + REMEMBERED;
    } catch (error) {
      // An outage of the DNS should not be one of the directory.
      if (found.length === 0) {
        throw new LdapFailure('unreachable', `the DNS names no servers: ${(error as Error).message}`, name, {
          cause: error,
        });
      }
    }
    return found;
  };
};
