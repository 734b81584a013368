import type { Filter } from '../filter.ts';
import type { Entry } from './entry.ts';
import type { RootDse } from './root-dse.ts';

/** One server of a directory; given back to a link it means this very one. */
export interface LdapServer {
  /** `ldaps://HOST:PORT` or `ldap://HOST:PORT`: its name in logs and audit. */
  readonly url: string;
  readonly host: string;
  readonly port: number;
  readonly security: 'tls' | 'starttls' | 'none';
}

/** Values of response controls by object identifier; without a value, empty. */
export type Controls = ReadonlyMap<string, Buffer>;

export interface RequestControl {
  readonly oid: string;
  /** A server that does not know it refuses (12) instead of leaving it aside. */
  readonly critical?: boolean;
  /** BER, see `ber.ts`. */
  readonly value?: Buffer;
}

/** What a server said of something that it did. */
export interface Answer {
  readonly diagnostic: string;
  readonly controls: Controls;
}

export interface Search {
  readonly base: string;
  /** `subtree` unless said. */
  readonly scope?: 'base' | 'one' | 'subtree';
  readonly filter: Filter;
  /** By name; operational ones only when named. All user attributes when left out, none for an empty list. */
  readonly attributes?: readonly string[];
  /** Most entries that the server may send; of more than that, so many. */
  readonly sizeLimit?: number;
  readonly controls?: readonly RequestControl[];
}

export interface Found extends Answer {
  readonly entries: readonly Entry[];
  /** URLs of other servers that hold more (RFC 4511 section 4.5.3): told, never followed. */
  readonly references: readonly string[];
  /** The `sizeLimit` that was asked for left some out. */
  readonly truncated: boolean;
}

export type Value = string | Buffer;

export interface Modification {
  readonly operation: 'add' | 'delete' | 'replace';
  readonly attribute: string;
  /** None: `delete` takes all values away, and so does `replace`. */
  readonly values: readonly Value[];
}

export interface PasswordModify {
  /** Whose; of who is bound when left out. */
  readonly user?: string;
  readonly old?: string;
  /** The server makes one up when left out. */
  readonly next?: string;
}

export interface DirSync {
  readonly base: string;
  readonly filter: Filter;
  readonly attributes?: readonly string[];
  /** Of the answer before; everything is told without one. */
  readonly cookie?: Buffer;
}

export interface DirSyncPage {
  readonly entries: readonly Entry[];
  readonly cookie: Buffer;
  /** Ask again at once. */
  readonly more: boolean;
}

export interface ContentSync {
  readonly base: string;
  /** Of a state that is known. */
  readonly cookie: string;
}

/** Entries by their entryUUID (RFC 4530). */
export interface SyncTold {
  /** There as before; new or another than before, or told again; no more. */
  readonly kind: 'present' | 'changed' | 'deleted';
  readonly ids: readonly string[];
  /** Entries stand below a changed one: they have another name if it has, and are not told of for that. */
  readonly hasSubordinates: boolean;
}

export interface Synced {
  /** Whoever was not told of is no more; otherwise whoever was not told of is as before. */
  readonly byPresence: boolean;
}

/**
 * A connection that is bound. Every operation throws {@link LdapFailure}: what a server refuses has its result code,
 * what it did not answer is `outcomeUnknown`.
 */
export interface Ldap {
  readonly server: LdapServer;
  search(search: Search): Promise<Found>;
  /** The entry with this DN, or nothing (32, noSuchObject). */
  entry(dn: string, attributes?: readonly string[]): Promise<Entry | undefined>;
  /** Page after page (RFC 2696), so that nothing is held but one; may be left early. */
  pages(search: Search, pageSize?: number): AsyncIterable<readonly Entry[]>;
  /** All values of an attribute that Active Directory tells in ranges (`member;range=0-1499`), range by range. */
  values(dn: string, attribute: string): AsyncIterable<readonly string[]>;
  /** What changed below a naming context, as Active Directory tells it (MS-ADTS section 3.1.1.3.4.1.3). */
  dirSync(sync: DirSync): Promise<DirSyncPage>;
  /** What changed below an entry since a cookie (RFC 4533, refreshOnly), told while it comes. */
  contentSync(sync: ContentSync, take: (told: SyncTold) => void): Promise<Synced>;
  modify(dn: string, changes: readonly Modification[], controls?: readonly RequestControl[]): Promise<Answer>;
  add(dn: string, attributes: Readonly<Record<string, readonly Value[]>>): Promise<Answer>;
  remove(dn: string): Promise<Answer>;
  /** RFC 3062. */
  passwordModify(
    asked: PasswordModify,
    controls?: readonly RequestControl[],
  ): Promise<Answer & { readonly generated?: string }>;
  /** An extended operation (RFC 4511 section 4.12). */
  extended(
    oid: string,
    value?: Buffer,
    controls?: readonly RequestControl[],
  ): Promise<Answer & { readonly value?: Buffer }>;
  /** What the server is and can do; asked once in five minutes for each server, unless asked for afresh. */
  rootDse(options?: { readonly fresh?: boolean }): Promise<RootDse>;
}
