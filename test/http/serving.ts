import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Middleware } from '../../src/http/context.ts';
import type { HealthCheck } from '../../src/http/health.ts';
import { createHttp } from '../../src/http/http.ts';
import type { FloodLimits } from '../../src/http/flood-guard.ts';
import type { Entrance, Route } from '../../src/http/route.ts';
import { SERVER_BOUNDS, startServer } from '../../src/http/server.ts';
import type { ServerBounds } from '../../src/http/server.ts';
import { createSite } from '../../src/http/site.ts';
import type { SiteOptions } from '../../src/http/site.ts';
import { MINUTE } from '../../src/kernel/clock.ts';
import type { Clock } from '../../src/kernel/clock.ts';
import type { Log } from '../../src/kernel/log.ts';
import { packageRoot } from '../../src/kernel/package-root.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import { openSecrets } from '../../src/kernel/secrets.ts';
import { openStore } from '../../src/store/open.ts';
import { testClock } from '../support/clock.ts';
import type { TestClock } from '../support/clock.ts';
import { HttpBrowser } from '../support/http-browser.ts';
import { Wire } from '../support/wire.ts';
import type { Reply, Sending } from '../support/wire.ts';

export interface LogLine {
  readonly level: keyof Log;
  readonly facts: Record<string, unknown>;
  readonly message: string;
}

export interface ServingOptions {
  readonly routes?: readonly Route[] | ((clock: Clock) => readonly Route[]);
  readonly entrances?: readonly Entrance[];
  readonly mounted?: readonly Middleware[];
  readonly health?: readonly HealthCheck[];
  readonly issuer?: string;
  readonly trustedProxies?: readonly string[];
  readonly limits?: FloodLimits;
  readonly bounds?: Partial<ServerBounds>;
  readonly site?: Partial<SiteOptions>;
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
  stop(): Promise<void>;
}

const recording = (lines: LogLine[]): Log => {
  const at = (level: keyof Log) => (facts: Record<string, unknown>, message: string) => {
    lines.push({ level, facts, message });
  };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
};

export const serve = async (options: ServingOptions = {}): Promise<Serving> => {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-http-'));
  const clock = testClock();
  const lines: LogLine[] = [];
  const log = recording(lines);
  const secrets = openSecrets([{ id: 'a', bytes: systemRandom.bytes(32) }], systemRandom.bytes(32), systemRandom);
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
    secrets,
    ...options.site,
  });
  const store = await openStore({ url: `sqlite:${join(folder, 'store.db')}`, collections: [], migrations: [], clock });
  const koa = createHttp({
    ...site,
    issuer,
    clock,
    random: systemRandom,
    log,
    store,
    locales,
    trustedProxies: options.trustedProxies ?? [],
    limits: options.limits ?? { requests: 1000, window: MINUTE },
    unlimited: [],
    routes: typeof options.routes === 'function' ? options.routes(clock) : (options.routes ?? []),
    entrances: options.entrances ?? [],
    health: options.health ?? [],
    mounted: options.mounted ?? [],
    cookieKeys: ['a key of tests'],
  });
  const bounds = { ...SERVER_BOUNDS, ...options.bounds };
  const server = await startServer(koa.callback(), 0, '127.0.0.1', bounds);
  const wire = new Wire();
  const address = `http://127.0.0.1:${String(server.port)}`;

  return {
    address,
    port: server.port,
    clock,
    lines,
    browser: () => new HttpBrowser(clock),
    send: (path, sending) => wire.send(`${address}${path}`, sending),
    stop: () => server.stop(),
    async [Symbol.asyncDispose]() {
      wire[Symbol.dispose]();
      await server.stop();
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
};
