import { expect } from 'chai';
import { get, json } from '../../src/http/route.ts';
import { openMetrics } from '../../src/metrics/registry.ts';
import { MOST_SERIES } from '../../src/metrics/bounded-series.ts';
import { readExposition } from '../support/exposition.ts';
import { serve } from './serving.ts';
import type { Serving } from './serving.ts';

const TOKEN = '3f1c9a7be2d84056a1b7c8d9e0f12345';
const DURATIONS = 'latchkey_http_request_duration_seconds_count';

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

const serving = async (): Promise<Serving> => {
  const metrics = openMetrics(silent);
  return serve({
    metrics,
    metricsPage: { token: TOKEN, expose: () => metrics.expose() },
    routes: [get('/people/:name', () => Promise.resolve(json('somebody')))],
  });
};

const scrape = async (server: Serving) => {
  const reply = await server.send('/metrics', { headers: { authorization: `Bearer ${TOKEN}` } });
  expect(reply.status).to.equal(200);
  expect(reply.headers['content-type']).to.equal('text/plain; version=0.0.4; charset=utf-8');
  return readExposition(reply.body);
};

const withoutIds = (body: string): string => body.replace(/[0-9A-Z]{4}(-[0-9A-Z]{4}){2}/g, 'ID');

describe('Figures over HTTP', () => {
  it('are told to whoever has the token, in the form that Prometheus reads', async () => {
    await using server = await serving();
    await server.send('/people/ann');
    await server.send('/people/bob');
    const samples = await scrape(server);
    const ours = samples.filter(({ name, labels }) => name === DURATIONS && labels['route'] === '/people/:name');
    expect(ours).to.deep.equal([
      { name: DURATIONS, labels: { route: '/people/:name', method: 'GET', status: '2xx' }, value: 2 },
    ]);
    expect(samples.map(({ name }) => name)).to.include.members(['process_cpu_seconds_total', 'nodejs_version_info']);
  });

  it('are a page that there is not without the right token, with or without a token at all', async () => {
    await using server = await serving();
    await using without = await serve({});
    const expected = await without.send('/metrics');
    for (const authorization of [undefined, `Bearer ${TOKEN}0`, `Basic ${TOKEN}`, TOKEN, 'Bearer ', `bearer${TOKEN}`]) {
      const reply = await server.send('/metrics', authorization === undefined ? {} : { headers: { authorization } });
      expect(reply.status).to.equal(404);
      expect(withoutIds(reply.body)).to.equal(withoutIds(expected.body));
      expect(Object.keys(reply.headers).toSorted()).to.deep.equal(Object.keys(expected.headers).toSorted());
    }
    const posted = await server.send('/metrics', { method: 'POST', headers: { authorization: `Bearer ${TOKEN}` } });
    expect(posted.status).to.equal(404);
  });

  it('name no address that somebody asked for, and do not grow by what strangers send', async () => {
    await using server = await serving();
    await server.send('/people/ann');
    const methods = ['PROPFIND', 'MKCOL', 'SEARCH', 'LOCK'];
    for (const [at, method] of methods.entries()) await server.send(`/nothing/${String(at)}`, { method });
    const before = await scrape(server);
    const paths = before.filter(({ name }) => name === DURATIONS).map(({ labels }) => labels);
    expect(paths).to.deep.include({ route: 'none', method: 'other', status: '4xx' });
    expect(paths).to.have.lengthOf(2);
    expect(JSON.stringify(before)).to.not.match(/ann|nothing|MKCOL/);
  });

  it('stay bounded whatever a label should come to hold', async () => {
    const metrics = openMetrics(silent);
    const count = metrics.counter({ name: 'latchkey_things_total', help: 'Things.', labels: ['thing'] });
    for (let at = 0; at < MOST_SERIES + 500; at += 1) count({ thing: String(at) });
    const things = readExposition((await metrics.expose()).text).filter(({ name }) => name === 'latchkey_things_total');
    expect(things).to.have.lengthOf(MOST_SERIES + 1);
    expect(things.find(({ labels }) => labels['thing'] === 'other')?.value).to.equal(500);
  });

  it('are told without a gauge that cannot be read', async () => {
    const metrics = openMetrics(silent);
    const about = { help: 'Things.', labels: ['thing'] } as const;
    metrics.gauge({ ...about, name: 'latchkey_broken' }, () => Promise.reject(new Error('no')));
    metrics.gauge({ ...about, name: 'latchkey_whole' }, () => Promise.resolve([{ labels: { thing: 'a' }, value: 3 }]));
    const samples = readExposition((await metrics.expose()).text);
    expect(samples.filter(({ name }) => name.startsWith('latchkey_'))).to.deep.equal([
      { name: 'latchkey_whole', labels: { thing: 'a' }, value: 3 },
    ]);
  });
});
