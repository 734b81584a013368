import { z } from 'zod';
import type { ClientMetadata } from '../config/clients.ts';
import { get, page, redirect, type Answer, type Route, type Visit } from '../http/route.ts';
import { DAY, type Clock } from '../kernel/clock.ts';
import { AppError } from '../kernel/errors.ts';
import type { Secrets } from '../kernel/secrets.ts';
import { LEVELS, reaches } from './levels.ts';
import type { Admission, Sessions } from './sessions.ts';

/** The client that pages of our own are to this provider: people sign in to them as to any app. */
export const OWN_PAGES = 'latchkey-pages';

/** Where such a sign-in comes back to. */
const SIGNED_IN = '/signed-in';

/** It is given no code and no token (OAuth 2.0 Multiple Response Types, section 4): the session is all it needs. */
export const ownPagesClient = (issuer: string, name: string): ClientMetadata => ({
  client_id: OWN_PAGES,
  client_name: name,
  redirect_uris: [`${issuer}${SIGNED_IN}`],
  response_types: ['none'],
  grant_types: [],
  token_endpoint_auth_method: 'none',
  first_party: true,
});

export interface OwnPagesParts {
  readonly issuer: string;
  /** As people know it. */
  readonly organisation: string;
  readonly secrets: Secrets;
  readonly clock: Clock;
  readonly sessions: Pick<Sessions, 'current'>;
  /** Paths that a sign-in may come back to. */
  readonly pages: ReadonlySet<string>;
}

const PURPOSE = 'sign-in to own page';

/** As long as a sign-in page may be left open, and then some. */
const LIFETIME = DAY;

/** What comes back in `state`: sealed, so that it says what we said, and of use in the browser alone that it names. */
const state = z.strictObject({
  browser: z.string(),
  returnTo: z.string(),
  acr: z.enum(LEVELS).exactOptional(),
  at: z.number(),
});

type State = z.infer<typeof state>;

export interface OwnPages {
  readonly route: Route;
  signInPath: Sessions['signInPath'];
}

export const createOwnPages = (parts: OwnPagesParts): OwnPages => {
  const { issuer, secrets, clock, sessions, pages } = parts;

  const stateOf = ({ query, browser }: Visit<unknown>): State => {
    const known = state.parse(JSON.parse(secrets.open(PURPOSE, query['state'] ?? '')));
    if (known.browser === browser && known.at + LIFETIME > clock.now()) return known;
    throw new AppError('sign_in_expired', 'the sign-in was begun in another browser, or long ago');
  };

  const readState = (visit: Visit<unknown>): State => {
    try {
      return stateOf(visit);
    } catch (cause) {
      if (cause instanceof AppError && cause.code !== 'secret_unreadable') throw cause;
      throw new AppError('sign_in_expired', 'no state of ours came back', { cause });
    }
  };

  /** Ends here: another redirect would only ask for the same again. */
  const stopped = (code: string, returnTo: string, status: number): Answer =>
    page('sign-in-failed', { code, back: { name: parts.organisation, href: returnTo } }, { status });

  return {
    route: get(SIGNED_IN, async (visit) => {
      const { returnTo, acr } = readState(visit);
      if (visit.query['error'] !== undefined) return stopped('access_denied', returnTo, 403);
      const session = await sessions.current(visit);
      if (!session) return stopped('sign_in_expired', returnTo, 400);
      if (acr !== undefined && !reaches(session.acr, acr)) return stopped('level_unmet', returnTo, 403);
      return redirect(returnTo);
    }),

    signInPath({ browser }, { returnTo, freshFor, acr }: Admission) {
      if (!pages.has(returnTo)) throw new AppError('internal', `${returnTo} is no page that a sign-in may lead to`);
      const sent: State = { browser, returnTo, at: clock.now(), ...(acr !== undefined && { acr }) };
      const query = new URLSearchParams({
        client_id: OWN_PAGES,
        redirect_uri: `${issuer}${SIGNED_IN}`,
        response_type: 'none',
        scope: 'openid',
        state: secrets.seal(PURPOSE, JSON.stringify(sent)),
        ...(freshFor !== undefined && { max_age: String(Math.floor(freshFor / 1000)) }),
        ...(acr !== undefined && { acr_values: acr }),
      });
      return `/auth?${query.toString()}`;
    },
  };
};
