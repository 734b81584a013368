import type Provider from 'oidc-provider';
import type { Audit } from '../audit/event.ts';
import type { Visit } from '../http/route.ts';
import type { Secrets } from '../kernel/secrets.ts';
import { OWN_PAGES } from '../sign-in/own-pages.ts';
import { levelOf } from '../sign-in/levels.ts';
import type { CurrentSession, OpenSession, Renewal, Sessions } from '../sign-in/sessions.ts';
import { change } from '../store/port.ts';
import type { Store, Stored } from '../store/port.ts';
import { and, eq } from '../store/query.ts';
import { artifacts, type Artifact } from './artifact.ts';
import type { ClientRegistry } from './clients.ts';
import { sessionCookie } from './cookies.ts';
import type { SessionEnding } from './end-session.ts';
import type { StandingOf } from './lineage.ts';
import { placeOf } from './own-parts.ts';
import { artifactKey, unpack } from './payload.ts';

/** The sessions of oidc-provider, as pages of our own see them. */
export type SessionsOfPeople = Omit<Sessions, 'signInPath'>;

export interface SessionsParts {
  readonly issuer: string;
  readonly provider: () => Provider;
  readonly store: Store;
  readonly secrets: Secrets;
  readonly audit: Audit;
  readonly clients: Pick<ClientRegistry, 'find'>;
  readonly standing: StandingOf;
  readonly ending: SessionEnding;
}

export const createSessions = (parts: SessionsParts): SessionsOfPeople => {
  const { store, secrets, audit, clients, ending } = parts;

  const sessionsOf = async (accountId: string): Promise<readonly Stored<Artifact>[]> => {
    const standing = await parts.standing(accountId);
    if (standing?.active !== true) return [];
    const theirs = and(eq('sessionOf', accountId), eq('epoch', standing.epoch));
    return (await store.find(artifacts, theirs, { sort: [{ path: 'usedAt', descending: true }] })).docs;
  };

  const keyOf = (id: string): string => artifactKey(secrets, 'Session', id);

  const nameOf = async (clientId: string): Promise<string> => (await clients.find(clientId))?.client_name ?? clientId;

  const describe = async (artifact: Artifact): Promise<OpenSession> => {
    const payload = unpack(secrets, artifact);
    const apps = Object.keys(payload.authorizations ?? {}).filter((id) => id !== OWN_PAGES);
    return {
      uid: artifact.uid ?? '',
      usedAt: artifact.usedAt ?? 0,
      ...placeOf(payload),
      apps: await Promise.all(apps.map(nameOf)),
    };
  };

  const end = async (visit: Visit<unknown>, accountId: string, sessions: readonly Artifact[]): Promise<void> => {
    const { address, agent, correlation } = visit;
    for (const { uid } of sessions) if (uid !== undefined) await ending.end(uid, 'for good');
    if (sessions.length === 0) return;
    const reason = 'by the person, from the list of sessions';
    await store.commit(
      sessions.map(() =>
        audit.event({
          type: 'session.ended',
          result: 'success',
          subject: accountId,
          reason,
          ...{ address, agent, correlation },
        }),
      ),
    );
  };

  const renewing = async ({ raw: { req, res } }: Visit<unknown>): Promise<Renewal | undefined> => {
    const provider = parts.provider();
    const ctx = provider.createContext(req, res);
    const { accountId, jti } = await provider.Session.get(ctx);
    const artifact = accountId === undefined ? undefined : await store.get(artifacts, keyOf(jti));
    if (artifact?.epoch === undefined) return undefined;
    const { version, ...rest } = artifact;
    // As oidc-provider makes them.
    const { jti: id } = new provider.Session();
    const expires = rest.expiresAt === undefined ? {} : { expires: new Date(rest.expiresAt) };
    return {
      changes: [
        change.take(artifacts, rest.id, version),
        // Neither its id nor its epoch stands in the payload of a session.
        change.insert(artifacts, { ...rest, id: keyOf(id), epoch: artifact.epoch + 1 }),
      ],
      hand() {
        ctx.cookies.secure = ctx.secure;
        ctx.cookies.set(provider.cookieName('session'), id, { ...sessionCookie(parts.issuer), ...expires });
      },
    };
  };

  return {
    renewing,

    async current({ raw }): Promise<CurrentSession | undefined> {
      const provider = parts.provider();
      const session = await provider.Session.get(provider.createContext(raw.req, raw.res));
      const { accountId, uid, loginTs, amr = [], acr } = session;
      const epoch: unknown = Reflect.get(session, 'epoch');
      if (accountId === undefined || loginTs === undefined || typeof epoch !== 'number') return undefined;
      return { accountId, uid, authenticatedAt: loginTs * 1000, amr, acr: levelOf(acr), epoch };
    },

    list: async (accountId) => Promise.all((await sessionsOf(accountId)).map(describe)),

    async end(visit, accountId, uid) {
      const meant = (await sessionsOf(accountId)).filter((each) => each.uid === uid);
      await end(visit, accountId, meant);
      return meant.length > 0;
    },

    async endOthers(visit, accountId, uid) {
      let ended = 0;
      for (;;) {
        // A page of them at a time.
        const others = (await sessionsOf(accountId)).filter((each) => each.uid !== uid);
        if (others.length === 0) return ended;
        await end(visit, accountId, others);
        ended += others.length;
      }
    },
  };
};
