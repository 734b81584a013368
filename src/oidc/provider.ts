import mount from 'koa-mount';
import Provider from 'oidc-provider';
import type { Audit } from '../audit/event.ts';
import type { Browsers } from '../http/browser.ts';
import type { Context, Middleware } from '../http/context.ts';
import type { Pages } from '../http/pages.ts';
import type { ClientMetadata } from '../config/clients.ts';
import { AppError } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';
import { MINUTE } from '../kernel/clock.ts';
import type { Job } from '../kernel/schedule.ts';
import type { Interactions } from '../sign-in/interactions.ts';
import type { Store } from '../store/port.ts';
import { createAccessTokens, type AccessTokens } from './access-tokens.ts';
import { ArtifactAdapter } from './adapter.ts';
import { clientCheck } from './client-check.ts';
import { clientAdapter, type ClientRegistry } from './clients.ts';
import { configurationFor, type ConfigurationParts } from './configuration.ts';
import { cookieSigner } from './cookies.ts';
import { sessionEnding, type SessionEnding } from './end-session.ts';
import { endingJob } from './endings.ts';
import { inHand } from './in-hand.ts';
import { createInteractions, wayBackFinder } from './interactions.ts';
import { keySets, loadKeys, nextKeysJob, toJwks } from './keys.ts';
import { grantLifetime } from './lifetimes.ts';
import { logoutNoticeJob, type Deliver } from './logout-notices.ts';
import { outgoingFetch } from './outgoing.ts';
import { recordEvents } from './recording.ts';
import { allowFormPost, around } from './request.ts';
import { carryOwnParts } from './own-parts.ts';
import { createSessions, type SessionsOfPeople } from './sessions.ts';
import type { SigningKey } from './signing-key.ts';
import { createSubmit } from './submission.ts';
import { tellAcr } from './wanted-acr.ts';

export interface OidcParts extends Omit<
  ConfigurationParts,
  'adapter' | 'cookieSigner' | 'sendPage' | 'wayBackOf' | 'fetch'
> {
  readonly store: Store;
  readonly log: Log;
  readonly audit: Audit;
  readonly clients: ClientRegistry;
  readonly pages: Pages;
  readonly browsers: Pick<Browsers, 'recognise'>;
  /** Hosts of apps in our own network that may be called in spite of their private address. */
  readonly privateHosts: readonly string[];
}

export interface Oidc {
  /** Mounted behind the routes; answers the paths of OpenID Connect. */
  readonly middleware: Middleware;
  readonly interactions: Interactions;
  readonly jobs: readonly Job[];
  readonly sessions: SessionEnding;
  /** For pages about whoever is signed in. */
  readonly signedIn: SessionsOfPeople;
  readonly accessTokens: AccessTokens;
  stop(): void;
}

/** Paths of clients that prove themselves, or carry a token: no person sits before them. */
export const CLIENT_PATHS = ['/token', '/token/introspection', '/token/revocation', '/me', '/jwks', '/request'];

type Told = InstanceType<Provider['Client']>;

const isMethod = (value: unknown): value is (...args: unknown[]) => Promise<void> => typeof value === 'function';

/** Back-channel logout goes through the outbox of notices: a sign-out does not wait for apps, nor forget one. */
const throughOutbox = (provider: Provider, sessions: SessionEnding): Deliver => {
  const prototype = provider.Client.prototype as object;
  const send: unknown = Reflect.get(prototype, 'backchannelLogout');
  if (!isMethod(send)) throw new TypeError('oidc-provider has no backchannelLogout');
  Reflect.set(prototype, 'backchannelLogout', function (this: Told, accountId: string, sid: string) {
    return sessions.tellApp(this.clientId, accountId, sid);
  });
  return async ({ clientId, accountId, id }) => {
    const client = await provider.Client.find(clientId);
    if (client) await send.call(client, accountId, id);
  };
};

interface Running {
  readonly provider: Provider;
  readonly middleware: Middleware;
  readonly deliver: Deliver;
}

/** One oidc-provider for one set of keys. It has no way to take new ones: another set is another provider. */
const run = (parts: OidcParts, sessions: SessionEnding, keys: readonly SigningKey[]): Running => {
  const { pages, browsers, clients } = parts;
  const adapterParts = {
    ...parts,
    inHand: inHand(parts.standing),
    // A request that an app posts comes without the browser's cookie: whose it is shows only at the next page.
    browserOf: (ctx: Context) => (ctx.method === 'POST' ? undefined : browsers.recognise(ctx).id),
  };
  const adapter: ConfigurationParts['adapter'] = (model) =>
    model === 'Client' ? clientAdapter(clients) : new ArtifactAdapter(model, adapterParts);
  // The context that oidc-provider calls us with is the host's own, to which it has added a property.
  const sendPage: ConfigurationParts['sendPage'] = (ctx, answer) => {
    pages.send(ctx, answer);
  };
  const own = {
    standing: adapterParts.inHand.standing,
    cookieSigner: cookieSigner(parts.secrets),
    adapter,
    sendPage,
    wayBackOf: wayBackFinder(parts),
    fetch: outgoingFetch(parts.privateHosts),
  };
  const provider = new Provider(parts.issuer, configurationFor({ ...parts, ...own }, toJwks(keys)));
  // The host has put the issuer's host and scheme in place of what the request said; see `http/forwarded.ts`.
  provider.proxy = true;
  carryOwnParts(provider, parts.clock);
  provider.on('authorization.accepted', tellAcr);
  // Both are told just before the answer is written.
  provider.on('authorization.success', allowFormPost);
  provider.on('authorization.error', allowFormPost);
  const recorded = recordEvents(provider, parts);
  const deliver = throughOutbox(provider, sessions);
  return { provider, deliver, middleware: around(mount(provider), recorded) };
};

/** Faults of clients come to light at the start, not at the first sign-in of their app; all of them at once. */
const refuseFaulty = ({ provider }: Running, clients: readonly ClientMetadata[]): void => {
  const check = clientCheck(provider);
  const faults = clients.flatMap((client) => {
    const fault = check(client);
    return fault === undefined ? [] : [`${client.client_id}: ${fault}`];
  });
  if (faults.length > 0) throw new AppError('config_invalid', `clients cannot be used: ${faults.join('; ')}`);
};

const sameKeys = (a: readonly SigningKey[], b: readonly SigningKey[]): boolean =>
  a.length === b.length && a.every(({ kid, state }, at) => b[at]?.kid === kid && b[at].state === state);

/** Starts OpenID Connect; its keys are made at the first start and taken up as they rotate, without a restart. */
export const startOidc = async (parts: OidcParts): Promise<Oidc> => {
  const { store, clock, log, clients, secrets, standing } = parts;
  const sessions = sessionEnding(parts);
  let keys = await loadKeys(parts);
  let current = run(parts, sessions, keys);
  refuseFaulty(current, clients.configured);

  const reload = async (): Promise<void> => {
    const now = await loadKeys(parts);
    if (sameKeys(now, keys)) return;
    keys = now;
    current = run(parts, sessions, keys);
    log.info({ keys: keys.map(({ kid, alg, state }) => ({ kid, alg, state })) }, 'signing keys were taken up');
  };
  const stopWatching = store.watch([keySets], () => {
    void reload().catch((error: unknown) => {
      log.error({ error }, 'signing keys could not be read again');
    });
  });

  const interactions = createInteractions({
    provider: () => current.provider,
    store,
    secrets,
    clients,
    wayBackOf: wayBackFinder(parts),
    submit: createSubmit(store, secrets, standing),
    endSession: (uid) => sessions.end(uid),
    grantLifetime: async (clientId) => {
      const client = await current.provider.Client.find(clientId);
      return client ? grantLifetime(parts.lifetimes, client) : MINUTE / 1000;
    },
  });

  return {
    middleware: async (ctx, next) => {
      await current.middleware(ctx, next);
    },
    interactions,
    sessions,
    accessTokens: createAccessTokens(() => current.provider),
    signedIn: createSessions({ ...parts, provider: () => current.provider, ending: sessions }),
    jobs: [
      logoutNoticeJob(store, clock, log, (notice) => current.deliver(notice)),
      endingJob(store, clock, sessions, standing),
      nextKeysJob(parts),
    ],
    stop: stopWatching,
  };
};
