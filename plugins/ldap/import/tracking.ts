import type { Clock } from '../../../src/kernel/clock.ts';
import { MINUTE } from '../../../src/kernel/clock.ts';
import type { DirectoryConfig } from '../config.ts';
import type { Entry } from '../connection/entry.ts';
import { LdapFailure } from '../connection/failure.ts';
import type { Ldap } from '../connection/ldap.ts';
import { ge } from '../filter.ts';
import type { Filter } from '../filter.ts';
import type { DirectoryImport } from './collections.ts';

type Mark = DirectoryImport['marks'][number];

/** How one run knows what has changed, and up to where it has read. Begun before anything else is read. */
export interface Tracking {
  /** What changed since this server was read last; undefined where it never was, or was set back. */
  readonly since: Filter | undefined;
  /** To be asked for with each entry. */
  readonly attributes: readonly string[];
  saw(entry: Entry): void;
  /** What is here now, when all that changed was read. */
  mark(): Mark | undefined;
}

export type BeginTracking = (ldap: Ldap, marks: readonly Mark[], clock: Clock) => Promise<Tracking>;

/**
 * uSNChanged counts the writes of one domain controller, replicated ones among them (MS-ADTS section 3.1.1.1.9). It means
 * something there only, and only until its database is restored, which gives it another invocationId.
 */
const byUpdateNumber: BeginTracking = async (ldap, marks) => {
  const { highestCommittedUsn, dsServiceName } = await ldap.rootDse({ fresh: true });
  if (highestCommittedUsn === undefined) {
    throw new LdapFailure('garbage', 'a domain controller without highestCommittedUSN', ldap.server.url);
  }
  const settings = dsServiceName === undefined ? undefined : await ldap.entry(dsServiceName, ['invocationId']);
  const server = settings?.bytes('invocationId')?.toString('hex') ?? dsServiceName ?? ldap.server.url;
  const known = marks.find((mark) => mark.server === server)?.mark;
  const isBehind = known !== undefined && BigInt(known) > BigInt(highestCommittedUsn);
  return {
    since: known === undefined || isBehind ? undefined : ge('uSNChanged', String(BigInt(known) + 1n)),
    attributes: [],
    saw: () => undefined,
    mark: () => ({ server, mark: highestCommittedUsn }),
  };
};

const MODIFIED = 'modifyTimestamp';

/** What replicas may be late by: they tell changes under the time at which these were made elsewhere. */
const OVERLAP = 5 * MINUTE;

/** YYYYMMDDHHMMSSZ, as servers write it; fractions are left out (RFC 4517 section 3.3.13). */
const timeOf = (text: string): number | undefined => {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)/.exec(text) ?? [];
  if (year === undefined) return undefined;
  return Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
};

const textOf = (time: number): string => new Date(time).toISOString().replaceAll(/[-:T]|\.\d+/g, '');

/**
 * Times have a resolution of a second, and are the server's: the mark is the latest that was seen, less the time that
 * reading took, in which an entry read early may have changed before one read late.
 */
const byTime: BeginTracking = (ldap, marks, clock) => {
  const server = ldap.server.url;
  const known = marks.find((mark) => mark.server === server)?.mark;
  const before = known === undefined ? undefined : timeOf(known);
  const began = clock.now();
  let latest = before;
  return Promise.resolve({
    since: before === undefined ? undefined : ge(MODIFIED, textOf(before - OVERLAP)),
    attributes: [MODIFIED],
    saw(entry) {
      const time = timeOf(entry.text(MODIFIED) ?? '');
      if (time !== undefined && time > (latest ?? 0)) latest = time;
    },
    mark() {
      if (latest === undefined) return undefined;
      const now = clock.now();
      // A time that is still to come would hide all changes until then.
      const mark = Math.max(Math.min(latest, now) - (now - began), before ?? 0);
      return { server, mark: textOf(mark) };
    },
  });
};

export const trackingBy: Readonly<Record<DirectoryConfig['dialect'], BeginTracking>> = {
  'active-directory': byUpdateNumber,
  openldap: byTime,
  ds389: byTime,
};

const MOST_SERVERS = 50;

/** The marks with that of this run in the place of an earlier one of the same server. */
export const remarked = (marks: readonly Mark[], mark: Mark | undefined): Mark[] =>
  mark === undefined
    ? [...marks]
    : [mark, ...marks.filter(({ server }) => server !== mark.server)].slice(0, MOST_SERVERS);
