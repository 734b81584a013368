import Provider, { type AdapterPayload } from 'oidc-provider';
import type { Stored } from '../store/port.ts';
import type { Artifact } from './artifact.ts';
import type { Standing, StandingOf } from './lineage.ts';

interface Hand {
  readonly found: Map<string, Stored<Artifact>>;
  readonly standings: Map<string, Promise<Standing | undefined>>;
  lost: boolean;
}

/** What a request of oidc-provider has read, so that it writes over that and nothing newer. */
export interface InHand {
  found(artifact: Stored<Artifact>): void;
  get(key: string): Stored<Artifact> | undefined;
  /** Tells that the session was gone when the request wanted to give it a new id. */
  vanished(key: string): void;
  lost(): boolean;
  /**
   * Read once for a request: what it writes bears the epoch that it began with (`lineage.ts`), so that a later look
   * would stop it sooner, but let through nothing less.
   */
  readonly standing: StandingOf;
}

/**
 * oidc-provider writes a session at the end of each request as it read it at the beginning. One that was signed out
 * in between would come back, and of two apps that sign in at once the second would forget the first.
 */
export const inHand = (standing: StandingOf): InHand => {
  const hands = new WeakMap<object, Hand>();

  const hand = (): Hand | undefined => {
    const ctx = Provider.ctx;
    if (!ctx) return undefined;
    const known = hands.get(ctx);
    if (known) return known;
    const fresh: Hand = { found: new Map(), standings: new Map(), lost: false };
    hands.set(ctx, fresh);
    return fresh;
  };

  return {
    found: (artifact) => hand()?.found.set(artifact.id, artifact),
    get: (key) => hand()?.found.get(key),
    vanished: (key) => {
      const held = hand();
      if (held?.found.has(key)) held.lost = true;
    },
    lost: () => hand()?.lost ?? false,
    standing(accountId) {
      const standings = hand()?.standings;
      const known = standings?.get(accountId) ?? standing(accountId);
      standings?.set(accountId, known);
      return known;
    },
  };
};

/** Apps that another request signed in to meanwhile stay in the session. */
export const mergedSession = (mine: string, stored: string): string => {
  const ours = JSON.parse(mine) as AdapterPayload;
  const theirs = JSON.parse(stored) as AdapterPayload;
  if (ours.accountId !== theirs.accountId || ours.loginTs !== theirs.loginTs) return mine;
  return JSON.stringify({ ...ours, authorizations: { ...theirs.authorizations, ...ours.authorizations } });
};
