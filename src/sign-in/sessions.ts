import type { Visit } from '../http/route.ts';
import type { Change } from '../store/port.ts';
import type { Acr } from './levels.ts';

/** The session of a browser at this provider, as it stands. */
export interface CurrentSession {
  readonly accountId: string;
  readonly uid: string;
  /** When the person last proved themselves in it (epoch milliseconds). */
  readonly authenticatedAt: number;
  /** Authentication methods (RFC 8176). */
  readonly amr: readonly string[];
  readonly acr: Acr;
  readonly epoch: number;
}

/** One of the places where a person is signed in. Times are epoch milliseconds. */
export interface OpenSession {
  readonly uid: string;
  readonly begunAt: number;
  readonly usedAt: number;
  /** Where the sign-in came from. */
  readonly address: string;
  /** Its User-Agent header, shortened: for people to recognise a device by. */
  readonly agent: string;
  /** Names of the apps that were signed in to, in no order. */
  readonly apps: readonly string[];
}

/** What somebody must have proved to see a page of our own. */
export interface Admission {
  /** Path of the page: one without parameters that a plugin serves by GET. */
  readonly returnTo: string;
  /** How old the last proof may be (milliseconds); of any age without it. */
  readonly freshFor?: number;
  /** The level that is asked for where somebody can reach it. */
  readonly acr?: Acr;
}

/** A session that is to outlive what ends all others of its person. */
export interface Renewal {
  /** Commit them with what raises the person's epoch. */
  readonly changes: readonly Change[];
  /** Hands the browser its new cookie, once the changes are made. */
  hand(): void;
}

/** The sessions of people in browsers: for pages of our own that are about whoever is signed in. */
export interface Sessions {
  /** Of the browser's cookie; undefined where nobody is signed in (any more). */
  current(visit: Visit<unknown>): Promise<CurrentSession | undefined>;
  /** Where a person is signed in, the last used first. */
  list(accountId: string): Promise<readonly OpenSession[]>;
  /**
   * Ends a session of this person with everything that its apps were given, also for longer than the session, and
   * tells them (OpenID Connect Back-Channel Logout 1.0). False where the person has no such session.
   */
  end(visit: Visit<unknown>, accountId: string, uid: string): Promise<boolean>;
  /** Ends all but this one; gives their number. */
  endOthers(visit: Visit<unknown>, accountId: string, uid: string): Promise<number>;
  /**
   * Carries the browser's session over into the next epoch of its person, who chose a new password in it, under a new
   * cookie: a copy of the old one ends with everything else. Undefined where nobody is signed in.
   */
  renewing(visit: Visit<unknown>): Promise<Renewal | undefined>;
  /**
   * Where to send somebody who is not signed in, or not freshly, or not at the level: to a sign-in that comes back to
   * the page in this browser only. The page looks at `current` again; a wish for a level may have been in vain.
   */
  signInPath(visit: Visit<unknown>, admission: Admission): string;
}
