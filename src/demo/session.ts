import { z } from 'zod';
import type { Cookies } from '../http/route.ts';
import { HOUR, type Clock } from '../kernel/clock.ts';
import { randomToken, type Random } from '../kernel/random.ts';
import type { Secrets } from '../kernel/secrets.ts';
import { defineCollection, type Store } from '../store/port.ts';

const COOKIE = 'demo';
const LIFE = 12 * HOUR;

/** What a relying party remembers of one browser, either side of the sign-in. */
const sessionState = z.discriminatedUnion('stage', [
  z.strictObject({ stage: z.literal('signing-in'), state: z.string(), nonce: z.string(), codeVerifier: z.string() }),
  z.strictObject({
    stage: z.literal('signed-in'),
    idToken: z.string(),
    refreshToken: z.string().exactOptional(),
    claims: z.record(z.string(), z.unknown()),
  }),
]);

export type DemoSessionState = z.output<typeof sessionState>;
type Stage<S extends DemoSessionState['stage']> = Extract<DemoSessionState, { stage: S }>;

export const demoSessions = defineCollection({
  name: 'demoSessions',
  shape: z.strictObject({ id: z.string(), sealed: z.string(), expiresAt: z.number() }),
  expiry: 'expiresAt',
});

/** The demo app's own sessions, apart from the provider's: a random cookie here, sealed tokens in the store. */
export interface DemoSessions {
  read(cookies: Cookies): Promise<DemoSessionState | undefined>;
  /** Replaces what the browser had, under a new cookie, so that nobody can plant one beforehand. */
  replace(cookies: Cookies, next: DemoSessionState): Promise<void>;
  /** Ends the session and gives it to one caller only, when it is at that stage. */
  take<S extends DemoSessionState['stage']>(cookies: Cookies, stage: S): Promise<Stage<S> | undefined>;
}

export const createDemoSessions = (store: Store, secrets: Secrets, clock: Clock, random: Random): DemoSessions => {
  const idOf = (cookies: Cookies): string | undefined => {
    const cookie = cookies.get(COOKIE);
    return cookie === undefined ? undefined : secrets.hash('demo session', cookie);
  };
  const open = (id: string, sealed: string): DemoSessionState =>
    sessionState.parse(JSON.parse(secrets.open(`demo session ${id}`, sealed)));

  const isAt = <S extends DemoSessionState['stage']>(session: DemoSessionState, stage: S): session is Stage<S> =>
    session.stage === stage;

  return {
    async read(cookies) {
      const id = idOf(cookies);
      const found = id === undefined ? undefined : await store.get(demoSessions, id);
      return found && open(found.id, found.sealed);
    },

    async replace(cookies, next) {
      const earlier = idOf(cookies);
      if (earlier !== undefined) await store.remove(demoSessions, earlier);
      const cookie = randomToken(random);
      const id = secrets.hash('demo session', cookie);
      const sealed = secrets.seal(`demo session ${id}`, JSON.stringify(next));
      await store.insert(demoSessions, { id, sealed, expiresAt: clock.now() + LIFE });
      cookies.set(COOKIE, cookie);
    },

    async take(cookies, stage) {
      const id = idOf(cookies);
      const found = id === undefined ? undefined : await store.get(demoSessions, id);
      const session = found && open(found.id, found.sealed);
      if (!found || !session || !isAt(session, stage)) return undefined;
      cookies.clear(COOKIE);
      return (await store.take(demoSessions, found.id)) && session;
    },
  };
};
