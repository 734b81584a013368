import { expect } from 'chai';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { once } from 'node:events';
import { get, json } from '../../src/http/route.ts';
import { startServer } from '../../src/http/server.ts';
import { rawExchange, serve } from './serving.ts';
import type { Serving } from './serving.ts';

/** Everything the server says on a connection until it closes it. */
const everything = async (socket: Socket): Promise<string> => {
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  socket.on('error', () => undefined);
  await once(socket, 'close');
  return text;
};

describe('http: the server under abuse and at its end', () => {
  describe('with short time-outs', () => {
    let server: Serving;

    beforeEach(async () => {
      server = await serve({
        // Long beside the pauses of a busy machine, which others are served in.
        bounds: { headersTimeout: 1500, requestTimeout: 2000, connectionsCheckingInterval: 100 },
      });
    });
    afterEach(() => server[Symbol.asyncDispose]());

    it('hangs up on headers and bodies that never end, and serves others meanwhile', async () => {
      const slow = [
        'GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ',
        'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\na=',
      ];
      const answers = Array.from({ length: 40 }, (_, at) => {
        const socket = connect(server.port, '127.0.0.1');
        socket.write(slow[at % 2] ?? '');
        return everything(socket);
      });
      expect((await server.send('/healthz')).status).to.equal(200);
      for (const answer of await Promise.all(answers)) expect(answer).to.match(/^HTTP\/1\.1 (408|405) |^$/);
      expect((await server.send('/healthz')).status).to.equal(200);
    });
  });

  it('answers 431 to a flood of headers', async () => {
    await using server = await serve({ bounds: { maxHeaderSize: 4096 } });
    const headers = Array.from({ length: 1000 }, (_, n) => `X-${String(n)}: ${'a'.repeat(10)}`).join('\r\n');
    const answer = await rawExchange(server.port, `GET / HTTP/1.1\r\nHost: x\r\n${headers}\r\n\r\n`);
    expect(answer).to.match(/^(HTTP\/1\.1 431 |$)/);
    expect((await server.send('/healthz')).status).to.equal(200);
  });

  it('answers 400 to what is no HTTP', async () => {
    await using server = await serve();
    expect(await rawExchange(server.port, 'hello\r\n\r\n')).to.match(/^HTTP\/1\.1 400 /);
    const smuggled = 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n';
    expect(await rawExchange(server.port, smuggled)).to.match(/^HTTP\/1\.1 400 /);
  });

  it('lets running requests finish when it stops, and takes no more', async () => {
    const { promise: arrived, resolve: arrive } = Promise.withResolvers<undefined>();
    const { promise: release, resolve: finish } = Promise.withResolvers<undefined>();
    await using server = await serve({
      routes: [
        get('/long', async () => {
          arrive(undefined);
          await release;
          return json({ done: true });
        }),
      ],
    });
    const running = server.send('/long');
    await arrived;
    const stopped = server.stop();
    const refused = await server.send('/healthz').catch((error: unknown) => error);
    finish(undefined);
    expect((await running).body).to.equal('{"done":true}');
    expect(refused).to.have.property('code', 'ECONNREFUSED');
    await stopped;
  });

  it('says why it cannot listen', async () => {
    await using server = await serve();
    const error = await startServer(() => undefined, server.port, '127.0.0.1').catch((thrown: unknown) => thrown);
    expect(error).to.have.property('code', 'EADDRINUSE');
  });
});

describe('http: health', () => {
  it('is told alive at once, ready when every check passes, and not ready with what is missing', async () => {
    let broken = true;
    await using server = await serve({
      health: [
        { name: 'store', check: () => Promise.resolve() },
        { name: 'keys', check: () => (broken ? Promise.reject(new Error('why it is so')) : Promise.resolve()) },
      ],
    });
    expect((await server.send('/healthz')).status).to.equal(200);
    const ill = await server.send('/readyz');
    expect(ill.status).to.equal(503);
    expect(JSON.parse(ill.body)).to.deep.equal({ status: 'not ready', missing: ['keys'] });
    expect(server.lines.at(-1)?.facts).to.include({ check: 'keys' });
    broken = false;
    expect((await server.send('/readyz')).status).to.equal(200);
  });
});
