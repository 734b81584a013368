import { z } from 'zod';
import { get, page, post, redirect, type Answer, type Entrance, type Route, type Visit } from '../http/route.ts';
import type { Log } from '../kernel/log.ts';
import { DEMO_CALLBACK, DEMO_HOME, DEMO_SCOPE } from './client.ts';
import type { Openid } from './openid.ts';
import type { ShownPerson } from './people.ts';
import type { DemoSessions, DemoSessionState } from './session.ts';

type SignedIn = Extract<DemoSessionState, { stage: 'signed-in' }>;
type Tokens = Awaited<ReturnType<Openid['lib']['refreshTokenGrant']>>;

export interface RelyingPartyParts {
  readonly issuer: string;
  readonly sessions: DemoSessions;
  readonly log: Log;
  /** Pages of Latchkey itself, which the app links to as apps would. */
  readonly entrances: readonly Entrance[];
  openid(): Promise<Openid>;
  people(): Promise<readonly ShownPerson[]>;
}

const pressed = z.strictObject({});

/** Claims as rows of a definition list; what is not text is shown as JSON. */
const rows = (claims: Readonly<Record<string, unknown>>): readonly { name: string; value: string }[] =>
  Object.entries(claims).map(([name, value]) => ({
    name,
    value: typeof value === 'string' ? value : JSON.stringify(value),
  }));

const codeOf = (error: unknown): string => {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'error') : undefined;
  return typeof code === 'string' ? code : 'invalid_response';
};

const signedInWith = async ({ lib, configuration }: Openid, tokens: Tokens, before?: SignedIn): Promise<SignedIn> => {
  const idClaims = tokens.claims();
  const subject = String(idClaims?.sub ?? before?.claims['sub']);
  const userinfo = await lib.fetchUserInfo(configuration, tokens.access_token, subject);
  const refreshToken = tokens.refresh_token ?? before?.refreshToken;
  return {
    stage: 'signed-in',
    idToken: tokens.id_token ?? before?.idToken ?? '',
    ...(refreshToken !== undefined && { refreshToken }),
    claims: { ...before?.claims, ...idClaims, ...userinfo },
  };
};

const failed = (log: Log, visit: Visit<unknown>, error: unknown): Answer => {
  log.info({ correlation: visit.correlation, error }, 'the demo app could not finish a sign-in');
  return page('demo-failed', { error: codeOf(error) }, { status: 400 });
};

const home =
  ({ issuer, sessions, people, entrances }: RelyingPartyParts) =>
  async (visit: Visit): Promise<Answer> => {
    const session = await sessions.read(visit.cookies);
    if (session?.stage !== 'signed-in') return page('demo', { people: await people(), issuer, entrances });
    return page('demo-signed-in', {
      name: session.claims['name'] ?? session.claims['sub'],
      claims: rows(session.claims),
      refreshable: session.refreshToken !== undefined,
      entrances,
    });
  };

const signIn =
  ({ issuer, sessions, openid }: RelyingPartyParts) =>
  async (visit: Visit<unknown>): Promise<Answer> => {
    const { lib, configuration } = await openid();
    const transaction = {
      state: lib.randomState(),
      nonce: lib.randomNonce(),
      codeVerifier: lib.randomPKCECodeVerifier(),
    };
    await sessions.replace(visit.cookies, { stage: 'signing-in', ...transaction });
    const url = lib.buildAuthorizationUrl(configuration, {
      redirect_uri: `${issuer}${DEMO_CALLBACK}`,
      scope: DEMO_SCOPE,
      state: transaction.state,
      nonce: transaction.nonce,
      code_challenge: await lib.calculatePKCECodeChallenge(transaction.codeVerifier),
      code_challenge_method: 'S256',
      ui_locales: visit.locale,
    });
    return redirect(url.href);
  };

const callback =
  ({ issuer, sessions, log, openid }: RelyingPartyParts) =>
  async (visit: Visit): Promise<Answer> => {
    const transaction = await sessions.take(visit.cookies, 'signing-in');
    // A reload of this address, or its arrival in a browser that asked for nothing: the front page says how it stands.
    if (!transaction) return redirect(DEMO_HOME);
    const provider = await openid();
    const answer = new URL(`${issuer}${DEMO_CALLBACK}?${new URLSearchParams(visit.query).toString()}`);
    try {
      const tokens = await provider.lib.authorizationCodeGrant(provider.configuration, answer, {
        expectedState: transaction.state,
        expectedNonce: transaction.nonce,
        pkceCodeVerifier: transaction.codeVerifier,
      });
      await sessions.replace(visit.cookies, await signedInWith(provider, tokens));
      return redirect(DEMO_HOME);
    } catch (error) {
      return failed(log, visit, error);
    }
  };

const refresh =
  ({ sessions, log, openid }: RelyingPartyParts) =>
  async (visit: Visit<unknown>): Promise<Answer> => {
    const session = await sessions.take(visit.cookies, 'signed-in');
    if (session?.refreshToken === undefined) return redirect(DEMO_HOME);
    const provider = await openid();
    try {
      const tokens = await provider.lib.refreshTokenGrant(provider.configuration, session.refreshToken);
      await sessions.replace(visit.cookies, await signedInWith(provider, tokens, session));
      return redirect(DEMO_HOME);
    } catch (error) {
      return failed(log, visit, error);
    }
  };

const signOut =
  ({ issuer, sessions, openid }: RelyingPartyParts) =>
  async (visit: Visit<unknown>): Promise<Answer> => {
    const session = await sessions.take(visit.cookies, 'signed-in');
    if (!session) return redirect(DEMO_HOME);
    const { lib, configuration } = await openid();
    const url = lib.buildEndSessionUrl(configuration, {
      id_token_hint: session.idToken,
      post_logout_redirect_uri: `${issuer}${DEMO_HOME}`,
    });
    return redirect(url.href);
  };

/** `/demo`: an app like any other, which happens to live in the provider's own process. */
export const relyingPartyRoutes = (parts: RelyingPartyParts): readonly Route[] => [
  get(DEMO_HOME, home(parts)),
  post('/demo/sign-in', pressed, signIn(parts)),
  get(DEMO_CALLBACK, callback(parts)),
  post('/demo/refresh', pressed, refresh(parts)),
  post('/demo/sign-out', pressed, signOut(parts)),
];
