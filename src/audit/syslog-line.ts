import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect as connectPlain, isIP } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectSecure } from 'node:tls';
import { SECOND } from '../kernel/clock.ts';

export interface SyslogServer {
  readonly protocol: 'tls' | 'tcp' | 'udp';
  readonly host: string;
  readonly port: number;
  /** PEM of the authority that signed the server's certificate. */
  readonly ca?: string;
  /** Milliseconds for which nothing may move before it is given up. */
  readonly patience?: number;
}

const PORTS = { tls: 6514, tcp: 601, udp: 514 } as const;
const PATIENCE = 10 * SECOND;

/** @param url `tls://host:port`, `tcp://host:port` or `udp://host:port`; the port may be left out */
export const syslogServer = (url: string, ca?: string): SyslogServer => {
  const [, protocol = '', host = '', port] = /^(tls|tcp|udp):\/\/(.+?)(?::(\d+))?$/.exec(url) ?? [];
  const known = protocol === 'tls' || protocol === 'udp' ? protocol : 'tcp';
  return {
    protocol: known,
    host: host.replaceAll(/[[\]]/g, ''),
    port: port === undefined ? PORTS[known] : Number(port),
    ...(ca === undefined ? {} : { ca }),
  };
};

/** Octet counting (RFC 6587 section 3.4.1, RFC 5425 section 4.3). */
const framed = (message: string): string => `${String(Buffer.byteLength(message))} ${message}`;

const open = ({ protocol, host, port, ca }: SyslogServer): Socket => {
  if (protocol === 'tcp') return connectPlain({ host, port });
  const name = isIP(host) === 0 ? { servername: host } : {};
  return connectSecure({ host, port, ...name, ...(ca === undefined ? {} : { ca }) });
};

/** Rejects when the socket ends, nothing moved on it for too long, or the signal came. */
const broken = (socket: Socket, patience: number, signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const give = (code: string) => (): void => {
      reject(new Error(code));
    };
    socket.setTimeout(patience, give('timeout'));
    socket.once('error', (error: Error & { readonly code?: string }) => {
      reject(new Error(error.code ?? error.message));
    });
    socket.once('close', give('closed'));
    signal.addEventListener('abort', give('stopped'), { once: true });
    if (signal.aborted) reject(new Error('stopped'));
  });

/**
 * Over a connection of its own. Syslog has no receipts; that the server has closed its side after ours, and without an
 * error, is the most that can be known: it has read to the end.
 */
const overStream = async (server: SyslogServer, messages: Iterable<string>, signal: AbortSignal): Promise<void> => {
  const socket = open(server);
  const failure = broken(socket, server.patience ?? PATIENCE, signal);
  failure.catch(() => undefined);
  try {
    await Promise.race([once(socket, server.protocol === 'tls' ? 'secureConnect' : 'connect'), failure]);
    socket.resume();
    for (const message of messages) {
      // What the server does not read waits there, not here.
      if (!socket.write(framed(message))) await Promise.race([once(socket, 'drain'), failure]);
    }
    const ended = once(socket, 'end');
    socket.end();
    await Promise.race([ended, failure]);
  } finally {
    socket.destroy();
  }
};

/** Each a datagram (RFC 5426); whether it arrived is not known. */
const overDatagrams = async ({ host, port }: SyslogServer, messages: Iterable<string>): Promise<void> => {
  const socket = createSocket(isIP(host) === 6 ? 'udp6' : 'udp4');
  try {
    for (const message of messages) {
      await new Promise<void>((resolve, reject) => {
        socket.send(message, port, host, (error) => {
          if (error) reject(error);
          else resolve();
        });
      });
    }
  } finally {
    socket.close();
  }
};

/** Sends messages in this order and resolves when they have left as surely as can be known. Throws the reason. */
export const sendSyslog = (server: SyslogServer, messages: Iterable<string>, signal: AbortSignal): Promise<void> =>
  server.protocol === 'udp' ? overDatagrams(server, messages) : overStream(server, messages, signal);
