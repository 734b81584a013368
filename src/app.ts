import { auditJobs } from './audit-jobs.ts';
import { openChannels } from './channels.ts';
import type { ClientMetadata } from './config/clients.ts';
import type { Config } from './config/schema.ts';
import { demoClient } from './demo/client.ts';
import { createDemo } from './demo/demo.ts';
import type { Demo } from './demo/demo.ts';
import type { FirstPassword } from './demo/people.ts';
import { catalogueOf, openFoundation } from './foundation.ts';
import type { Foundation, Surroundings } from './foundation.ts';
import { hostFor, signInMemory } from './host.ts';
import type { Late } from './host.ts';
import type { HealthCheck } from './http/health.ts';
import { claimsByScope } from './directory/declared-attribute.ts';
import { sweepingJob } from './directory/sweeping.ts';
import { createHttp } from './http/http.ts';
import { messageViews } from './http/message-views.ts';
import type { MetricsPage } from './http/metrics-page.ts';
import { startServer } from './http/server.ts';
import { createSite } from './http/site.ts';
import type { Site } from './http/site.ts';
import { plugins, serverCollections } from './installed.ts';
import { AppError } from './kernel/errors.ts';
import { packageRoot } from './kernel/package-root.ts';
import type { Log } from './kernel/log.ts';
import { kickUnseen, startScheduler } from './kernel/schedule.ts';
import type { Job } from './kernel/schedule.ts';
import { createLog } from './log.ts';
import type { MetricsRegistry } from './metrics/registry.ts';
import { CHANNELS } from './notify/channel.ts';
import type { Undeliverable } from './notify/conclusion.ts';
import { deliveryJobs } from './notify/delivery.ts';
import { outboxFigures } from './notify/outbox-figures.ts';
import { shortMessages } from './notify/gsm.ts';
import { outbox } from './notify/outbox.ts';
import { createClientRegistry } from './oidc/clients.ts';
import type { ClientRegistry } from './oidc/clients.ts';
import type { StandingOf } from './oidc/lineage.ts';
import { cookieSigner } from './oidc/cookies.ts';
import { CLIENT_PATHS, startOidc } from './oidc/provider.ts';
import type { Oidc } from './oidc/provider.ts';
import type { Contribution, Host, Route } from './plugin.ts';
import { ownPagesClient } from './sign-in/own-pages.ts';
import { createRememberedBrowsers } from './sign-in/remembered-browsers.ts';
import { leadingBack } from './sign-in/routes.ts';
import { createSignIn } from './sign-in/sign-in.ts';
import { everything } from './store/query.ts';

export { plugins, serverCollections };

export interface AppOptions extends Partial<Surroundings> {
  /** False in tests: jobs then run only in `settle`. */
  readonly timers?: boolean;
}

export interface RunningApp {
  readonly foundation: Foundation;
  readonly port: number;
  /** What is served besides OpenID Connect itself: for tests that must not forget a form. */
  readonly routes: readonly Pick<Route, 'method' | 'path' | 'form'>[];
  /** Passwords of the demo's people, at their first start only. */
  readonly firstPasswords: readonly FirstPassword[];
  /** Runs every job until none has more to do. */
  settle(): Promise<void>;
  stop(): Promise<void>;
}

const localesOf = ({ locales }: Config): readonly string[] => [
  locales.default,
  ...locales.available.filter((each) => each !== locales.default),
];

const configuredClients = ({ clients }: Config): readonly ClientMetadata[] =>
  clients.map(({ client_secret: secret, ...metadata }) => ({
    ...metadata,
    ...(secret === undefined ? {} : { client_secret: secret.reveal() }),
  }));

const siteOf = (foundation: Foundation): Site => {
  const { config } = foundation;
  const { logo, colours } = config.organisation;
  return createSite({
    ...foundation,
    root: packageRoot,
    issuer: config.issuer,
    organisation: config.organisation,
    ...(logo === undefined ? {} : { logo }),
    colours,
    locales: localesOf(config),
    plugins,
  });
};

const setUp = async (host: Host, { config, opened }: Foundation): Promise<readonly Contribution[]> => {
  const contributions: Contribution[] = [];
  for (const plugin of plugins) {
    try {
      contributions.push(await plugin.setup(host, config.plugins[plugin.name], opened.of(plugin)));
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new AppError('config_invalid', `the plugin ${plugin.name} cannot start: ${reason}`, { cause });
    }
  }
  return contributions;
};

const healthChecks = ({ store }: Foundation, contributions: readonly Contribution[]): readonly HealthCheck[] => [
  {
    name: 'store',
    check: async () => {
      await store.find(outbox, everything, { limit: 1 });
    },
  },
  ...contributions.flatMap(({ health }, at) => (health ? [{ name: plugins[at]?.name ?? '', check: health }] : [])),
];

const standingOf =
  ({ directory }: Foundation): StandingOf =>
  async (accountId) => {
    const person = await directory.people.byId(accountId);
    return person && { epoch: person.epoch, active: person.active };
  };

const openProvider = (
  foundation: Foundation,
  site: Site,
  clients: ClientRegistry,
  contributions: readonly Contribution[],
): Promise<Oidc> => {
  const { config, directory } = foundation;
  return startOidc({
    ...foundation,
    issuer: config.issuer,
    lifetimes: config,
    resources: [...config.resources, ...contributions.flatMap(({ resources = [] }) => resources)],
    locales: localesOf(config),
    prompts: contributions.flatMap(({ prompts = [] }) => prompts),
    standing: standingOf(foundation),
    claims: directory.claimsOf,
    declaredClaims: claimsByScope(foundation.declared),
    clients,
    privateHosts: config.outgoing.privateHosts,
    pages: site.pages,
    browsers: site.browsers,
  });
};

interface Parts {
  readonly foundation: Foundation;
  readonly site: Site;
  readonly late: Late;
  readonly stops: (() => unknown)[];
  /** Absent where nobody may look at figures. */
  readonly figures: MetricsRegistry | undefined;
}

/** Sign-in, plugins and the provider, in the order in which each needs the one before. */
const assemble = async ({ foundation, site, late, stops }: Parts) => {
  const { config, store, secrets, clock, audit } = foundation;
  const { issuer } = config;
  const { guard, browsers } = signInMemory(foundation);
  const host = hostFor({ foundation, plugins, guard, browsers, late });
  const contributions = await setUp(host, foundation);
  const demoClients = config.demo.enabled ? [demoClient(config.issuer, secrets)] : [];
  const ownPages = ownPagesClient(issuer, config.organisation.name);
  const clients = createClientRegistry([...configuredClients(config), ...demoClients, ownPages], store, secrets);
  stops.push(() => {
    clients.stop();
  });
  const oidc = await openProvider(foundation, site, clients, contributions);
  stops.push(() => {
    oidc.stop();
  });
  const { accounts, passwords, organisation } = host;
  const signIn = createSignIn({
    ...{ issuer, organisation, store, secrets, audit, clock, accounts, passwords, guard, browsers, contributions },
    freezes: foundation.directory.freezes,
    remembered: createRememberedBrowsers(store, secrets, clock),
    interactions: oidc.interactions,
    sessions: oidc.signedIn,
  });
  late.signIn = signIn;
  late.accessTokens = oidc.accessTokens;
  return { contributions, oidc, routes: signIn.routes };
};

const startJobs = ({ foundation, late, stops }: Parts, jobs: readonly Job[], timers: boolean) => {
  const scheduler = startScheduler(jobs, foundation.log, timers && kickUnseen(foundation.random));
  late.scheduler = scheduler;
  stops.push(() => scheduler.stop());
  if (timers) {
    // What was just put into the outbox leaves at once, also when another process put it there.
    const unwatch = foundation.store.watch([outbox], () => {
      for (const channel of CHANNELS) scheduler.kick(`notify.${channel}`);
    });
    stops.push(unwatch);
  }
  return scheduler;
};

/** Loaded where somebody may look, and not before. */
const figuresOf = async ({ metrics }: Config, log: Log): Promise<MetricsRegistry | undefined> =>
  metrics && (await import('./metrics/registry.ts')).openMetrics(log);

const metricsPageOf = ({ metrics }: Config, figures: MetricsRegistry | undefined): { metricsPage?: MetricsPage } =>
  metrics && figures ? { metricsPage: { token: metrics.token.reveal(), expose: () => figures.expose() } } : {};

const renderOf = ({ config: { organisation, issuer, templates } }: Foundation, site: Site) =>
  messageViews({ ...site, organisation, issuer, shortMessages, own: templates });

const run = async (parts: Parts, timers: boolean): Promise<Omit<RunningApp, 'stop'>> => {
  const { foundation, site, stops, figures } = parts;
  const { config, store, log } = foundation;
  const { contributions, oidc, routes } = await assemble(parts);
  const undeliverable: Undeliverable = async (refusal) =>
    (await Promise.all(contributions.map(async (each) => (await each.undeliverable?.(refusal)) ?? []))).flat();
  const { channels, mailbox, ...telephony } = await openChannels(foundation, undeliverable);
  stops.push(() => telephony.stop());

  const entrances = contributions.flatMap(({ entrances: theirs = [] }) => theirs);
  const port = { listening: config.http.port };
  const demo: Demo | undefined = config.demo.enabled
    ? createDemo({
        ...foundation,
        issuer: config.issuer,
        mailbox,
        origin: () => `http://${config.http.host}:${String(port.listening)}`,
        messages: site.messages,
        registrations: contributions.flatMap(({ demo: registering }) => (registering ? [registering] : [])),
        facts: contributions.flatMap(({ demoFacts }) => (demoFacts ? [demoFacts] : [])),
        entrances,
      })
    : undefined;
  const firstPasswords = (await demo?.seed()) ?? [];

  const render = renderOf(foundation, site);
  const stopping = new AbortController();
  const jobs = [
    ...(await auditJobs(foundation, catalogueOf(plugins), stopping.signal)),
    ...deliveryJobs({ ...foundation, channels, render, undeliverable }),
    ...telephony.jobs,
    ...(foundation.store.jobs ?? []),
    sweepingJob(foundation.store, foundation.clock),
    ...oidc.jobs,
    ...contributions.flatMap(({ jobs: theirs = [] }) => theirs),
  ];
  const scheduler = startJobs(parts, jobs, timers);
  stops.push(() => {
    stopping.abort();
  });
  for (const { start } of contributions) await start?.();

  const theirs = contributions.flatMap((contribution) => contribution.routes ?? []);
  const served = [
    ...routes,
    ...telephony.routes,
    ...(demo?.routes ?? []),
    ...theirs.map((route) => leadingBack(oidc.interactions, route)),
  ];
  const koa = createHttp({
    ...foundation,
    ...site,
    issuer: config.issuer,
    locales: localesOf(config),
    trustedProxies: config.http.trustedProxies,
    limits: config.limits,
    unlimited: CLIENT_PATHS,
    routes: served,
    services: contributions.flatMap(({ services = [] }) => services),
    entrances,
    health: healthChecks(foundation, contributions),
    ...metricsPageOf(config, figures),
    mounted: [oidc.middleware],
    cookieSigner: cookieSigner(foundation.secrets),
  });
  outboxFigures(store, foundation.metrics);
  const server = await startServer(koa.callback(), config.http.port, config.http.host);
  port.listening = server.port;
  stops.push(() => server.stop());
  await telephony.listen();
  await store.durable();
  log.info({ issuer: config.issuer, port: server.port }, 'started');
  return { foundation, port: server.port, routes: served, firstPasswords, settle: () => scheduler.settle() };
};

const stopAll = async (stops: (() => unknown)[]): Promise<void> => {
  // Last opened, first closed; each once.
  for (let stop = stops.pop(); stop; stop = stops.pop()) await stop();
};

/**
 * Starts everything; what was opened is closed again when a part cannot start.
 *
 * @throws AppError with a sentence for the operator
 */
export const startApp = async (
  config: Config,
  { timers = true, ...surroundings }: AppOptions = {},
): Promise<RunningApp> => {
  const figures = await figuresOf(config, surroundings.log ?? createLog('warn'));
  const all = figures ? { ...surroundings, metrics: figures } : surroundings;
  const foundation = await openFoundation(config, plugins, serverCollections, all);
  const stops: (() => unknown)[] = [() => foundation.close()];
  try {
    const running = await run({ foundation, site: siteOf(foundation), late: {}, stops, figures }, timers);
    return { ...running, stop: () => stopAll(stops) };
  } catch (error) {
    await stopAll(stops);
    throw error;
  }
};
