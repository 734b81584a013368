import type * as OpenidClient from 'openid-client';
import { DEMO_CLIENT_ID } from './client.ts';
import { loopbackFetch } from './loopback-fetch.ts';

export interface Openid {
  readonly lib: typeof OpenidClient;
  readonly configuration: OpenidClient.Configuration;
}

/**
 * The relying party's library and what discovery told it, loaded at the first sign-in: whoever never opens the demo
 * does not pay for it. A discovery that failed is tried again by the next caller.
 */
export const openidOnDemand = (issuer: string, secret: string, origin: () => string): (() => Promise<Openid>) => {
  let ready: Promise<Openid> | undefined;

  const discover = async (): Promise<Openid> => {
    const lib = await import('openid-client');
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- a warning sign only; a demo on loopback has no TLS
    const insecure = issuer.startsWith('http:') ? [lib.allowInsecureRequests] : [];
    const configuration = await lib.discovery(
      new URL(issuer),
      DEMO_CLIENT_ID,
      undefined,
      lib.ClientSecretBasic(secret),
      { execute: insecure, [lib.customFetch]: loopbackFetch(origin), timeout: 5 },
    );
    return { lib, configuration };
  };

  return () =>
    (ready ??= discover().catch((error: unknown) => {
      ready = undefined;
      throw error;
    }));
};
