import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { loopbackFetch } from '../../src/demo/loopback-fetch.ts';

describe("the demo app's way to the issuer", () => {
  it('leads to this process and names the issuer, as a proxy in front would', async () => {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.once('end', () => {
        response.setHeader('content-type', 'application/json');
        const { method, url, headers } = request;
        response.end(JSON.stringify({ method, url, host: headers.host, body: Buffer.concat(chunks).toString() }));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const origin = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
    try {
      const reply = await loopbackFetch(() => origin)('https://login.example.com/token?a=1', {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: 'grant_type=refresh_token',
        redirect: 'manual',
      });
      expect(await reply.json()).to.deep.equal({
        method: 'POST',
        url: '/token?a=1',
        host: 'login.example.com',
        body: 'grant_type=refresh_token',
      });
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});
