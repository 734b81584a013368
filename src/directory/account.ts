import type { Change } from '../store/port.ts';

/** A person or service as the flows need to know them, whatever directory they come from. */
export interface Account {
  /** The OIDC `sub`: never given to another, not even after deletion. */
  readonly id: string;
  readonly userName: string;
  readonly displayName: string;
  /** Addresses of the account itself, primary first. */
  readonly mail: readonly string[];
  /** Those of `mail` that the directory calls private: readable by whoever is locked out here, and proved by nobody. */
  readonly privateMail?: readonly string[];
  /** Telephones that the directory knows, as it writes them; `type` as in RFC 7643 section 4.1.2. Never proved by that. */
  readonly phones?: readonly { readonly value: string; readonly type?: string }[];
  /** Display names of the groups, folded for comparison by the caller. */
  readonly groups: readonly string[];
  /** Holds any administrative role. */
  readonly administrator: boolean;
  /** Service accounts sign in as clients and are never reset by themselves. */
  readonly kind: 'person' | 'service';
  readonly active: boolean;
  /** BCP 47, when known. */
  readonly locale?: string;
  /** Rises when everything signed in so far must end. */
  readonly epoch: number;
}

export interface Accounts {
  /** By user name or mail as typed, folded; undefined for nobody and for an address that several people share. */
  byName(typed: string): Promise<Account | undefined>;
  byId(id: string): Promise<Account | undefined>;
  /**
   * All of them by id (in the order of its UTF-8 bytes), in pages and in one pass; what is written meanwhile may be
   * missing. Absent where the host cannot list them.
   */
  pages?(): AsyncIterable<readonly Account[]>;
  /** Holders of any administrative role who may sign in, without their groups. Absent where the host does not tell. */
  administrators?(): Promise<readonly Account[]>;
}

/** Why a right password is good for nothing but choosing another one. */
export type MustChange = 'set-by-administrator' | 'expired';

export type Verification =
  | { readonly outcome: 'right' }
  /** Right, but sign-in goes on only after a change. A directory says so when it refuses the bind for that alone. */
  | { readonly outcome: 'must-change'; readonly reason: MustChange }
  | { readonly outcome: 'wrong' }
  | { readonly outcome: 'locked' | 'disabled' | 'unavailable' };

export type PasswordOrigin = 'reset' | 'change' | 'forced-change' | 'administrator';

/** A new password that the authority did not take. `reason` names the sentence that the person reads. */
export class PasswordRefused extends Error {
  readonly reason:
    | 'wrong_password'
    | 'too_short'
    | 'complexity'
    | 'history'
    | 'too_young'
    | 'not_found'
    | 'ambiguous'
    | 'no_permission'
    | 'disabled'
    | 'unreachable'
    | 'misconfigured';

  constructor(reason: PasswordRefused['reason'], message: string) {
    super(message);
    this.name = 'PasswordRefused';
    this.reason = reason;
  }
}

/** What an authority knows of somebody's password beside the password. Times are epoch milliseconds. */
export interface PasswordState {
  /** Absent where there is none, or where the authority does not tell. */
  readonly changedAt?: number;
  /** By the authority's own rules; policies of plugins may end it sooner. */
  readonly expiresAt?: number;
  readonly mustChange: boolean;
}

/** Whose password was set when. */
export interface PasswordAge {
  readonly accountId: string;
  /** Epoch milliseconds. */
  readonly changedAt: number;
}

/** How an account was found that is to be unlocked. */
export interface Unlocking {
  readonly wasLocked: boolean;
  /** What of it is kept here; what an outside authority keeps has ended already. */
  readonly changes: readonly Change[];
}

/** The authority over passwords: local, a directory, or the accounts of a foreign host. */
export interface Passwords {
  verify(account: Account, password: string): Promise<Verification>;
  /** Does the work of `verify` for a name that nobody bears, so that time does not tell who exists. */
  verifyNobody(password: string): Promise<void>;
  /** Whether this is the present or a remembered earlier password; false where the authority cannot tell. */
  usedBefore(account: Account, password: string): Promise<boolean>;
  /**
   * Makes `password` the account's. An outside authority has taken it when this resolves; for the local one the
   * returned changes do it, so that they are committed together with what they belong to. They also raise the epoch,
   * which ends sessions, grants and tokens. With `mustChange` a sign-in asks for another one before anything else.
   */
  set(
    account: Account,
    password: string,
    origin: PasswordOrigin,
    options?: { readonly mustChange?: boolean },
  ): Promise<readonly Change[]>;
  /**
   * As `set`, on the strength of the present password: what a person may do where only they may, and by the rules that
   * hold for them (of Active Directory one modification that removes the old and adds the new value). It is judged here
   * again, whoever judged it before. Throws `PasswordRefused`, `wrong_password` where `current` is not the present one.
   */
  change(account: Account, current: string, next: string): Promise<readonly Change[]>;
  state(account: Account): Promise<PasswordState>;
  /**
   * Lets somebody sign in again whom too many wrong passwords keep out, and leaves the password as it is. An outside
   * authority has done it when this resolves; it throws `PasswordRefused` where it does not. Absent where the authority
   * keeps no lock.
   */
  unlock?(account: Account): Promise<Unlocking>;
  /**
   * Passwords that were set in a stretch of time, both ends included (epoch milliseconds), in pages and in its order:
   * for work that must not grow with the number of people. Absent where the authority cannot list them so.
   */
  setBetween?(from: number, to: number): AsyncIterable<readonly PasswordAge[]>;
}
