import type { Clock } from '../kernel/clock.ts';
import type { Secrets } from '../kernel/secrets.ts';
import { Conflict, type Store } from '../store/port.ts';
import { and, eq } from '../store/query.ts';
import { artifacts, type Artifact } from './artifact.ts';
import type { ClientRegistry } from './clients.ts';
import { logoutNotice, logoutNotices } from './logout-notices.ts';
import { artifactKey, unpack } from './payload.ts';

export interface SessionEnding {
  /** Tells the apps of a session that it ended, those that asked to be told. */
  tell(session: Artifact): Promise<void>;
  /** Tells one app; harmless when it has been told. */
  tellApp(clientId: string, accountId: string, sid: string): Promise<void>;
  /** Ends a session by its uid as its person's sign-out would, or with what its apps were given for longer as well. */
  end(uid: string, extent?: 'for good'): Promise<void>;
}

export interface SessionEndingParts {
  readonly store: Store;
  readonly secrets: Secrets;
  readonly clock: Clock;
  readonly clients: Pick<ClientRegistry, 'find'>;
}

const OF_A_GRANT = ['AccessToken', 'RefreshToken', 'AuthorizationCode', 'DeviceCode'];

export const sessionEnding = ({ store, secrets, clock, clients }: SessionEndingParts): SessionEnding => {
  const tellApp = async (clientId: string, accountId: string, sid: string): Promise<void> => {
    const client = await clients.find(clientId);
    if (client?.backchannel_logout_uri === undefined) return;
    try {
      await store.insert(logoutNotices, logoutNotice(clientId, accountId, sid, clock.now()));
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
    }
  };

  const tell = async (session: Artifact): Promise<void> => {
    const { accountId, authorizations } = unpack(secrets, session);
    for (const [clientId, { sid }] of Object.entries(authorizations ?? {})) {
      if (accountId !== undefined && sid !== undefined) await tellApp(clientId, accountId, sid);
    }
  };

  const revoke = async (grantId: string): Promise<void> => {
    await store.remove(artifacts, artifactKey(secrets, 'Grant', grantId));
    for (const model of OF_A_GRANT) {
      await store.removeAll(artifacts, and(eq('grantId', grantId), eq('model', model)));
    }
  };

  return {
    tell,
    tellApp,
    async end(uid, extent) {
      const found = await store.find(artifacts, and(eq('uid', uid), eq('model', 'Session')), { limit: 1 });
      for (const session of found.docs) {
        await tell(session);
        await store.remove(artifacts, session.id);
        for (const { grantId, persistsLogout } of Object.values(unpack(secrets, session).authorizations ?? {})) {
          // What an app was given for longer than the session (`offline_access`) stays.
          if (grantId !== undefined && (extent === 'for good' || persistsLogout !== true)) await revoke(grantId);
        }
      }
    },
  };
};
