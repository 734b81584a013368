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
  /** Of those that a source brought, the names with the source in front (`ldap:corp/Staff`), by which rules may go too. */
  readonly qualifiedGroups?: readonly string[];
  /** Values that rules may go by beside groups, by the attribute's name; folded for comparison by the caller. */
  readonly attributes?: Readonly<Record<string, readonly string[]>>;
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

/** What of somebody decides which rules are theirs; with the user name where a host has it at hand. */
export type Outline = Pick<
  Account,
  'id' | 'groups' | 'qualifiedGroups' | 'attributes' | 'administrator' | 'kind' | 'active'
> &
  Partial<Pick<Account, 'userName'>>;

export interface Accounts {
  /** By user name or mail as typed, folded; undefined for nobody and for an address that several people share. */
  byName(typed: string): Promise<Account | undefined>;
  byId(id: string): Promise<Account | undefined>;
  /**
   * All of them, in no order, in pages and in one pass; what is written meanwhile may be missing. Absent where the host
   * cannot list them.
   */
  pages?(): AsyncIterable<readonly Account[]>;
  /**
   * The same of people who may sign in, with no more of each than its outline, in a third of the time. Attributes are
   * there only where they are asked for, which takes longer. Those in the same groups may share one list of them.
   */
  outlines?(wanted?: { readonly attributes: boolean }): AsyncIterable<readonly Outline[]>;
  /** User names by id, of those who are there; goes with `outlines`. */
  userNames?(ids: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Holders of any administrative role who may sign in, without their groups. Absent where the host does not tell. */
  administrators?(): Promise<readonly Account[]>;
}

/** Why a right password is good for nothing but choosing another one. */
export type MustChange = 'set-by-administrator' | 'expired';

interface Renewed {
  /** Another password than the one known before: all that was signed in with that has ended, and the account is of a new epoch. */
  readonly renewed?: true;
}

export type Verification =
  | ({ readonly outcome: 'right' } & Renewed)
  /** Right, but sign-in goes on only after a change. A directory says so when it refuses the bind for that alone. */
  | ({ readonly outcome: 'must-change'; readonly reason: MustChange } & Renewed)
  | { readonly outcome: 'wrong' }
  /** Right, but the directory lets nobody in by it at this hour, from here, or any more. */
  | { readonly outcome: 'barred'; readonly reason: Barred }
  /** Not asked, so that a directory does not lock its account: until then (epoch milliseconds). */
  | { readonly outcome: 'paused'; readonly until: number }
  /** `locked` says nothing of the password: a directory refuses a right one as well. */
  | { readonly outcome: 'locked' | 'disabled' | 'unavailable' };

/** What may be said of a password for a name that nobody bears. */
export interface NobodyVerification {
  readonly outcome: 'wrong' | 'unavailable';
}

/** Why a directory refuses whoever gave the right password (Active Directory's 530, 531 and 701). */
export type Barred = 'hours' | 'workstation' | 'account-expired';

/** Where a password is tried. */
export interface Trial {
  /** Whether the person signed in from this browser before: strangers have fewer tries at a directory. */
  readonly known: boolean;
}

export type PasswordOrigin = 'reset' | 'change' | 'forced-change' | 'administrator';

/** What the sentence of a refusal is filled with, as far as the authority told. */
export interface RefusalFacts {
  /** Characters that a password must have at least. */
  readonly least?: number;
  /** Earlier passwords that are remembered. */
  readonly remembered?: number;
  /** From when on it may be changed again (epoch milliseconds). */
  readonly until?: number;
}

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
    | 'read_only'
    | 'misconfigured';
  readonly facts: RefusalFacts;

  /** @param message for the log; the raw text of a server belongs here, and never before people */
  constructor(reason: PasswordRefused['reason'], message: string, facts: RefusalFacts = {}) {
    super(message);
    this.name = 'PasswordRefused';
    this.reason = reason;
    this.facts = facts;
  }
}

/** The rules of an outside authority for somebody's next password, as far as it tells. */
export interface AuthorityRules {
  readonly minLength?: number;
  /** Three of the kinds upper case, lower case, digits, others, and no name of the person (MS-SAMR 3.1.1.7.2). */
  readonly complexity?: boolean;
  /** So many earlier passwords are refused. */
  readonly history?: number;
  /** From when on the password may be changed again (epoch milliseconds); for a change, seldom for a reset. */
  readonly changeableFrom?: number;
}

/** Whether a reset would work for somebody, and why not. */
export type Preflight =
  | { readonly works: true }
  | { readonly works: false; readonly reason: PasswordRefused['reason']; readonly about: string };

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
  verify(account: Account, password: string, trial?: Trial): Promise<Verification>;
  /** Does the work of `verify` for a name that nobody bears, so that time does not tell who exists, nor an outage. */
  verifyNobody(password: string, typedName: string): Promise<NobodyVerification>;
  /** Whether somebody with this name, if there were one, would be of this authority. Absent where nobody would. */
  couldBear?(typedName: string): boolean;
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
  /** What an outside authority asks of the next password, known before it is typed. Nothing where it is kept here. */
  rules?(account: Account): Promise<AuthorityRules | undefined>;
  /** Whether a reset would be written, asked without writing. Absent where nothing can stand in its way. */
  preflight?(account: Account): Promise<Preflight>;
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
