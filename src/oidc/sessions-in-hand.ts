import Provider, { type AdapterPayload } from 'oidc-provider';
import type { Stored } from '../store/port.ts';
import type { Artifact } from './artifact.ts';

interface Hand {
  readonly found: Map<string, Stored<Artifact>>;
  lost: boolean;
}

/** Which session a request has read, so that it writes that one and no other. */
export interface SessionsInHand {
  found(session: Stored<Artifact>): void;
  inHand(key: string): Stored<Artifact> | undefined;
  /** Tells that the session was gone when the request wanted to give it a new id. */
  vanished(key: string): void;
  lost(): boolean;
}

/**
 * oidc-provider writes a session at the end of each request as it read it at the beginning. One that was signed out
 * in between would come back, and of two apps that sign in at once the second would forget the first.
 */
export const sessionsInHand = (): SessionsInHand => {
  const hands = new WeakMap<object, Hand>();

  const hand = (): Hand | undefined => {
    const ctx = Provider.ctx;
    if (!ctx) return undefined;
    const known = hands.get(ctx);
    if (known) return known;
    const fresh: Hand = { found: new Map(), lost: false };
    hands.set(ctx, fresh);
    return fresh;
  };

  return {
    found: (session) => hand()?.found.set(session.id, session),
    inHand: (key) => hand()?.found.get(key),
    vanished: (key) => {
      const held = hand();
      if (held?.found.has(key)) held.lost = true;
    },
    lost: () => hand()?.lost ?? false,
  };
};

/** Apps that another request signed in to meanwhile stay in the session. */
export const mergedSession = (mine: string, stored: string): string => {
  const ours = JSON.parse(mine) as AdapterPayload;
  const theirs = JSON.parse(stored) as AdapterPayload;
  if (ours.accountId !== theirs.accountId || ours.loginTs !== theirs.loginTs) return mine;
  return JSON.stringify({ ...ours, authorizations: { ...theirs.authorizations, ...ours.authorizations } });
};
