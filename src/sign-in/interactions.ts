import type { Answer, Visit } from '../http/route.ts';
import type { Change } from '../store/port.ts';
import type { Acr } from './levels.ts';
import type { HalfSignIn, RunningSignIn, SignIns } from './sign-ins.ts';

/** What was proved, as it is kept with the running sign-in: it ends with it, and with the epoch of its person. */
export interface KeptHalf extends HalfSignIn {
  /** Hash of the browser that proved it; no other goes on with it. */
  readonly browser: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
  /** Ids of the sign-in guard's counters, which the finished sign-in clears. */
  readonly counters: readonly string[];
  readonly rememberUntil?: number;
}

/** What the pages of a sign-in show and decide by. */
export interface OpenSignIn extends RunningSignIn {
  /** Name that the app, or a reset that began here, suggests (OpenID Connect Core section 3.1.2.1). */
  readonly loginHint?: string;
  /** Scopes that the app asks for and has not been granted; also those of single claims. */
  readonly missingScopes: readonly string[];
  readonly clientUri?: string;
  readonly policyUri?: string;
  readonly tosUri?: string;
  readonly half?: KeptHalf;
  /** The session's own proof, where its level is all that is missing. */
  readonly session?: Proof;
}

/** What was proved, to be written into session and tokens as it was. */
export interface Proof {
  readonly accountId: string;
  /** The person's, read before the proof: a reset in between makes it worthless. */
  readonly epoch: number;
  /** Authentication methods (RFC 8176). */
  readonly amr: readonly string[];
  /** Level of assurance. */
  readonly acr: Acr;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** RFC 6749 section 4.1.2.1, and OpenID Connect Core Error Code unmet_authentication_requirements 1.0. */
export type Refusal = 'access_denied' | 'unmet_authentication_requirements';

/** The authorization requests that wait for the person, as the pages of a sign-in use them. */
export interface Interactions extends Pick<
  SignIns,
  'details' | 'finish' | 'path' | 'owns' | 'sparing' | 'renewing' | 'naming'
> {
  /** As `details`, with what the pages show. Throws `sign_in_expired`. */
  open(visit: Visit<unknown>): Promise<OpenSignIn>;
  /** Keeps what was proved so far, or drops it; it has no session of somebody else beside it. */
  keep(visit: Visit<unknown>, half: KeptHalf | undefined): Promise<void>;
  /**
   * Signs the person in, once, after the last proof; ends a session of somebody else in this browser.
   *
   * @param along what is committed with it, from fresh reads at each try; a second press commits nothing more
   */
  signIn(visit: Visit<unknown>, proof: Proof, along?: () => Promise<readonly Change[]>): Promise<Answer>;
  /** Grants what the app asks for. */
  consent(visit: Visit<unknown>): Promise<Answer>;
  /** Goes back to the app with an error. */
  refuse(visit: Visit<unknown>, error: Refusal): Promise<Answer>;
  /** Where someone may go on whose sign-in is over; undefined where nothing is left of it. */
  wayBack(uid: string): Promise<{ readonly name: string; readonly href?: string } | undefined>;
}
