import type { Account, MustChange } from '../directory/account.ts';
import type { Answer, Visit } from '../http/route.ts';
import type { Change } from '../store/port.ts';
import type { Acr, WantedAcr } from './levels.ts';

/** An authorization request that waits for the person (oidc-provider calls it an interaction). */
export interface RunningSignIn {
  readonly uid: string;
  readonly prompt: { readonly name: string; readonly reasons: readonly string[] };
  readonly clientId: string;
  readonly clientName: string;
  /** Level of assurance that the app asks for. */
  readonly wanted: WantedAcr;
  /** Set once the session has a person. */
  readonly accountId?: string;
  readonly sessionUid?: string;
  /** When the person last proved themselves in that session (epoch milliseconds). */
  readonly authenticatedAt?: number;
  /** Level that the session had when its page was begun; absent where a foreign host signs people in. */
  readonly acr?: Acr;
  /** Origin of the app's redirect address, for `formTargets`. */
  readonly returnOrigin?: string;
}

/** Who proved what so far, in a sign-in that has no session yet or wants more than its session has. */
export interface HalfSignIn {
  readonly accountId: string;
  /** The person's when they proved it: a new one makes it worthless. */
  readonly epoch: number;
  /** Authentication methods (RFC 8176). */
  readonly amr: readonly string[];
  readonly acr: Acr;
  /** Time of the last proof (epoch milliseconds). */
  readonly at: number;
  /** The person is signed in, and the app asks for a higher level: nothing but what is missing has to be proved. */
  readonly stepUp: boolean;
  /** The password that was proved is good for nothing but choosing another one. */
  readonly mustChange?: MustChange;
}

export interface StepProof {
  /** Read before the proof was judged: a reset in between makes it worthless. */
  readonly account: Account;
  /** Authentication methods (RFC 8176); `mfa` is added where it is due. */
  readonly amr: readonly string[];
  /**
   * The level that this proof reaches by itself: a code is `aal1`, a passkey with user verification `phr`. What it
   * makes together with the proofs before it follows from the kinds of their methods.
   */
  readonly acr: Acr;
  /** Epoch milliseconds. */
  readonly at: number;
  /** Until when this browser need not prove a second factor again, where the person wants that and the policy lets them. */
  readonly rememberUntil?: number;
  readonly mustChange?: MustChange;
}

/** What came of a password that somebody was asked for again. */
export type Rechecked =
  | { readonly kind: 'right' | 'wrong' }
  /** Whoever knows the password does not answer. */
  | { readonly kind: 'unavailable' }
  /** Nothing is evaluated until then (epoch milliseconds). */
  | { readonly kind: 'paused'; readonly until: number };

/** What a flow may ask about and do to sign-ins. */
export interface SignIns {
  /** The sign-in that this browser's cookie and the path's `uid` agree on. Throws `sign_in_expired`. */
  details(visit: Visit<unknown>): Promise<RunningSignIn>;
  /** Records the outcome of a prompt and goes on with the authorization request. */
  finish(visit: Visit<unknown>, prompt: string, result: Readonly<Record<string, unknown>>): Promise<Answer>;
  /** Path of the sign-in's own page; it dispatches to the page of the prompt or step that is due. */
  path(uid: string): string;
  /** Whether this browser belongs to the running sign-in `uid`. */
  owns(visit: Visit<unknown>, uid: string): Promise<boolean>;
  /**
   * Changes after which the sign-in survives a new epoch, stripped of session and of everything proved in it.
   *
   * @param userName filled in on its page from then on
   */
  sparing(uid: string, userName?: string): Promise<readonly Change[]>;
  /** Changes after which this name is filled in on its page; what was proved in it stays. */
  naming(uid: string, userName: string): Promise<readonly Change[]>;
  /**
   * What a step stands on: a page of a step asks for it first, and goes to `path` where there is nothing, since the
   * sign-in then begins with the password. Throws `sign_in_expired`.
   */
  half(visit: Visit<unknown>): Promise<HalfSignIn | undefined>;
  /** Name of the step that this sign-in waits for; undefined where it waits for none. Throws `sign_in_expired`. */
  due(visit: Visit<unknown>): Promise<string | undefined>;
  /**
   * Begins with a proof that stands alone, such as a passkey; what was proved before in this sign-in is dropped.
   * Goes on to the step that is due, or finishes.
   */
  begin(visit: Visit<unknown>, proof: StepProof): Promise<Answer>;
  /**
   * Adds the proof of a step, and goes on to the step that is due, or finishes: the session begins. Throws
   * `flow_out_of_order` where there is no half-finished sign-in of this person to add it to.
   */
  prove(visit: Visit<unknown>, proof: StepProof): Promise<Answer>;
  /**
   * The person cannot or will not take the step. Goes back to the app: without the higher level where that was a wish,
   * else with `unmet_authentication_requirements` or `access_denied`.
   */
  giveUp(visit: Visit<unknown>): Promise<Answer>;
  /**
   * Asks for the present password of somebody who is there already, behind the guard of the sign-in page: what is
   * guessed here counts as though it had been guessed there.
   *
   * @param clientId of the app that the log is to name
   */
  recheck(visit: Visit<unknown>, account: Account, password: string, clientId?: string): Promise<Rechecked>;
  /**
   * Changes after which this half-finished sign-in goes on under the next epoch of its person, who chose a new password
   * in it: with what was proved, and without the mark that they must. Commit them with what raises the epoch; where
   * others raise it as well, the sign-in ends like everything else. Throws `flow_out_of_order` where nothing was proved.
   */
  renewing(visit: Visit<unknown>): Promise<readonly Change[]>;
  /** Drops what was proved so far and goes to `path`: the person is somebody else. A step-up cannot start over. */
  startOver(visit: Visit<unknown>): Promise<Answer>;
}

/** Browsers in which a person signed in before: they see more, and are counted apart from strangers. */
export interface KnownBrowsers {
  knows(browser: string, accountId: string): Promise<boolean>;
  /** Account ids of those who signed in here before: what a typed name may be compared with before any proof. */
  people(browser: string): Promise<readonly string[]>;
  /** Commit it with the sign-in that makes the browser known; a new epoch of the person forgets it again. */
  remembering(browser: string, account: { readonly id: string; readonly epoch: number }): Change;
  /** Forgets every browser of a person, as after a reset. */
  forgetting(accountId: string): Promise<readonly Change[]>;
}

/** A browser in which a person need not prove a second factor for a while. */
export interface RememberedBrowser {
  readonly id: string;
  /** The User-Agent header of the sign-in that it was remembered in, shortened. */
  readonly agent: string;
  readonly address: string;
  /** Epoch milliseconds. */
  readonly since: number;
  readonly until: number;
}

/** They are remembered by `StepProof.rememberUntil`, and a new epoch of the person forgets them all. */
export interface RememberedBrowsers {
  remembers(browser: string, account: Pick<Account, 'id' | 'epoch'>): Promise<boolean>;
  /** The latest first. */
  list(account: Pick<Account, 'id' | 'epoch'>): Promise<readonly RememberedBrowser[]>;
  /** Forgets one of a person, or all, as when a second factor is removed. */
  forgetting(accountId: string, id?: string): Promise<readonly Change[]>;
}
