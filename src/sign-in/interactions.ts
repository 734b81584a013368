import type { Answer, Visit } from '../http/route.ts';
import type { RunningSignIn, SignIns } from './sign-ins.ts';

/** What the pages of a sign-in show and decide by. */
export interface OpenSignIn extends RunningSignIn {
  /** Name that the app, or a reset that began here, suggests (OpenID Connect Core section 3.1.2.1). */
  readonly loginHint?: string;
  /** Scopes that the app asks for and has not been granted. */
  readonly missingScopes: readonly string[];
  readonly clientUri?: string;
  readonly policyUri?: string;
  readonly tosUri?: string;
}

/** What was proved, to be written into session and tokens as it was. */
export interface Proof {
  readonly accountId: string;
  /** The person's, read before the proof: a reset in between makes it worthless. */
  readonly epoch: number;
  /** Authentication methods (RFC 8176). */
  readonly amr: readonly string[];
  /** Level of assurance. */
  readonly acr: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** The authorization requests that wait for the person, as the pages of a sign-in use them. */
export interface Interactions extends SignIns {
  /** As `details`, with what the pages show. Throws `sign_in_expired`. */
  open(visit: Visit<unknown>): Promise<OpenSignIn>;
  /** Signs the person in, once, after the last proof; ends a session of somebody else in this browser. */
  signIn(visit: Visit<unknown>, proof: Proof): Promise<Answer>;
  /** Grants what the app asks for. */
  consent(visit: Visit<unknown>): Promise<Answer>;
  /** Goes back to the app with `access_denied` (RFC 6749 section 4.1.2.1). */
  deny(visit: Visit<unknown>): Promise<Answer>;
  /** Where someone may go on whose sign-in is over; undefined where nothing is left of it. */
  wayBack(uid: string): Promise<{ readonly name: string; readonly href?: string } | undefined>;
}
