import type { Adapter, AdapterPayload } from 'oidc-provider';
import { z } from 'zod';
import type { ClientMetadata } from '../config/clients.ts';
import type { Secrets } from '../kernel/secrets.ts';
import { defineCollection, type Store } from '../store/port.ts';

/** Clients added by command. Their secrets must be readable (OpenID Connect Core section 9), so they rest sealed. */
export const clients = defineCollection({
  name: 'clients',
  shape: z.strictObject({
    id: z.string(),
    /** JSON of the metadata (RFC 7591) without `client_id` and `client_secret`. */
    metadata: z.string(),
    secret: z.string().exactOptional(),
    createdAt: z.number(),
    updatedAt: z.number(),
  }),
});

export type StoredClient = z.infer<typeof clients.shape>;

const PURPOSE = 'client secret';

export const toStoredClient = (secrets: Secrets, metadata: ClientMetadata, now: number): StoredClient => {
  const { client_id, client_secret, ...rest } = metadata;
  return {
    id: client_id,
    metadata: JSON.stringify(rest),
    ...(client_secret !== undefined && { secret: secrets.seal(`${PURPOSE} ${client_id}`, client_secret) }),
    createdAt: now,
    updatedAt: now,
  };
};

export const fromStoredClient = (secrets: Secrets, client: StoredClient): ClientMetadata => ({
  ...(JSON.parse(client.metadata) as Omit<ClientMetadata, 'client_id'>),
  client_id: client.id,
  ...(client.secret !== undefined && { client_secret: secrets.open(`${PURPOSE} ${client.id}`, client.secret) }),
});

export interface ClientRegistry {
  find(id: string): Promise<ClientMetadata | undefined>;
  /** Those of the configuration; the store's cannot shadow them. */
  readonly configured: readonly ClientMetadata[];
  stop(): void;
}

/** Clients of the configuration and of the store; those read are kept until the collection changes. */
export const createClientRegistry = (
  configured: readonly ClientMetadata[],
  store: Store,
  secrets: Secrets,
): ClientRegistry => {
  const fixed = new Map(configured.map((client) => [client.client_id, client]));
  let read = new Map<string, ClientMetadata>();
  const stop = store.watch([clients], () => {
    read = new Map();
  });

  return {
    configured,
    stop,
    async find(id) {
      const known = fixed.get(id) ?? read.get(id);
      if (known) return known;
      // A change while the store is asked replaces the map: what was read before it must not stay.
      const into = read;
      const stored = await store.get(clients, id);
      if (!stored) return undefined;
      const metadata = fromStoredClient(secrets, stored);
      into.set(id, metadata);
      return metadata;
    },
  };
};

const unsupported = (): Promise<never> => Promise.reject(new TypeError('clients are written by command'));

/** oidc-provider's adapter for its model `Client`. */
export const clientAdapter = (registry: Pick<ClientRegistry, 'find'>): Adapter => ({
  find: (id) => registry.find(id) as Promise<AdapterPayload | undefined>,
  upsert: unsupported,
  findByUid: unsupported,
  findByUserCode: unsupported,
  consume: unsupported,
  destroy: unsupported,
  revokeByGrantId: unsupported,
});
