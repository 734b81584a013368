import type { Change } from '../store/port.ts';
import type { Answer, Visit } from '../http/route.ts';

/** An authorization request that waits for the person (oidc-provider calls it an interaction). */
export interface RunningSignIn {
  readonly uid: string;
  readonly prompt: { readonly name: string; readonly reasons: readonly string[] };
  readonly clientId: string;
  readonly clientName: string;
  /** Set once the session has a person. */
  readonly accountId?: string;
  readonly sessionUid?: string;
  /** When the person last proved themselves in that session (epoch milliseconds). */
  readonly authenticatedAt?: number;
  /** Origin of the app's redirect address, for `formTargets`. */
  readonly returnOrigin?: string;
}

/** What a flow may ask about and do to sign-ins. */
export interface SignIns {
  /** The sign-in that this browser's cookie and the path's `uid` agree on. Throws `sign_in_expired`. */
  details(visit: Visit<unknown>): Promise<RunningSignIn>;
  /** Records the outcome of a prompt and goes on with the authorization request. */
  finish(visit: Visit<unknown>, prompt: string, result: Readonly<Record<string, unknown>>): Promise<Answer>;
  /** Path of the sign-in's own page; it dispatches to the page of the prompt that is due. */
  path(uid: string): string;
  /** Whether this browser belongs to the running sign-in `uid`. */
  owns(visit: Visit<unknown>, uid: string): Promise<boolean>;
  /**
   * Changes after which the sign-in survives a new epoch, stripped of session and of everything proved in it.
   *
   * @param userName filled in on its page from then on
   */
  sparing(uid: string, userName?: string): Promise<readonly Change[]>;
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
