import type { Configuration } from 'oidc-provider';
import type { CookieSigner } from '../http/http.ts';
import type { Secrets } from '../kernel/secrets.ts';

/**
 * Signs the cookies of running sign-ins; the same on every node, and over rotations of the master key. In the place of
 * Keygrip, which makes its key anew for each signature and two more to compare one.
 */
export const cookieSigner = (secrets: Pick<Secrets, 'hash' | 'matches'>): CookieSigner => {
  const verify = (cookie: string, signature: string): boolean => secrets.matches('oidc cookie', cookie, signature);
  return {
    sign: (cookie) => secrets.hash('oidc cookie', cookie),
    verify,
    index: (cookie, signature) => (verify(cookie, signature) ? 0 : -1),
  };
};

const common = (issuer: string) => ({ httpOnly: true, secure: issuer.startsWith('https:'), overwrite: true }) as const;

/** Only a cookie without SameSite reaches an authorization request that an app posts (Core section 3.1.2.1). */
export const sessionCookie = (issuer: string) =>
  ({
    ...common(issuer),
    signed: false,
    path: '/',
    sameSite: issuer.startsWith('https:') ? 'none' : 'lax',
  }) as const;

/**
 * The session's cookie is not signed: it holds 256 random bits that are found in the store by their keyed hash only.
 * Those of a running sign-in hold no more than its address says, which histories and logs keep: the signature shows
 * that the browser was given them. `__Host-` forbids the paths that they need.
 */
export const cookies = (issuer: string, signer: CookieSigner): NonNullable<Configuration['cookies']> => {
  const secure = issuer.startsWith('https:');
  const [host, plain] = secure ? ['__Host-', '__Secure-'] : ['', ''];
  return {
    names: { session: `${host}session`, interaction: `${plain}interaction`, resume: `${plain}resume` },
    keys: signer,
    long: sessionCookie(issuer),
    short: { ...common(issuer), signed: true, sameSite: 'lax' },
  };
};
