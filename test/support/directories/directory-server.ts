import type { Client, PasswordPolicyValue } from 'ldapts';

export type ServerKind = 'samba' | 'slapd' | 'ds389';

/** What a server shows to whoever connects. */
export type CertificateKind = 'right' | 'expired' | 'another name' | 'another authority';

/** What the directory demands of passwords and does about wrong ones. What is left out of a change stays as it is. */
export interface ServerPolicy {
  readonly minLength: number;
  /** Letters of several kinds. slapd knows none without a module of its own and refuses to be told of any. */
  readonly complexity: boolean;
  /** How many earlier passwords may not come back; 0 keeps none. */
  readonly history: number;
  /** Seconds before a password may be changed again by its owner. */
  readonly minAge: number;
  /** Seconds until a password expires; 0 never. */
  readonly maxAge: number;
  /** Wrong passwords in a row that lock the account; 0 never. */
  readonly lockoutThreshold: number;
  /** Seconds within which they are counted. */
  readonly lockoutWindow: number;
  /** Seconds that a lock lasts; 0 until an administrator ends it. */
  readonly lockoutDuration: number;
  /**
   * A password that somebody else set must be changed at the next sign-in. AD has no such policy and refuses it; slapd
   * heeds `pwdReset` where it is on, and leaves it to others to set it.
   */
  readonly changeAfterReset: boolean;
}

export interface NewPerson {
  /** `sAMAccountName` with `userPrincipalName` on Samba, `uid` elsewhere; any text that the server takes. */
  readonly name: string;
  /** Value of the first part of the DN (`cn`), when it is not the name. */
  readonly commonName?: string;
  readonly givenName?: string;
  readonly surname?: string;
  readonly mail?: string;
  readonly mobile?: string;
  readonly telephone?: string;
  readonly employeeId?: string;
  /** Set by the administrator; {@link PASSWORD} when it is left out. */
  readonly password?: string;
  /** DN of the container; `peopleDn` when it is left out. */
  readonly parentDn?: string;
}

/** How many people are in the great group of a Samba. */
export const CROWD = 2000;

/** Of people made without one. */
export const PASSWORD = 'First-Winter-7';

/**
 * What a server answered to a bind or a write: result code (RFC 4511 section 4.1.9), the server's own words, in which AD hides a sub-code, and
 * the password policy response control, which slapd and 389 DS send along.
 */
export type Answer = {
  readonly policy?: PasswordPolicyValue;
} & ({ readonly ok: true } | { readonly ok: false; readonly code: number; readonly message: string });

/**
 * The directory's own administrator at work. A DN comes from `addPerson`, `addGroup`, or from an earlier change of it.
 * Everything rejects with what the server answered.
 */
export interface Administrator {
  /** On a connection of its own, bound as the administrator, for what is not here. */
  during<T>(work: (client: Client) => Promise<T>): Promise<T>;

  setPolicy(policy: Partial<ServerPolicy>): Promise<void>;
  /** Gives the DN. */
  addPerson(person: NewPerson): Promise<string>;
  setPassword(dn: string, password: string): Promise<void>;
  /** Value of an attribute, operational ones among them; nothing when there is none. */
  read(dn: string, name: string): Promise<string | undefined>;
  /** Replaces values of attributes; an empty list takes the attribute away. */
  replace(dn: string, attributes: Readonly<Record<string, string | readonly string[]>>): Promise<void>;
  /** Wrong binds until the directory refuses the right password; sets a threshold of 3 when there is none. */
  lock(dn: string): Promise<void>;
  unlock(dn: string): Promise<void>;
  disable(dn: string): Promise<void>;
  enable(dn: string): Promise<void>;
  /** The next sign-in must choose another password. */
  mustChange(dn: string): Promise<void>;
  /** As though the password had been set so many seconds ago, for ages that no test can wait for. */
  agePassword(dn: string, seconds: number): Promise<void>;
  /** The password is older than the policy allows; sets a `maxAge` of 42 days when there is none. */
  expirePassword(dn: string): Promise<void>;
  /** Another name and first part of the DN, which are the same when one is given. Gives the new DN. */
  rename(dn: string, name: string, commonName?: string): Promise<string>;
  /** Under another container. Gives the new DN. */
  move(dn: string, parentDn: string): Promise<string>;
  remove(dn: string): Promise<void>;
  /** An organizational unit under another (`baseDn` when left out). Gives its DN. */
  addUnit(name: string, parentDn?: string): Promise<string>;
  /** Members are DNs, of people or groups. Gives the DN. */
  addGroup(name: string, members?: readonly string[]): Promise<string>;
  addMembers(groupDn: string, members: readonly string[]): Promise<void>;
  removeMembers(groupDn: string, members: readonly string[]): Promise<void>;
  /** All that stands under people and groups, and units that were added; the policy as it was at the start. */
  clear(): Promise<void>;
}

/** A real directory server of this run on loopback, with a service account of few rights. */
export interface DirectoryServer {
  readonly kind: ServerKind;
  /** Loopback address of its own (Samba), or 127.0.0.1. The certificate names it, `localhost` and `name`. */
  readonly host: string;
  /** Name by which the domain's clients would know it; nothing resolves it. */
  readonly name: string;
  /** Of LDAPS. */
  readonly port: number;
  /** Without TLS at first, for StartTLS. */
  readonly plainPort: number;
  readonly ldapsUrl: string;
  readonly ldapUrl: string;
  /** PEM of the authority that signed the server's certificate. */
  readonly caFile: string;
  /** Of the process, another one after a restart. */
  pid(): number;

  readonly baseDn: string;
  /** The service account may reset passwords and unlock below it, and nowhere else. */
  readonly peopleDn: string;
  readonly groupsDn: string;
  /** People whom the service account may read and not write. */
  readonly outsideDn: string;
  readonly serviceDn: string;
  readonly servicePassword: string;
  readonly adminDn: string;
  readonly adminPassword: string;

  readonly admin: Administrator;
  /** A client that trusts the server's authority and is not bound; the caller unbinds it. */
  connect(): Client;
  /** One bind on a connection of its own. */
  bind(dn: string, password: string): Promise<Answer>;
  /** SIGKILL; resolves when it is gone. Connections are reset, new ones refused. */
  kill(): Promise<void>;
  /** Starts it again, killed before or not, on the same address with the same data; with a certificate to be refused, if named. */
  restart(certificate?: CertificateKind): Promise<void>;
}

/** Beyond what all of them do. */
export interface SambaAdministrator extends Administrator {
  /** A fine-grained policy (PSO) that holds for these people or groups before the domain's. Gives its DN. */
  addFineGrainedPolicy(name: string, policy: Partial<ServerPolicy>, appliesTo: readonly string[]): Promise<string>;
  /** As members of protected groups are: `adminCount` 1, and the access list that no delegation reaches. */
  protect(dn: string): Promise<void>;
  /** Account expired (not its password). */
  expireAccount(dn: string): Promise<void>;
}

export interface SambaServer extends DirectoryServer {
  readonly kind: 'samba';
  /** Kerberos realm; in small letters the suffix of everybody's `userPrincipalName`. */
  readonly realm: string;
  /** NetBIOS name of the domain. */
  readonly domain: string;
  /**
   * Outside of all the above: {@link CROWD} people in one group, more than Windows lists as one attribute. Samba lists
   * them all, and in ranges where it is asked for a range.
   */
  readonly crowdDn: string;
  readonly admin: SambaAdministrator;
}
