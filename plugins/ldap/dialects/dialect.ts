import type { Barred, MustChange, PasswordRefused } from '../../../src/plugin.ts';
import type { Dialect as DialectName } from '../config.ts';
import type { Entry } from '../connection/entry.ts';
import type { LdapFailure } from '../connection/failure.ts';
import type { Answer, Ldap } from '../connection/ldap.ts';
import type { BindOutcome, Link } from '../connection/link.ts';
import type { RootDse } from '../connection/root-dse.ts';
import type { FilterValue } from '../filter.ts';

/** What a directory demands of somebody's passwords. Times are milliseconds, 0 none. */
export interface DirectoryPolicy {
  readonly minLength: number;
  /** Several kinds of characters, and no name of the person, in Active Directory's way. */
  readonly complexity: boolean;
  /** Earlier passwords that are refused. */
  readonly history: number;
  readonly minAge: number;
  readonly maxAge: number;
  /** Wrong passwords in a row that lock the account; 0 never. */
  readonly threshold: number;
  /** How long they count; 0 until a right one comes. */
  readonly window: number;
  /** How long a lock lasts; 0 until somebody ends it. */
  readonly lockout: number;
  /** There is one, but the service account may not read it: what is said here is a guess on the safe side. */
  readonly unreadable?: true;
}

/** What an entry tells of its account. Times are epoch milliseconds. */
export interface EntryState {
  /** By an administrator. Nothing here ever changes it. */
  readonly disabled: boolean;
  /** By wrong passwords, at this moment. */
  readonly locked: boolean;
  /** Wrong passwords that count at this moment, as far as this server knows. */
  readonly wrong: number;
  /** Another one means another password. Absent where the directory keeps none. */
  readonly stamp: string | undefined;
  readonly changedAt: number | undefined;
  readonly expiresAt: number | undefined;
  readonly mustChange: boolean;
  /** An account of administrators, which no delegation reaches (`adminCount`). */
  readonly guarded: boolean;
}

/** What the answer to a bind means. */
export type BindMeaning =
  | { readonly outcome: 'right' | 'wrong' | 'locked' | 'disabled' }
  | { readonly outcome: 'must-change'; readonly reason: MustChange }
  | { readonly outcome: 'barred'; readonly reason: Barred }
  /** Neither: the server did not judge the password. */
  | { readonly outcome: 'unavailable' };

export interface Writing {
  /** The next sign-in must choose another password. */
  readonly mustChange: boolean;
  /** The account may be locked, and is to be unlocked along with it. */
  readonly unlock: boolean;
}

export interface Written extends Answer {
  /** Object identifier of the control that made the policy hold, where there is one. */
  readonly control?: string;
  /** The password is set, and something that was to come with it is not: the text of the server. */
  readonly incomplete?: string;
}

/** By which a password is changed, all at one server. */
export interface ChangeWay {
  /** Bound as the service account. */
  readonly ldap: Ldap;
  readonly link: Pick<Link, 'asPerson'>;
}

/** What the server meant by refusing a write, as far as itself told; `policy` when not which rule. */
export type WriteRefusal = PasswordRefused['reason'] | 'policy';

/** How one kind of directory spells what all of them can do. */
export interface Dialect {
  readonly name: DialectName;
  /** For a while after a change binds with the password before succeed as well (OldPasswordAllowedPeriod). */
  readonly takesOldPasswords: boolean;
  /** The server's own clock (epoch milliseconds), by which it stamps passwords. Absent where nothing depends on it. */
  clock?(ldap: Ldap): Promise<number | undefined>;
  /** Whether a server says that it takes no writes. Absent where none says it before it is written to. */
  isReadOnly?(rootDse: RootDse): boolean;
  /** What `state`, `policyKey` and the writes need of an entry, besides its id; operational ones among them. */
  readonly attributes: readonly string[];
  /** The id in its usual form, in lower case. */
  idText(value: Buffer): string;
  /** The id as a filter has it. Undefined when it is none. */
  idValue(id: string): FilterValue | undefined;
  state(entry: Entry, policy: DirectoryPolicy, now: number): EntryState;
  /** Which policy holds for the entry: people with the same key have the same one. */
  policyKey(entry: Entry | undefined): string;
  /** Reads it. Without an entry, that of most people. */
  policy(ldap: Ldap, entry: Entry | undefined): Promise<DirectoryPolicy>;
  /** Object identifier of the control by which this server holds a `reset` to its policy. Absent where none is needed. */
  resetControl?(ldap: Ldap): Promise<string | undefined>;
  /** Whether what `reset` does is held to history and minimum age. */
  resetsObeyHistory(ldap: Ldap): Promise<boolean>;
  meaning(answer: BindOutcome): BindMeaning;
  /** Sets a password as an administrator would. Throws {@link LdapFailure}. */
  reset(ldap: Ldap, entry: Entry, password: string, writing: Writing): Promise<Written>;
  /** Sets it as its owner would, who knows the present one. Throws {@link LdapFailure}. */
  change(way: ChangeWay, entry: Entry, current: string, next: string): Promise<Written>;
  /** Throws {@link LdapFailure}. */
  unlock(ldap: Ldap, entry: Entry): Promise<Answer>;
  refusal(failure: LdapFailure): WriteRefusal;
  /** Whether a password fits the rule of complexity, as far as it can be judged here. Absent where there is none. */
  isComplex?(entry: Entry, password: string): boolean;
}
