import { present } from '../filter.ts';
import { answered, answerOf } from './answered.ts';
import type { Result } from './answers.ts';
import { integer, Malformed, numberOf, octets, sequence, tagged, TAG, within } from './ber.ts';
import type { Connection } from './connection.ts';
import type { Entry } from './entry.ts';
import { LdapFailure } from './failure.ts';
import type { DirSync, DirSyncPage, Found, Ldap, Search } from './ldap.ts';
import type { Requests } from './requests.ts';

const PAGED = '1.2.840.113556.1.4.319';
const DIR_SYNC = '1.2.840.113556.1.4.841';

/** Below the 1000 that Active Directory sends at most. */
const PAGE_SIZE = 500;

/** Pages of one search: ten million people. What goes on beyond that goes on for ever. */
const MOST_PAGES = 20_000;
/** Of these, pages without an entry in a row: servers send some while they look. */
const MOST_EMPTY = 1000;

/** Tells what the account may read, and so asks for no right to replicate, which would show it every hash there is. */
const OBJECT_SECURITY = 1;

/** Bytes that one answer to DirSync may have. */
const DIR_SYNC_BYTES = 1024 * 1024;

const SIZE_LIMIT_EXCEEDED = 4;
const NO_SUCH_OBJECT = 32;

const ANYTHING = present('objectClass');

/** The value of a control in an answer; what has another form than it should ends the work, not the program. */
const read = <T>(result: Result, oid: string, server: string, reader: (value: Buffer) => T): T => {
  try {
    const value = result.controls.get(oid);
    if (!value) throw new Malformed(`the control ${oid} was not answered`);
    return reader(value);
  } catch (error) {
    if (error instanceof Malformed) throw new LdapFailure('garbage', error.message, server, { cause: error });
    throw error;
  }
};

// Copies: a cookie outlives the answer that it came with, and a view would keep all of that in memory.
const cookieOf = (value: Buffer): Buffer => Buffer.from(tagged(within(value)[1], TAG.octets));

const dirSyncOf = (value: Buffer): Omit<DirSyncPage, 'entries'> => {
  const [more, , cookie] = within(value);
  return { more: numberOf(tagged(more, TAG.integer)) !== 0, cookie: Buffer.from(tagged(cookie, TAG.octets)) };
};

type Searching = Pick<Ldap, 'search' | 'entry' | 'pages' | 'values' | 'dirSync'>;

/** Notices a search that gets nowhere: each page is told of once it was read. Throws {@link LdapFailure}. */
const progress = (url: string): ((entries: readonly Entry[]) => void) => {
  // Cookies tell nothing: to some servers they name the search, and are the same all along.
  const begun = new Set<string>();
  let count = 0;
  let empty = 0;
  return ([first]) => {
    count += 1;
    empty = first ? 0 : empty + 1;
    if (first && begun.has(first.dn)) throw new LdapFailure('garbage', `pages begin again at ${first.dn}`, url);
    if (first) begun.add(first.dn);
    if (count > MOST_PAGES) throw new LdapFailure('garbage', `a search of more than ${MOST_PAGES} pages`, url);
    if (empty > MOST_EMPTY) throw new LdapFailure('garbage', `more than ${MOST_EMPTY} empty pages in a row`, url);
  };
};

/** The operations that read. */
export const searching = (connection: Connection, requests: Requests): Searching => {
  const { url } = connection.server;

  const search = async (asked: Search): Promise<Found> => {
    const { sizeLimit: limit } = asked;
    // Whoever sets a limit wants no more than that; one that the server sets by itself hides what there is.
    const also = limit === undefined ? [] : [SIZE_LIMIT_EXCEEDED];
    const { result, entries, references } = await answered(connection, requests.search(asked), also);
    // Samba sends all there is whatever was asked.
    const tooMany = limit !== undefined && entries.length > limit;
    return {
      ...answerOf(result),
      entries: tooMany ? entries.slice(0, limit) : entries,
      references,
      truncated: tooMany || result.code === SIZE_LIMIT_EXCEEDED,
    };
  };

  const entry = async (dn: string, attributes?: readonly string[]): Promise<Entry | undefined> => {
    const asked = requests.search({
      base: dn,
      scope: 'base',
      filter: ANYTHING,
      ...(attributes ? { attributes } : {}),
    });
    const { entries } = await answered(connection, asked, [NO_SUCH_OBJECT]);
    return entries[0];
  };

  return {
    search,
    entry,
    async *pages(asked, pageSize = PAGE_SIZE) {
      let cookie: Buffer = Buffer.alloc(0);
      const goesOn = progress(url);
      do {
        const control = { oid: PAGED, critical: true, value: sequence(integer(pageSize), octets(cookie)) };
        const request = requests.search({ ...asked, controls: [...(asked.controls ?? []), control] });
        const { result, entries } = await answered(connection, request);
        cookie = read(result, PAGED, url, cookieOf);
        goesOn(entries);
        if (entries.length > 0) yield entries;
      } while (cookie.length > 0);
    },
    async *values(dn, attribute) {
      let next: number | undefined = 0;
      for (let count = 1; next !== undefined; count += 1) {
        if (count > MOST_PAGES) throw new LdapFailure('garbage', `more than ${MOST_PAGES} ranges of ${attribute}`, url);
        const name: string = next === 0 ? attribute : `${attribute};range=${next}-*`;
        const found = (await entry(dn, [name]))?.range(attribute);
        if (found && found.values.length > 0) yield found.values;
        // A server that does not get on would be asked for ever.
        next = found?.next !== undefined && found.next > next ? found.next : undefined;
      }
    },
    async dirSync({ base, filter, attributes, cookie = Buffer.alloc(0) }: DirSync) {
      const value = sequence(integer(OBJECT_SECURITY), integer(DIR_SYNC_BYTES), octets(cookie));
      const request = requests.search({
        base,
        filter,
        ...(attributes ? { attributes } : {}),
        controls: [{ oid: DIR_SYNC, critical: true, value }],
      });
      const { result, entries } = await answered(connection, request);
      return { entries, ...read(result, DIR_SYNC, url, dirSyncOf) };
    },
  };
};
