import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer as createPlain } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { createServer as createSecure } from 'node:tls';
import { LOCALHOST } from '../support/certificate.ts';

/** A syslog server on loopback that keeps what it was sent. */
export interface SyslogReceiver extends AsyncDisposable {
  readonly url: string;
  readonly messages: readonly string[];
  /** Connections that were made. */
  readonly connections: number;
}

/** Takes frames of octet counting apart (RFC 6587 section 3.4.1); throws for anything else. */
const framesIn = (bytes: Buffer): readonly string[] => {
  const frames: string[] = [];
  for (let at = 0; at < bytes.length;) {
    const space = bytes.indexOf(' ', at);
    const length = bytes.toString('latin1', at, space);
    if (!/^[1-9]\d*$/.test(length)) throw new Error(`no frame at ${String(at)}`);
    frames.push(bytes.toString('utf8', space + 1, space + 1 + Number(length)));
    at = space + 1 + Number(length);
  }
  return frames;
};

interface Streams {
  /** Reads nothing, as a server whose disk is full. */
  readonly stuck?: boolean;
  /** Breaks every connection once so many bytes have come. */
  readonly breakAfter?: number;
}

/** @param protocol how it listens */
export const streamReceiver = async (
  protocol: 'tcp' | 'tls',
  { stuck = false, breakAfter = Infinity }: Streams = {},
): Promise<SyslogReceiver> => {
  const messages: string[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const take = (socket: Socket): void => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => undefined);
    if (stuck) {
      socket.pause();
      return;
    }
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      if (Buffer.concat(chunks).length > breakAfter) socket.resetAndDestroy();
    });
    socket.on('end', () => void messages.push(...framesIn(Buffer.concat(chunks))));
  };
  const server = protocol === 'tls' ? createSecure(LOCALHOST, take) : createPlain(take);
  server.on('error', () => undefined);
  server.on('tlsClientError', () => undefined);
  server.listen(0, 'localhost');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `${protocol}://localhost:${String(port)}`,
    messages,
    get connections() {
      return connections;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
};

export const datagramReceiver = async (): Promise<SyslogReceiver & { received(count: number): Promise<void> }> => {
  const socket = createSocket('udp4');
  const messages: string[] = [];
  socket.on('message', (bytes) => void messages.push(bytes.toString('utf8')));
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    url: `udp://127.0.0.1:${String(socket.address().port)}`,
    messages,
    connections: 0,
    async received(count) {
      while (messages.length < count) await once(socket, 'message');
    },
    async [Symbol.asyncDispose]() {
      socket.close();
      await once(socket, 'close');
    },
  };
};
