// Run by mortals.ts: the product in a process that is going to be killed. One process holds many of them, each on files
// of its own; each stands still at its own boundary, until the process dies under all of them at once.
import { AsyncLocalStorage } from 'node:async_hooks';
import { channel } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import { plugins, startApp } from '../../src/app.ts';
import type { RunningApp } from '../../src/app.ts';
import { loadConfig } from '../../src/config/load.ts';
import { testClock } from '../support/clock.ts';
import { CHEAP } from '../support/rooms.ts';
import { createBoundaries } from './boundaries.ts';
import type { Boundaries } from './boundaries.ts';
import type { Report, Request } from './messages.ts';

const SILENT = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

interface Mortal {
  readonly app: RunningApp;
  readonly boundaries: Boundaries;
}

const mortals = new Map<string, Mortal>();
const byPort = new Map<number, Boundaries>();

const clock = testClock(Number(process.argv[2]));
clock.install();

/** What is known of the request that is being answered. */
const requests = new AsyncLocalStorage<{ wrote: boolean }>();

const report = (message: Report): void => {
  process.send?.(message);
};

const startOne = async (id: string, environment: Readonly<Record<string, string>>): Promise<void> => {
  const boundaries = createBoundaries(
    (boundary) => report({ kind: 'still', id, boundary }),
    () => {
      const request = requests.getStore();
      if (request) request.wrote = true;
    },
  );
  const app = await startApp(await loadConfig(environment, plugins), {
    clock,
    log: SILENT,
    argon2: CHEAP,
    timers: false,
    wrapStore: (store) => boundaries.wrap(store),
  });
  mortals.set(id, { app, boundaries });
  byPort.set(app.port, boundaries);
};

const known = (id: string): Mortal => {
  const mortal = mortals.get(id);
  if (!mortal) throw new Error(`${id} was not started`);
  return mortal;
};

const answer = async (request: Request): Promise<readonly string[]> => {
  if (request.kind === 'start') await startOne(request.id, request.environment);
  else if (request.kind === 'begin') known(request.id).boundaries.begin(request.at);
  else if (request.kind === 'settle') await known(request.id).app.settle();
  else if (request.kind === 'later') clock.advance(request.milliseconds);
  else if (request.kind === 'stand still') known(request.id).boundaries.standStill();
  else return known(request.id).boundaries.passed;
  return [];
};

channel('http.server.request.start').subscribe(() => requests.enterWith({ wrote: false }));

channel('http.server.response.finish').subscribe((message) => {
  if (!requests.getStore()?.wrote) return;
  const { request } = message as { readonly request: IncomingMessage };
  // What comes after is another at each telling.
  const [place = ''] = /^\/[^/?]*/.exec(request.url ?? '') ?? [];
  byPort.get(request.socket.localPort ?? 0)?.answered(`${request.method ?? ''} ${place}`);
});

process.on('message', (request: Request) => {
  answer(request).then(
    (result) => report({ kind: 'done', id: request.id, number: request.number, result }),
    (error: unknown) =>
      report({
        kind: 'failed',
        id: request.id,
        number: request.number,
        reason: error instanceof Error ? (error.stack ?? error.message) : String(error),
      }),
  );
});
