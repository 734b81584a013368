import { expect } from 'chai';
import { once } from 'node:events';
import { connect } from 'node:net';
import { get, json } from '../../src/http/route.ts';
import type { Call, Reply, Service } from '../../src/http/service.ts';
import { AppError } from '../../src/kernel/errors.ts';
import { MINUTE } from '../../src/kernel/clock.ts';
import { serve } from './serving.ts';

const MOST = 64;

/** Tells what it was asked, in a media type of its own. */
const echo = (answer?: (call: Call) => Promise<Reply> | Reply): Service => ({
  prefix: '/things/v1',
  async handle(call) {
    if (answer) return answer(call);
    const body = (await call.body(MOST)).toString();
    const { method, path, query } = call;
    return {
      status: 201,
      headers: { 'Content-Type': 'application/things+json', ETag: 'W/"1"' },
      body: JSON.stringify({ method, path, query, body, token: call.header('authorization') }),
    };
  },
});

describe('A service below a prefix of its own', () => {
  it('hears method, path, query, headers and body as they were sent, and answers in its own form', async () => {
    await using server = await serve({ services: [echo()] });
    const reply = await server.send('/things/v1/a%2Fb//c?x=1&x=%20', {
      method: 'PATCH',
      headers: { authorization: 'Bearer t', 'content-type': 'application/things+json' },
      body: '{"a":1}',
    });
    expect(reply.status).to.equal(201);
    expect(reply.headers['content-type']).to.equal('application/things+json');
    expect(reply.headers['etag']).to.equal('W/"1"');
    expect(JSON.parse(reply.body)).to.deep.equal({
      method: 'PATCH',
      path: '/a%2Fb//c',
      query: 'x=1&x=%20',
      body: '{"a":1}',
      token: 'Bearer t',
    });
  });

  it('has the whole of what lies below, and nothing beside it', async () => {
    const routes = [get('/things/v10', () => Promise.resolve(json('a page')))];
    await using server = await serve({ services: [echo(() => ({ status: 200, body: 'ours' }))], routes });
    expect((await server.send('/things/v1')).body).to.equal('ours');
    expect((await server.send('/things/v1/')).body).to.equal('ours');
    expect((await server.send('/things/v10')).body).to.equal('"a page"');
    expect((await server.send('/things')).status).to.equal(404);
  });

  it('answers nothing where there is nothing to say', async () => {
    await using server = await serve({ services: [echo(() => ({ status: 204 }))] });
    const reply = await server.send('/things/v1', { method: 'DELETE' });
    expect(reply.status).to.equal(204);
    expect(reply.body).to.equal('');
    expect(reply.headers).to.not.have.property('content-type');
  });

  it('sets no cookie, and has the headers of every answer', async () => {
    await using server = await serve({ services: [echo(() => ({ status: 200, body: 'ours' }))] });
    const reply = await server.send('/things/v1');
    expect(reply.headers).to.not.have.property('set-cookie');
    expect(reply.headers).to.include.keys('x-request-id', 'x-content-type-options');
  });

  it('is told of a body that is too long, and of one that breaks off', async () => {
    const told: unknown[] = [];
    const hearing = echo(async (call) => {
      try {
        await call.body(MOST);
      } catch (error) {
        told.push(error instanceof AppError && error.code);
      }
      return { status: 400 };
    });
    await using server = await serve({ services: [hearing] });
    await server.send('/things/v1', { method: 'POST', body: 'a'.repeat(MOST + 1) });
    const socket = connect(server.port, '127.0.0.1');
    socket.end('POST /things/v1 HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc');
    socket.on('error', () => undefined).resume();
    await once(socket, 'close');
    expect(told).to.deep.equal(['form_too_large', 'form_invalid']);
  });

  it('does not answer before what it committed would survive a power cut', async () => {
    const order: string[] = [];
    const service = echo(() => {
      order.push('handled');
      return { status: 200 };
    });
    await using server = await serve({
      services: [service],
      durable: () => {
        order.push('durable');
        return Promise.resolve();
      },
    });
    await server.send('/things/v1');
    expect(order).to.deep.equal(['handled', 'durable']);
  });

  it('is not counted by the flood guard of pages, nor does it use that up', async () => {
    const services = [echo(() => ({ status: 200 }))];
    await using server = await serve({ services, limits: { requests: 2, window: MINUTE } });
    for (let count = 0; count < 5; count += 1) expect((await server.send('/things/v1')).status).to.equal(200);
    expect((await server.send('/')).status).to.equal(200);
  });
});
