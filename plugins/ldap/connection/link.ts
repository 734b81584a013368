import type { SrvRecord } from 'node:dns';
import type { Clock } from '../../../src/kernel/clock.ts';
import type { Log } from '../../../src/kernel/log.ts';
import type { Random } from '../../../src/kernel/random.ts';
import type { Coming } from './coming.ts';
import type { Controls, Ldap, LdapServer } from './ldap.ts';
import type { DirectoryTimer } from './measured.ts';
import type { PasswordPolicyResponse } from './password-policy.ts';

/** What a bind with a person's password said. Outages are no outcome: they throw {@link LdapFailure}. */
export type BindOutcome = RightBind | RefusedBind;

interface Said {
  /** The server that said it; nothing where nothing was sent. */
  readonly server: LdapServer | undefined;
  /** The server's own words, raw. */
  readonly diagnostic: string;
  readonly controls: Controls;
  /** What its password policy said, if the server has the control; also of binds that were right. */
  readonly policy: PasswordPolicyResponse | undefined;
}

export interface RightBind extends Said {
  readonly right: true;
  readonly server: LdapServer;
}

export interface RefusedBind extends Said {
  readonly right: false;
  /** Result code (RFC 4511 section 4.1.9), 49 mostly. */
  readonly code: number;
}

export interface AtServer {
  /** This one and no other, as after a write to it that others may not have heard of. */
  readonly server?: LdapServer;
}

export interface BindOptions extends AtServer {
  /** Made for this bind; where it does not serve, another one is made. */
  readonly on?: Coming | undefined;
}

export interface ServiceOptions extends AtServer {
  /** The work only reads: it is done again at another server where one fails in the middle of it. */
  readonly repeatable?: boolean;
}

export interface ServerState extends LdapServer {
  /** Failed several times in a row and is left alone for a while. */
  readonly isOpen: boolean;
}

/** The way to one directory: its servers, and what is spoken with them. */
export interface Link {
  /** Of the directory, as configured. */
  readonly name: string;
  /**
   * Lends a connection that is bound as the service account, of the first server that answers. The work must not keep
   * it. Throws {@link LdapFailure}, and whatever the work throws.
   */
  withService<T>(work: (ldap: Ldap) => Promise<T>, options?: ServiceOptions): Promise<T>;
  /**
   * Tries a password on a connection of its own. Empty passwords, which would be anonymous binds that always succeed
   * (RFC 4513 section 5.1.2), and ones with NUL are refused (49) before anything leaves; so are empty names.
   *
   * Once the password was sent no other server is asked, whatever happens: it might be counted twice as wrong.
   */
  bindAs(dn: string, password: string, options?: BindOptions): Promise<BindOutcome>;
  /** Begins to connect to the server of a {@link bindAs} that is to come. Whoever begins it ends it. */
  connecting(server: LdapServer): Coming;
  /** The same, and when it is right some work on that connection, as the person. */
  asPerson<T>(
    dn: string,
    password: string,
    work: (ldap: Ldap, bound: RightBind) => Promise<T>,
    options?: AtServer,
  ): Promise<RefusedBind | (RightBind & { readonly result: T })>;
  /** In the order in which they are tried. */
  servers(): Promise<readonly ServerState[]>;
  /** Ends what is open; work that goes on meanwhile fails. */
  close(): void;
}

export interface LinkHost {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Nobody looks at figures without it. */
  readonly timer?: DirectoryTimer;
  /** Of the DNS; the system's resolver unless given. */
  readonly resolveSrv?: (name: string) => Promise<readonly SrvRecord[]>;
}
