import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Middleware } from '../../src/http/context.ts';
import type { FloodLimits } from '../../src/http/flood-guard.ts';
import type { HealthCheck } from '../../src/http/health.ts';
import type { MetricsPage } from '../../src/http/metrics-page.ts';
import { createHttp } from '../../src/http/http.ts';
import type { ChainOptions } from '../../src/http/http.ts';
import type { Entrance, Route } from '../../src/http/route.ts';
import type { Service } from '../../src/http/service.ts';
import { SERVER_BOUNDS, startServer } from '../../src/http/server.ts';
import type { ServerBounds } from '../../src/http/server.ts';
import { createSite } from '../../src/http/site.ts';
import type { SiteOptions } from '../../src/http/site.ts';
import { MINUTE } from '../../src/kernel/clock.ts';
import type { Clock } from '../../src/kernel/clock.ts';
import type { Log } from '../../src/kernel/log.ts';
import type { Metrics } from '../../src/kernel/metrics.ts';
import { packageRoot } from '../../src/kernel/package-root.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import { openStore } from '../../src/store/open.ts';
import { testClock } from '../support/clock.ts';
import type { TestClock } from '../support/clock.ts';
import { HttpBrowser } from '../support/http-browser.ts';
import { testSecrets } from '../support/rooms.ts';
import { Wire } from '../support/wire.ts';
import type { Reply, Sending } from '../support/wire.ts';

export interface LogLine {
  readonly level: keyof Log;
  readonly facts: Record<string, unknown>;
  readonly message: string;
}

export interface ServingOptions {
  readonly routes?: readonly Route[] | ((clock: Clock) => readonly Route[]);
  readonly services?: readonly Service[];
  readonly entrances?: readonly Entrance[];
  readonly mounted?: readonly Middleware[];
  readonly health?: readonly HealthCheck[];
  readonly metrics?: Metrics;
  readonly metricsPage?: MetricsPage;
  readonly issuer?: string;
  readonly trustedProxies?: readonly string[];
  readonly limits?: FloodLimits;
  readonly bounds?: Partial<ServerBounds>;
  readonly site?: Partial<SiteOptions>;
  /** In place of the store's. */
  readonly durable?: () => Promise<void>;
}

/** What the chain of a host is made from, over a store of its own. */
export interface Parts extends AsyncDisposable {
  readonly clock: TestClock;
  readonly lines: readonly LogLine[];
  readonly chain: Omit<ChainOptions, 'routes'>;
}

/** A server of ours with routes of a test, on a free port. */
export interface Serving extends AsyncDisposable {
  readonly address: string;
  readonly port: number;
  readonly clock: TestClock;
  readonly lines: readonly LogLine[];
  browser(): HttpBrowser;
  /** One bare exchange. */
  send(path: string, sending?: Sending): Promise<Reply>;
  /** One request with a target that no client library would send as it is; gives the raw answer. */
  sendTarget(target: string): Promise<string>;
  stop(): Promise<void>;
}

const recording = (lines: LogLine[]): Log => {
  const at = (level: keyof Log) => (facts: Record<string, unknown>, message: string) => {
    lines.push({ level, facts, message });
  };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
};

/** Sends bytes, and gives what came until the server closed. */
export const rawExchange = async (port: number, bytes: string): Promise<string> => {
  const socket = connect(port, '127.0.0.1');
  socket.setEncoding('utf8');
  socket.write(bytes);
  let answer = '';
  try {
    for await (const chunk of socket) answer += String(chunk);
  } catch {
    // A server that refuses may reset the connection after its answer.
  }
  return answer;
};

export const parts = async (options: ServingOptions = {}): Promise<Parts> => {
  const clock = testClock();
  const lines: LogLine[] = [];
  const issuer = options.issuer ?? 'http://login.localhost';
  const locales = options.site?.locales ?? ['en', 'de'];
  const site = createSite({
    root: packageRoot,
    issuer,
    organisation: { name: 'Example & Sons', helpDesk: { mail: 'help@example.test' }, mailDomains: [] },
    colours: { accent: '#0b5cad' },
    locales,
    plugins: [],
    clock,
    random: systemRandom,
    secrets: testSecrets(),
    ...options.site,
  });
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-http-'));
  const store = await openStore({ url: `sqlite:${join(folder, 'store.db')}`, collections: [], migrations: [], clock });

  return {
    clock,
    lines,
    chain: {
      ...site,
      issuer,
      clock,
      random: systemRandom,
      log: recording(lines),
      store: options.durable ? { durable: options.durable } : store,
      locales,
      trustedProxies: options.trustedProxies ?? [],
      limits: options.limits ?? { requests: 1000, window: MINUTE },
      unlimited: [],
    },
    async [Symbol.asyncDispose]() {
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
};

export const serve = async (options: ServingOptions = {}): Promise<Serving> => {
  await using stack = new AsyncDisposableStack();
  const { chain, clock, lines } = stack.use(await parts(options));
  const koa = createHttp({
    ...chain,
    routes: typeof options.routes === 'function' ? options.routes(clock) : (options.routes ?? []),
    services: options.services ?? [],
    entrances: options.entrances ?? [],
    health: options.health ?? [],
    ...(options.metrics && { metrics: options.metrics }),
    ...(options.metricsPage && { metricsPage: options.metricsPage }),
    mounted: options.mounted ?? [],
  });
  const server = await startServer(koa.callback(), 0, '127.0.0.1', {
    ...SERVER_BOUNDS,
    ...options.bounds,
  });
  stack.defer(() => server.stop());
  const wire = stack.use(new Wire());
  const address = `http://127.0.0.1:${String(server.port)}`;
  const owned = stack.move();

  return {
    address,
    port: server.port,
    clock,
    lines,
    browser: () => new HttpBrowser(clock),
    send: (path, sending) => wire.send(`${address}${path}`, sending),
    sendTarget: (target) => rawExchange(server.port, `GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`),
    stop: () => server.stop(),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
};
